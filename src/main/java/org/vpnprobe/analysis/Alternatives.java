package org.vpnprobe.analysis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;
import org.vpnprobe.model.VantageFacts;

/**
 * What works on a carrier where something else does not: the deepest proof first, then the fastest,
 * each protocol once before any comes twice, with the time at which it last answered.
 */
final class Alternatives {
  private static final int MOST = 5;

  private static final Set<State> FAILING =
      EnumSet.of(State.BLOCKED, State.LIKELY_BLOCKED, State.IMPAIRED, State.DEGRADED);

  private Alternatives() {}

  static List<Report.Alternative> of(Merged merged, List<Report.Cell> cells) {
    List<Report.Alternative> all = new ArrayList<>();
    for (VantageFacts vantage : merged.vantages()) {
      List<Report.Cell> own =
          cells.stream().filter(cell -> cell.carrier().equals(vantage.name())).toList();
      boolean wanted =
          vantage.role() == Role.CARRIER
              && own.stream().anyMatch(cell -> FAILING.contains(cell.state()));
      if (wanted) {
        all.addAll(ranked(merged, own));
      }
    }
    return all;
  }

  private static List<Report.Alternative> ranked(Merged merged, List<Report.Cell> own) {
    List<Report.Cell> working =
        own.stream()
            .filter(cell -> cell.state() == State.REACHABLE && cell.depth() != null)
            .sorted(
                Comparator.comparing(Report.Cell::depth, Comparator.reverseOrder())
                    .thenComparing(Alternatives::millis)
                    .thenComparing(Report.Cell::id))
            .toList();
    Set<String> protocols = new HashSet<>();
    Set<Report.Cell> chosen = new LinkedHashSet<>();
    working.stream().filter(cell -> protocols.add(cell.protocol())).forEach(chosen::add);
    chosen.addAll(working);
    return chosen.stream().limit(MOST).map(cell -> alternative(merged, cell)).toList();
  }

  private static double millis(Report.Cell cell) {
    return cell.latency() == null ? Double.MAX_VALUE : cell.latency().p50().toNanos() / 1e6;
  }

  private static Report.Alternative alternative(Merged merged, Report.Cell cell) {
    CellRecord found = merged.cell(cell.id());
    Instant answered =
        found.successes().stream()
            .map(Measurement::ended)
            .max(Comparator.naturalOrder())
            .orElse(Instant.EPOCH);
    return new Report.Alternative(
        cell.carrier(),
        cell.endpoint(),
        cell.protocol(),
        cell.transport(),
        cell.family() == Family.IP6,
        HostPort.of(found.endpoint().address()).port(),
        java.util.Objects.requireNonNull(cell.depth()),
        cell.latency() == null ? null : cell.latency().p50(),
        answered);
  }
}
