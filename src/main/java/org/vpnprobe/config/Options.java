package org.vpnprobe.config;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
        Protocols.names(),
        Protocols::named);
  }

  public Options withStrict(boolean wanted) {
    return new Options(
        wanted,
        env,
        lab,
        only,
        carriers,
        profile,
        seed,
        asControl,
        toolVersion,
        now,
        runId,
        protocolNames,
        protocols);
  }

  public Options withEnv(Function<String, Optional<String>> lookup) {
    return new Options(
        strict,
        lookup,
        lab,
        only,
        carriers,
        profile,
        seed,
        asControl,
        toolVersion,
        now,
        runId,
        protocolNames,
        protocols);
  }

  public Options withLab(Function<String, Optional<String>> lookup) {
    return new Options(
        strict,
        env,
        lookup,
        only,
        carriers,
        profile,
        seed,
        asControl,
        toolVersion,
        now,
        runId,
        protocolNames,
        protocols);
  }

  public Options withOnly(List<String> selectors) {
    return new Options(
        strict,
        env,
        lab,
        selectors,
        carriers,
        profile,
        seed,
        asControl,
        toolVersion,
        now,
        runId,
        protocolNames,
        protocols);
  }

  public Options withCarriers(List<String> selectors) {
    return new Options(
        strict,
        env,
        lab,
        only,
        selectors,
        profile,
        seed,
        asControl,
        toolVersion,
        now,
        runId,
        protocolNames,
        protocols);
  }

  public Options withProfile(Profile wanted) {
    return new Options(
        strict,
        env,
        lab,
        only,
        carriers,
        wanted,
        seed,
        asControl,
        toolVersion,
        now,
        runId,
        protocolNames,
        protocols);
  }

  public Options withSeed(long wanted) {
    return new Options(
        strict,
        env,
        lab,
        only,
        carriers,
        profile,
        OptionalLong.of(wanted),
        asControl,
        toolVersion,
        now,
        runId,
        protocolNames,
        protocols);
  }

  public Options withAsControl(boolean wanted) {
    return new Options(
        strict,
        env,
        lab,
        only,
        carriers,
        profile,
        seed,
        wanted,
        toolVersion,
        now,
        runId,
        protocolNames,
        protocols);
  }

  public Options withProtocols(List<String> names, Function<String, Optional<Protocol<?>>> lookup) {
    return new Options(
        strict,
        env,
        lab,
        only,
        carriers,
        profile,
        seed,
        asControl,
        toolVersion,
        now,
        runId,
        names,
        lookup);
  }
}
