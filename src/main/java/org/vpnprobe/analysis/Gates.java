package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.Transport;

/**
 * Which gates were closed at which vantage, run by run: the user's anchors, the control, what the
 * vantage's own trials and its egress show. Nobody else is asked.
 */
final class Gates {
  /** The finding of an egress that leaves through a tunnel of this host. */
  private static final String OWN_TUNNEL = "own_tunnel";

  /** One server may be down or blocked by itself. */
  private static final int HOSTS = 2;

  /** A vantage in one run: what held then says nothing of another time. */
  private record At(String run, String vantage) {}

  private final Map<At, Set<Gate>> closed = new HashMap<>();
  private final Map<String, Duration> clockOff = new HashMap<>();
  private final Map<String, String> lastRun = new HashMap<>();
  private final Set<String> working = new HashSet<>();

  Gates(Merged merged) {
    for (Merged.Run run : merged.runs()) {
      String id = run.recorded().plan().runId();
      Duration off = run.clockOff();
      Map<String, Glance> own = Glance.of(run.recorded(), off);
      run.recorded()
          .plan()
          .vantages()
          .forEach(v -> {
            clockOff.put(id, off);
            lastRun.put(v.name(), id);
            boolean carrier = v.role() == Role.CARRIER;
            Look at = new Look(run, v.name(), own.getOrDefault(v.name(), Glance.none()));
            closed.put(new At(id, v.name()), look(at, carrier, merged.egresses()));
          });
    }
  }

  /** The gates that were closed at this vantage in its last run. */
  Set<Gate> closed(String vantage) {
    return closed(lastRun.getOrDefault(vantage, ""), vantage);
  }

  /** The gates that were closed at this vantage in this run. */
  Set<Gate> closed(String run, String vantage) {
    return closed.getOrDefault(new At(run, vantage), Set.of());
  }

  /** The gates that were closed when this cell was measured. */
  Set<Gate> closed(CellRecord cell) {
    return closed(cell.run(), cell.vantage().name());
  }

  /** How far the clock is known to have been off by which this cell was measured. */
  Duration clockOff(CellRecord cell) {
    return clockOff.getOrDefault(cell.run(), Duration.ZERO);
  }

  boolean offline(CellRecord cell) {
    return closed(cell).contains(Gate.OFFLINE);
  }

  /**
   * {@code ok}, the gate that closes all of it, or {@code unknown} when nothing answered and
   * nothing shows why.
   */
  String state(String vantage) {
    return closed(vantage).stream()
        .filter(Gate::all)
        .map(Gate::id)
        .findFirst()
        .orElse(working.contains(vantage) ? "ok" : "unknown");
  }

  /** One vantage of one run. */
  private record Look(Merged.Run run, String vantage, Glance own) {
    /** Cells of this vantage that were tried and of which this holds. */
    List<String> tried(Predicate<String> which) {
      return run.recorded().plan().cells().stream()
          .filter(cell -> cell.vantage().equals(vantage))
          .map(CellFacts::id)
          .filter(which)
          .filter(id -> !run.trials().of(id).isEmpty())
          .toList();
    }

    /** Those of them that answer at a control. */
    List<String> cells(Predicate<String> which) {
      return tried(which).stream()
          .filter(id ->
              run.trials().controlsOf(run.trials().cell(id)).stream()
                  .anyMatch(run.trials()::answered))
          .toList();
    }

    /** The trials at controls that succeeded. */
    List<Measurement> atControls(String cellId) {
      return run.trials().controlsOf(run.trials().cell(cellId)).stream()
          .flatMap(id -> run.trials().of(id).stream())
          .filter(Measurement::succeeded)
          .toList();
    }

    /** The host of a cell's server as the user wrote it. */
    String named(String cellId) {
      return HostPort.of(run.trials().endpoint(cellId).address()).host();
    }

    boolean answers(String cellId) {
      return run.trials().heard(cellId);
    }

    /**
     * None of them answers here, at two hosts or more, and others do. An answer of a server inside
     * this network, which no control reaches, is one, too.
     */
    boolean silent(Predicate<String> which) {
      long hosts = cells(which).stream().map(run.trials()::host).distinct().count();
      return hosts >= HOSTS
          && tried(which).stream().noneMatch(this::answers)
          && cells(which.negate()).stream().anyMatch(this::answers);
    }
  }

  private Set<Gate> look(Look at, boolean carrier, List<Egress> egresses) {
    Set<Gate> gates = EnumSet.noneOf(Gate.class);
    List<Egress> seen =
        egresses.stream().filter(egress -> egress.vantage().equals(at.vantage())).toList();
    if (at.own().heard()) {
      working.add(at.vantage());
    } else if (isOffline(at)) {
      gates.add(Gate.OFFLINE);
      return gates;
    }
    if (carrier
        && seen.stream()
            .flatMap(egress -> egress.findings().stream())
            .anyMatch(finding -> finding.id().equals(OWN_TUNNEL))) {
      gates.add(Gate.OWN_TUNNEL);
    }
    if (portal(at)) {
      gates.add(Gate.CAPTIVE_PORTAL);
    }
    if (at.silent(id -> at.run().trials().cell(id).family() == Family.IP6)) {
      gates.add(Gate.NO_IP6);
    }
    if (at.silent(id -> at.run().trials().endpoint(id).transport() == Transport.UDP)) {
      gates.add(Gate.NO_UDP);
    }
    if (at.own().unresolved().stream().map(at::named).distinct().count() >= HOSTS) {
      gates.add(Gate.RESOLVER);
    }
    if (isCut(at)) {
      gates.add(Gate.CUT);
    }
    if (seen.stream().map(Egress::asn).filter(asn -> asn != null).distinct().count() > 1) {
      gates.add(Gate.EGRESS_CHANGED);
    }
    if (at.own().mistimed()) {
      gates.add(Gate.CLOCK);
    }
    return gates;
  }

  private static boolean isOffline(Look at) {
    if (at.own().failedByItself()) {
      return true;
    }
    Set<String> anchors = Set.copyOf(at.run().recorded().plan().anchors());
    return at.own().anchorTried()
        && at.run().recorded().measurements().stream()
            .filter(m -> anchors.contains(m.endpoint()) && at.run().trials().knows(m.cell()))
            .filter(m -> at.run().trials().role(m.cell()) == Role.CONTROL)
            .anyMatch(Measurement::succeeded);
  }

  /** Servers at different places that show one certificate, and others at the control. */
  private static boolean portal(Look at) {
    Map<String, Set<String>> shown = new HashMap<>();
    for (Glance.Refused refused : at.own().refused()) {
      Set<String> expected =
          at.atControls(refused.cell()).stream()
              .flatMap(control -> control.observed(Glance.CERTIFICATE).stream())
              .collect(Collectors.toSet());
      if (!expected.isEmpty() && !expected.contains(refused.certificate())) {
        // As named: all names may lead to the portal's one address.
        shown
            .computeIfAbsent(refused.certificate(), c -> new HashSet<>())
            .add(at.named(refused.cell()));
      }
    }
    return !at.own().proved() && shown.values().stream().anyMatch(hosts -> hosts.size() >= HOSTS);
  }

  /** Every anchor that was tried answered, and nobody else that the control reaches. */
  private static boolean isCut(Look at) {
    if (!at.own().anchorAnswered()) {
      return false;
    }
    Set<String> named = new HashSet<>(at.run().recorded().plan().anchors());
    List<String> others = at.cells(id -> !named.contains(at.run().trials().cell(id).endpoint()));
    long hosts = others.stream().map(at.run().trials()::host).distinct().count();
    return hosts > HOSTS && others.stream().noneMatch(at::answers);
  }
}
