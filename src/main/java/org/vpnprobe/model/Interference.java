package org.vpnprobe.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rehearsal carrier does to traffic. Protocols are recognised by their bytes on the wire, as
 * a middlebox would, never by what the plan says. The first keys are short forms of {@link
 * FlowRule}s and {@link DnsRule}s.
 *
 * @param drop protocols whose first flight is swallowed: {@code wireguard openvpn ikev2 tls …}
 * @param reset protocols whose first flight is answered with a reset
 * @param dropSni server names (or {@code *.suffix}) whose ClientHello is swallowed
 * @param resetSni server names (or {@code *.suffix}) whose ClientHello is answered with a reset
 * @param blackhole hosts or {@code host:port} to which nothing passes
 * @param refuse hosts or {@code host:port} that refuse
 * @param nxdomain names that the carrier's own resolver hides
 * @param latency added to each round trip, null for none
 * @param loss share of first flights that get lost, 0 to 1
 * @param offline nothing passes at all
 * @param bursts times in which more gets lost
 * @param allowOnly hosts or {@code host:port}: nothing passes to any other
 * @param portal a captive portal's HTTP status (200, 302, 511): every name has its address, ports
 *     80 and 443 of every address are the portal's, nothing else passes
 */
public record Interference(
    @Nullable List<String> drop,
    @Nullable List<String> reset,
    @Nullable List<String> dropSni,
    @Nullable List<String> resetSni,
    @Nullable List<String> blackhole,
    @Nullable List<String> refuse,
    @Nullable List<String> nxdomain,
    @Nullable Duration latency,
    @Nullable Double loss,
    @Nullable Boolean offline,
    @Description("What happens to flows, one after the other; the first that acts decides.")
        @Nullable List<FlowRule> rules,
    @Description("What happens to DNS queries; the first rule that fits decides.")
        @Nullable List<DnsRule> dns,
    @Description("Times in which more gets lost.") @Nullable Bursts bursts,
    @Description("Hosts or host:port: nothing passes to any other.")
        @Nullable List<String> allowOnly,
    @Description("A captive portal's HTTP status: 200, 302 or 511.") @Nullable Integer portal) {

  /** A carrier that lets everything through. */
  public static final Interference NONE =
      new Interference(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

  /**
   * Loss that comes and goes (Gilbert's model): good times and bad times follow each other, their
   * lengths by chance.
   *
   * @param every the good times' mean length
   * @param last the bad times' mean length
   * @param loss share that gets lost in bad times, null for all
   */
  public record Bursts(
      @Description("How long it is good, on average.") Duration every,
      @Description("How long it is bad, on average.") Duration last,
      @Description("Share that gets lost in bad times, 0 to 1; all if not given.")
          @Nullable Double loss) {
    public Bursts {
      if (!every.isPositive() || !last.isPositive()) {
        throw new InvalidSetting("bursts", "expected times above zero");
      }
      checkShare(loss);
    }
  }

  public Interference {
    checkShare(loss);
    checkHosts("blackhole", blackhole);
    checkHosts("refuse", refuse);
    checkHosts("allow_only", allowOnly);
    if (portal != null && !List.of(200, 302, 511).contains(portal)) {
      throw new InvalidSetting("portal", "expected 200, 302 or 511");
    }
  }

  /** Each has to be a host or {@code host:port}. */
  static void checkHosts(String key, @Nullable List<String> hosts) {
    try {
      if (hosts != null) {
        hosts.forEach(HostPort::of);
      }
    } catch (InvalidSetting e) {
      throw new InvalidSetting(key, String.valueOf(e.getMessage()));
    }
  }

  private static void checkShare(@Nullable Double loss) {
    if (loss != null && !(loss >= 0 && loss <= 1)) {
      throw new InvalidSetting("loss", "expected a share from 0 to 1");
    }
  }

  /** A carrier that swallows the first flights of these protocols. */
  public static Interference dropping(List<String> protocols) {
    return new Interference(
        protocols, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null);
  }

  /** Parses {@code clean}: a carrier that lets everything through. */
  public static Interference of(String text) {
    if (!text.equals("clean")) {
      throw new InvalidSetting("lab", "expected clean, or a mapping of what is interfered with");
    }
    return NONE;
  }
}
