package org.vpnprobe.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.InvalidSetting;

/** What a carrier's {@link Interference} does to one address, name or flow. */
final class Middlebox {
  /** What becomes of a flow. */
  enum Fate {
    PASS,
    /** Swallowed, silently. */
    DROP,
    /** Ended by a reset; a datagram by ICMP port unreachable, since UDP has no reset. */
    RESET
  }

  private final Interference interference;
  private final LabNetwork network;
  private final List<HostPort> blackholes;
  private final List<HostPort> refusing;

  Middlebox(Interference interference, LabNetwork network) {
    this.interference = interference;
    this.network = network;
    this.blackholes = hosts(interference.blackhole());
    this.refusing = hosts(interference.refuse());
    checkProtocols("drop", interference.drop());
    checkProtocols("reset", interference.reset());
  }

  private static void checkProtocols(String key, @Nullable List<String> names) {
    for (String name : or(names)) {
      if (!FirstFlight.PROTOCOLS.contains(name)) {
        throw new InvalidSetting(
            key, "the lab recognises " + String.join(", ", FirstFlight.PROTOCOLS) + " by bytes");
      }
    }
  }

  private static List<HostPort> hosts(@Nullable List<String> texts) {
    return or(texts).stream().map(HostPort::of).toList();
  }

  private static List<String> or(@Nullable List<String> list) {
    return Objects.requireNonNullElse(list, List.of());
  }

  boolean offline() {
    return Boolean.TRUE.equals(interference.offline());
  }

  double loss() {
    return Objects.requireNonNullElse(interference.loss(), 0.0);
  }

  Duration latency() {
    return Objects.requireNonNullElse(interference.latency(), Duration.ZERO);
  }

  boolean hides(String name) {
    return or(interference.nxdomain()).stream().anyMatch(pattern -> covers(pattern, name));
  }

  /** What becomes of whatever is sent to an address. */
  Fate address(InetSocketAddress server) {
    if (offline() || blackholes.stream().anyMatch(host -> network.names(host, server))) {
      return Fate.DROP;
    }
    return refusing.stream().anyMatch(host -> network.names(host, server)) ? Fate.RESET : Fate.PASS;
  }

  /** What becomes of a flow that begins like this. */
  Fate flow(FirstFlight flight) {
    String sni = flight.sni();
    if (or(interference.drop()).contains(flight.protocol())
        || covered(interference.dropSni(), sni)) {
      return Fate.DROP;
    }
    return or(interference.reset()).contains(flight.protocol())
            || covered(interference.resetSni(), sni)
        ? Fate.RESET
        : Fate.PASS;
  }

  private static boolean covered(@Nullable List<String> patterns, @Nullable String sni) {
    return sni != null && or(patterns).stream().anyMatch(pattern -> covers(pattern, sni));
  }

  /** {@code *.suffix} covers every name below the suffix, and not the suffix itself. */
  private static boolean covers(String pattern, String name) {
    String wanted = pattern.toLowerCase(Locale.ROOT);
    String found = name.toLowerCase(Locale.ROOT);
    return wanted.startsWith("*.") ? found.endsWith(wanted.substring(1)) : found.equals(wanted);
  }
}
