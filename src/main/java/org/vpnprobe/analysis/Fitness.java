package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Transport;

/** Whether a vantage is fit to say anything of a cell, by the gates that are closed there. */
final class Fitness {
  private final Gates gates;

  Fitness(Gates gates) {
    this.gates = gates;
  }

  /** Nothing that was seen here was seen in that carrier. */
  Optional<Judgement> unfit(CellRecord cell) {
    Set<Gate> closed = gates.closed(cell);
    if (closed.contains(Gate.OWN_TUNNEL)) {
      return found(Rule.OWN_TUNNEL, "Switch the other VPN off, or name the interface by via:.");
    }
    // A proof that only the server can give passes even there.
    boolean proved =
        cell.successes().stream()
            .anyMatch(m -> m.reached() != null && m.reached().atLeast(Depth.AUTHENTICATED));
    return closed.contains(Gate.CAPTIVE_PORTAL) && !proved
        ? found(Rule.CAPTIVE_PORTAL, "Log in at the portal, then run again.")
        : Optional.empty();
  }

  /** A failure that says more of the vantage than of the endpoint. */
  Optional<Judgement> unfitToFail(CellRecord cell) {
    Set<Gate> closed = gates.closed(cell);
    if (closed.contains(Gate.NO_IP6) && cell.cell().family() == Family.IP6) {
      return found(Rule.NO_IP6, "Ask for IPv4, or a line with IPv6.");
    }
    if (closed.contains(Gate.NO_UDP) && cell.endpoint().transport() == Transport.UDP) {
      return found(
          Rule.NO_UDP, "Name an anchor over UDP inside this network; use a protocol over TCP.");
    }
    boolean unresolved = cell.lastFailure().filter(Failing::unresolved).isPresent();
    if (closed.contains(Gate.RESOLVER) && unresolved) {
      return found(Rule.NO_RESOLVER, "Look at the resolver, or name another by resolver:.");
    }
    if (closed.contains(Gate.EGRESS_CHANGED)) {
      return found(Rule.EGRESS_CHANGED, "Run again on one network.");
    }
    Duration off = gates.clockOff(cell);
    return closed.contains(Gate.CLOCK)
            && cell.own().stream().anyMatch(m -> WrongClock.mayFail(m, off))
        ? found(Rule.CLOCK, "Set the clock, then run again.")
        : Optional.empty();
  }

  private static Optional<Judgement> found(Rule rule, String advice) {
    return Optional.of(Judgement.of(rule, advice));
  }
}
