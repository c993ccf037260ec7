package org.vpnprobe.model;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a middlebox of a rehearsal carrier does to flows. A flow has to meet everything
 * that is given; a rule without {@code protocols}, {@code sni} and {@code http_host} needs no
 * payload and acts from the first packet on.
 *
 * @param rate bytes per second each way, of each flow; for {@code throttle} alone
 * @param inject the answer comes from a hop near the client, sooner than the server could give it,
 *     and what was sent still reaches the server
 */
public record FlowRule(
    @Description("drop, drop_replies, reset, prohibit or throttle.") Action action,
    @Description("Hosts or host:port that the rule is limited to.") @Nullable List<String> to,
    @Description("tcp or udp: what the rule is limited to.") @Nullable Transport transport,
    @Description("What a packet of the client has to look like, by its bytes.")
        @Nullable List<TrafficKind> protocols,
    @Description("Server names in a ClientHello (*.suffix for all below); of QUIC with protocols.")
        @Nullable List<String> sni,
    @Description("Host headers of HTTP requests (*.suffix for all below).")
        @Nullable List<String> httpHost,
    @Description("How much passes first.") @Nullable After after,
    @Description("For throttle: bytes per second each way, of each flow.") @Nullable Integer rate,
    @Description("The reset is injected near the client: faster than the server could answer.")
        @Nullable Boolean inject,
    @Description("Puts TCP segments and TLS records together before it looks.")
        @Nullable Boolean reassembles,
    @Description("Looks at the first packet of a flow only.") @Nullable Boolean firstPacketOnly,
    @Description("Keeps blocking the same address and port for a while after a match.")
        @Nullable Residual residual) {

  /** What becomes of the flow. */
  public enum Action {
    /** Swallowed, both ways. */
    DROP,
    /** What the client sends arrives; nothing comes back. */
    DROP_REPLIES,
    /** A TCP reset; for a datagram ICMP port unreachable, since UDP has no reset. */
    RESET,
    /** ICMP: administratively prohibited; to an open TCP connection no more than silence. */
    PROHIBIT,
    /** Slowed down. */
    THROTTLE
  }

  /**
   * What passes before the rule acts, once the flow is recognised: whichever is exceeded first.
   *
   * @param packets of the flow, both ways, from its beginning
   * @param dataPackets packets of a tunnel that is up (WireGuard, OpenVPN, ESP, QUIC), both ways
   * @param bytes of payload, both ways, from the flow's beginning
   */
  public record After(
      @Description("Packets, both ways.") @Nullable Integer packets,
      @Description("Data packets of the tunnel, both ways.") @Nullable Integer dataPackets,
      @Description("Bytes of payload, both ways.") @Nullable Integer bytes) {
    public After {
      List<Integer> given =
          Stream.of(packets, dataPackets, bytes).filter(Objects::nonNull).toList();
      if (given.isEmpty() || given.stream().anyMatch(limit -> limit < 0)) {
        throw new InvalidSetting("after", "expected packets, data_packets or bytes, 0 or more");
      }
    }
  }

  /**
   * Blocking that outlasts what triggered it, on (source, address, port).
   *
   * @param seconds of real time
   * @param action {@code drop} or {@code reset} (of the first payload); that of the rule by default
   * @param sameSourcePort only what comes from the same local port is blocked
   * @param firstPasses the flow that triggered it goes on, only later ones are blocked
   */
  public record Residual(
      @Description("How long, in seconds.") int seconds,
      @Description("drop or reset; the rule's action if not given.") @Nullable Action action,
      @Description("Only what comes from the same local port is blocked.")
          @Nullable Boolean sameSourcePort,
      @Description("The flow that triggered it goes on.") @Nullable Boolean firstPasses) {
    public Residual {
      if (seconds < 1) {
        throw new InvalidSetting("seconds", "expected a number of seconds, 1 or more");
      }
      if (action != null && action != Action.DROP && action != Action.RESET) {
        throw new InvalidSetting("action", "expected drop or reset");
      }
    }
  }

  public FlowRule {
    if (action == Action.THROTTLE ? rate == null || rate < 1 : rate != null) {
      throw new InvalidSetting("rate", "expected bytes per second, with action: throttle");
    }
    if (Boolean.TRUE.equals(inject) && action != Action.RESET) {
      throw new InvalidSetting("inject", "only a reset can be injected");
    }
    if (residual != null && (action == Action.PROHIBIT || action == Action.THROTTLE)) {
      throw new InvalidSetting("residual", "expected with action drop, drop_replies or reset");
    }
    Interference.checkHosts("to", to);
  }

  /** A rule with nothing but what it does and to whom. */
  public static FlowRule plain(Action action, @Nullable List<String> to) {
    return new FlowRule(action, to, null, null, null, null, null, null, null, null, null, null);
  }

  /** A rule about what a packet looks like. */
  public static FlowRule onSight(Action action, List<TrafficKind> protocols) {
    return new FlowRule(
        action, null, null, protocols, null, null, null, null, null, null, null, null);
  }

  /** A rule about the server name of a ClientHello. */
  public static FlowRule onName(Action action, List<String> sni) {
    return new FlowRule(action, null, null, null, sni, null, null, null, null, null, null, null);
  }
}
