package org.vpnprobe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.config.imports.ForeignReader;
import org.vpnprobe.config.imports.Sources;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.report.Printable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which file, and which part of it. */
final class FileOptions {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "probes.yaml",
      description =
          "Endpoints and carriers; or a file of another program (.conf, .ovpn, …) or a share link."
              + " Default: ${DEFAULT-VALUE}.")
  private String file;

  @Option(
      names = "--only",
      paramLabel = "SELECTOR",
      split = ",",
      completionCandidates = Words.Protocols.class,
      description = "Endpoints by name, tag or protocol; * and ? are wildcards.")
  private List<String> only = List.of();

  @Option(
      names = "--carrier",
      paramLabel = "NAME",
      split = ",",
      completionCandidates = Words.Carriers.class,
      description = "Carriers by name; controls always stay.")
  private List<String> carriers = List.of();

  @Option(names = "--strict", description = "Refuse a file with a broken entry.")
  private boolean strict;

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      description = "With a file of another program: what to reach through those that are proxies.")
  private @Nullable String target;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the random order; default: from the run's id.")
  private @Nullable Long seed;

  @Mixin private AsnTableOption asnTable = new AsnTableOption();

  @ArgGroup private @Nullable Effort effort;

  /** How much evidence is gathered. */
  static final class Effort {
    @Option(
        names = "--quick",
        description = "Two tries at most for each cell; tells what works, blames nobody. For CI.")
    private boolean quick;

    @Option(
        names = "--thorough",
        description = "Hours of spaced trials, for censors that act by chance.")
    private boolean thorough;
  }

  FileOptions() {
    this.file = "probes.yaml";
  }

  /**
   * Reads the file. Warnings and rejected entries go to the error stream.
   *
   * @param more what the command adds to how the file is read
   * @param silent nobody may be asked who a carrier named {@code auto} is
   */
  Loaded load(
      Streams streams, Map<String, String> environment, UnaryOperator<Options> more, boolean silent)
      throws InvalidFile {
    Loaded loaded = read(environment, more, silent);
    say(loaded, streams, line -> line);
    return loaded;
  }

  /** Reads the file and says nothing. */
  Loaded read(Map<String, String> environment, UnaryOperator<Options> more, boolean silent)
      throws InvalidFile {
    Options options =
        Options.of(Version.text(), Instant.now(), newRunId())
            .withStrict(strict)
            .withEnv(name -> Optional.ofNullable(environment.get(name)))
            .withLab(Lab::material)
            .withOnly(only)
            .withCarriers(carriers)
            .withProfile(profile())
            .withAsnTable(asnTable.table())
            .withScout(AsnTableOption.scout(silent));
    Options all = more.apply(seed == null ? options : options.withSeed(seed.longValue()));
    return loaded(all.withForeign(new ForeignReader(all)));
  }

  /**
   * Says what is wrong with a file that can be used nevertheless.
   *
   * @param shown makes of each line what may be shown
   */
  static void say(Loaded loaded, Streams streams, UnaryOperator<String> shown) {
    loaded
        .warnings()
        .forEach(warning -> streams.say("warning: " + Printable.of(shown.apply(warning))));
    for (Rejected entry : loaded.plan().rejected()) {
      String place = entry.file() + ":" + entry.line() + ":" + entry.column() + ": ";
      streams.say("rejected: " + Printable.of(shown.apply(place + entry.message())));
    }
  }

  /** True when only some of the file's cells are asked for. */
  boolean selects() {
    return !only.isEmpty() || !carriers.isEmpty();
  }

  private Loaded loaded(Options options) throws InvalidFile {
    if (Sources.isAddress(file)) {
      throw new Refused(
          "nothing is fetched here; first “vpnprobe import https://… --into probes.yaml”");
    }
    Optional<String> foreign = ForeignReader.shown(file);
    if (foreign.isPresent()) {
      How how = new How(Optional.empty(), List.of(), Optional.ofNullable(target));
      return ProbeFile.foreign(foreign.get(), file, how, options);
    }
    if (target != null) {
      throw new Refused("--target: is for a file of another program; expected target: in " + file);
    }
    Path own = Path.of(file);
    if (!Files.exists(own)) {
      throw new Refused(
          file
              + ": no such file; “vpnprobe init” writes a first one, “vpnprobe run FILE” takes"
              + " another");
    }
    return ProbeFile.load(own, options);
  }

  private Profile profile() {
    if (effort == null) {
      return Profile.STANDARD;
    }
    return effort.quick ? Profile.QUICK : Profile.THOROUGH;
  }

  private static String newRunId() {
    byte[] bytes = new byte[6];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
