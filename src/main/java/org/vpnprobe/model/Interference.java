package org.vpnprobe.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rehearsal carrier does to traffic. Protocols are recognised by their bytes on the wire, as
 * a middlebox would, never by what the plan says.
 *
 * @param drop protocols whose first flight is swallowed: {@code wireguard openvpn ikev2 tls …}
 * @param reset protocols whose first flight is answered with a reset
 * @param dropSni server names (or {@code *.suffix}) whose ClientHello is swallowed
 * @param resetSni server names (or {@code *.suffix}) whose ClientHello is answered with a reset
 * @param blackhole hosts or {@code host:port} to which nothing passes
 * @param refuse hosts or {@code host:port} that refuse
 * @param nxdomain names that do not resolve here
 * @param latency added to each round trip, null for none
 * @param loss share of first flights that get lost, 0 to 1
 * @param offline nothing passes at all
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
    @Nullable Boolean offline) {

  /** A carrier that lets everything through. */
  public static final Interference NONE =
      new Interference(null, null, null, null, null, null, null, null, null, null);

  public Interference {
    if (loss != null && !(loss >= 0 && loss <= 1)) {
      throw new InvalidSetting("loss", "expected a share from 0 to 1");
    }
  }

  /** Parses {@code clean}: a carrier that lets everything through. */
  public static Interference of(String text) {
    if (!text.equals("clean")) {
      throw new InvalidSetting("lab", "expected clean, or a mapping of what is interfered with");
    }
    return NONE;
  }
}
