package org.vpnprobe.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.vpnprobe.model.Profile;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;

/**
 * What the command line and the process say about how a file is to be read.
 *
 * @param strict a broken endpoint refuses the file instead of being skipped
 * @param env values of {@code ${env:NAME}}
 * @param lab values of {@code ${lab:NAME}}
 * @param only selectors of endpoints: a name, tag or protocol, {@code *} and {@code ?} allowed;
 *     empty for all
 * @param carriers selectors of carriers; empty for all. Controls always stay
 * @param profile how much evidence the run gathers
 * @param seed of the random order; when empty the file's {@code lab: {seed}}, else from the run id
 * @param asControl this machine is a control for journals made elsewhere: carriers are left out
 * @param surveyFor how long such a control goes on looking
 * @param controlElsewhere a control runs on another machine meanwhile: controls are left out
 * @param scout finds out who a carrier named {@code auto} is
 * @param asnTable in place of the file's {@code asn_table}
 * @param foreign reads files of other programs
 * @param protocolNames all known protocols
 * @param protocols the protocol of a name
 */
public record Options(
    boolean strict,
    Function<String, Optional<String>> env,
    Function<String, Optional<String>> lab,
    List<String> only,
    List<String> carriers,
    Profile profile,
    OptionalLong seed,
    boolean asControl,
    String toolVersion,
    Instant now,
    String runId,
    Optional<Duration> surveyFor,
    boolean controlElsewhere,
    Scout scout,
    Optional<Path> asnTable,
    ForeignFiles foreign,
    List<String> protocolNames,
    Function<String, Optional<Protocol<?>>> protocols) {

  public Options {
    only = List.copyOf(only);
    carriers = List.copyOf(carriers);
    protocolNames = List.copyOf(protocolNames);
  }

  /** Everything as it is without flags; no environment and no lab material. */
  public static Options of(String toolVersion, Instant now, String runId) {
    return new Options(
        false,
        name -> Optional.empty(),
        name -> Optional.empty(),
        List.of(),
        List.of(),
        Profile.STANDARD,
        OptionalLong.empty(),
        false,
        toolVersion,
        now,
        runId,
        Optional.empty(),
        false,
        Scout.NONE,
        Optional.empty(),
        ForeignFiles.NONE,
        Protocols.names(),
        Protocols::named);
  }

  public Options withStrict(boolean wanted) {
    return changed(next -> next.strict = wanted);
  }

  public Options withEnv(Function<String, Optional<String>> lookup) {
    return changed(next -> next.env = lookup);
  }

  public Options withLab(Function<String, Optional<String>> lookup) {
    return changed(next -> next.lab = lookup);
  }

  public Options withOnly(List<String> selectors) {
    return changed(next -> next.only = selectors);
  }

  public Options withCarriers(List<String> selectors) {
    return changed(next -> next.carriers = selectors);
  }

  public Options withProfile(Profile wanted) {
    return changed(next -> next.profile = wanted);
  }

  public Options withSeed(long wanted) {
    return changed(next -> next.seed = OptionalLong.of(wanted));
  }

  public Options withAsControl(boolean wanted) {
    return changed(next -> next.asControl = wanted);
  }

  public Options withSurveyFor(Optional<Duration> wanted) {
    return changed(next -> next.surveyFor = wanted);
  }

  public Options withControlElsewhere(boolean wanted) {
    return changed(next -> next.controlElsewhere = wanted);
  }

  public Options withScout(Scout wanted) {
    return changed(next -> next.scout = wanted);
  }

  public Options withAsnTable(Optional<Path> wanted) {
    return changed(next -> next.asnTable = wanted);
  }

  public Options withForeign(ForeignFiles wanted) {
    return changed(next -> next.foreign = wanted);
  }

  public Options withProtocols(List<String> names, Function<String, Optional<Protocol<?>>> lookup) {
    return changed(next -> {
      next.protocolNames = names;
      next.protocols = lookup;
    });
  }

  private Options changed(Consumer<Next> change) {
    Next next = new Next(this);
    change.accept(next);
    return new Options(
        next.strict,
        next.env,
        next.lab,
        next.only,
        next.carriers,
        next.profile,
        next.seed,
        next.asControl,
        toolVersion,
        now,
        runId,
        next.surveyFor,
        next.controlElsewhere,
        next.scout,
        next.asnTable,
        next.foreign,
        next.protocolNames,
        next.protocols);
  }

  /** The parts that can be changed, while they are. */
  private static final class Next {
    private boolean strict;
    private Function<String, Optional<String>> env;
    private Function<String, Optional<String>> lab;
    private List<String> only;
    private List<String> carriers;
    private Profile profile;
    private OptionalLong seed;
    private boolean asControl;
    private Optional<Duration> surveyFor;
    private boolean controlElsewhere;
    private Scout scout;
    private Optional<Path> asnTable;
    private ForeignFiles foreign;
    private List<String> protocolNames;
    private Function<String, Optional<Protocol<?>>> protocols;

    Next(Options from) {
      strict = from.strict;
      env = from.env;
      lab = from.lab;
      only = from.only;
      carriers = from.carriers;
      profile = from.profile;
      seed = from.seed;
      asControl = from.asControl;
      surveyFor = from.surveyFor;
      controlElsewhere = from.controlElsewhere;
      scout = from.scout;
      asnTable = from.asnTable;
      foreign = from.foreign;
      protocolNames = from.protocolNames;
      protocols = from.protocols;
    }
  }
}
