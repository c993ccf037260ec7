package org.vpnprobe.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FlowRule;
import org.vpnprobe.model.FlowRule.Action;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.TrafficKind;
import org.vpnprobe.model.Transport;

/** What a carrier's {@link Interference} does to addresses and flows. */
final class Middlebox {
  /** The ports that a captive portal takes over. */
  private static final List<Integer> PORTAL_PORTS = List.of(80, 443);

  /**
   * @param localPort 0 when every flow is meant
   */
  private record Door(Transport transport, InetAddress address, int port, int localPort) {
    static Door of(Transport transport, InetSocketAddress server, int localPort) {
      return new Door(transport, server.getAddress(), server.getPort(), localPort);
    }
  }

  private record Penalty(long untilNanos, Effect effect) {}

  private final Interference interference;
  private final LabNetwork network;
  private final Line line;
  private final List<FlowRule> rules = new ArrayList<>();
  private final @Nullable List<HostPort> allowed;
  private final Map<Door, Penalty> penalties = new ConcurrentHashMap<>();

  Middlebox(Interference interference, LabNetwork network, Line line) {
    this.interference = interference;
    this.network = network;
    this.line = line;
    this.allowed =
        interference.allowOnly() == null
            ? null
            : interference.allowOnly().stream().map(HostPort::of).toList();
    plain(Action.DROP, interference.blackhole());
    plain(Action.RESET, interference.refuse());
    sight("drop", Action.DROP, interference.drop());
    sight("reset", Action.RESET, interference.reset());
    name(Action.DROP, interference.dropSni());
    name(Action.RESET, interference.resetSni());
    rules.addAll(Patterns.or(interference.rules()));
  }

  private void plain(Action action, @Nullable List<String> hosts) {
    if (hosts != null && !hosts.isEmpty()) {
      rules.add(FlowRule.plain(action, hosts));
    }
  }

  private void name(Action action, @Nullable List<String> names) {
    if (names != null && !names.isEmpty()) {
      rules.add(FlowRule.onName(action, names));
    }
  }

  private void sight(String key, Action action, @Nullable List<String> protocols) {
    List<TrafficKind> kinds = new ArrayList<>();
    for (String name : Patterns.or(protocols)) {
      kinds.add(
          Arrays.stream(TrafficKind.values())
              .filter(kind -> kind.id().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new InvalidSetting(
                      key,
                      "the lab recognises "
                          + String.join(", ", FirstFlight.PROTOCOLS)
                          + " by bytes")));
    }
    if (!kinds.isEmpty()) {
      rules.add(FlowRule.onSight(action, kinds));
    }
  }

  boolean offline() {
    return Boolean.TRUE.equals(interference.offline());
  }

  /** True when a captive portal answers in this server's place. */
  boolean isPortal(InetSocketAddress server) {
    return interference.portal() != null
        && !offline()
        && (PORTAL_PORTS.contains(server.getPort()) || isPortalItself(server));
  }

  private boolean isPortalItself(InetSocketAddress server) {
    return server.getAddress().equals(Portal.ADDRESS);
  }

  /** What becomes of whatever is sent to an address, whatever it is. */
  Effect address(Transport transport, InetSocketAddress server) {
    if (offline()) {
      return Effect.DROP;
    }
    if (network.isOwnResolver(server)) {
      return Effect.PASS; // It stands before the middlebox.
    }
    boolean captive = interference.portal() != null && !isPortalItself(server);
    boolean listed =
        allowed == null || allowed.stream().anyMatch(host -> network.names(host, server));
    if (captive || !listed) {
      return Effect.DROP;
    }
    return rules.stream()
        .filter(rule -> isBlunt(rule) && fits(rule, transport, server))
        .findFirst()
        .map(Middlebox::effect)
        .orElse(Effect.PASS);
  }

  /** Needs no payload and no patience. */
  private static boolean isBlunt(FlowRule rule) {
    return needsNoPayload(rule) && rule.after() == null && rule.action() != Action.THROTTLE;
  }

  static boolean needsNoPayload(FlowRule rule) {
    return rule.protocols() == null && rule.sni() == null && rule.httpHost() == null;
  }

  private boolean fits(FlowRule rule, Transport transport, InetSocketAddress server) {
    return (rule.transport() == null || rule.transport() == transport)
        && (rule.to() == null
            || rule.to().stream().anyMatch(to -> network.names(HostPort.of(to), server)));
  }

  static Effect effect(FlowRule rule) {
    return new Effect(
        switch (rule.action()) {
          case DROP -> Effect.Fate.DROP;
          case DROP_REPLIES -> Effect.Fate.DROP_REPLIES;
          case RESET -> Effect.Fate.RESET;
          case PROHIBIT -> Effect.Fate.PROHIBIT;
          case THROTTLE -> Effect.Fate.PASS;
        },
        Boolean.TRUE.equals(rule.inject()));
  }

  /** Watches a new flow. */
  FlowWatch watch(Transport transport, InetSocketAddress server, int localPort) {
    List<FlowRule> watched =
        network.isOwnResolver(server) || isPortal(server)
            ? List.of()
            : rules.stream()
                .filter(rule -> !isBlunt(rule) && fits(rule, transport, server))
                .toList();
    return new FlowWatch(this, transport, server, localPort, watched);
  }

  /** What still becomes of an address and port because of an earlier flow. */
  Effect penalty(Transport transport, InetSocketAddress server, int localPort) {
    Effect general = penalty(Door.of(transport, server, 0));
    return general.passes() ? penalty(Door.of(transport, server, localPort)) : general;
  }

  private Effect penalty(Door door) {
    Penalty penalty = penalties.get(door);
    if (penalty == null) {
      return Effect.PASS;
    }
    if (System.nanoTime() - penalty.untilNanos() >= 0) {
      penalties.remove(door, penalty);
      return Effect.PASS;
    }
    return penalty.effect();
  }

  /** Begins a time of blocking. */
  void punish(
      FlowRule rule,
      FlowRule.Residual residual,
      Transport transport,
      InetSocketAddress server,
      int localPort) {
    boolean one = Boolean.TRUE.equals(residual.sameSourcePort());
    Action action = Objects.requireNonNullElse(residual.action(), rule.action());
    Effect effect =
        action == Action.RESET
            ? new Effect(Effect.Fate.RESET, Boolean.TRUE.equals(rule.inject()))
            : Effect.DROP;
    long nanos = (long) (residual.seconds() * 1e9 / line.pace());
    penalties.put(
        Door.of(transport, server, one ? localPort : 0),
        new Penalty(System.nanoTime() + nanos, effect));
  }
}
