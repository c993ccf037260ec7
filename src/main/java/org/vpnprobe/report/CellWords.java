package org.vpnprobe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/** What several formats say of a cell in words. The words are not escaped for any of them. */
final class CellWords {
  private CellWords() {}

  /** {@code likely_blocked (vpn.wireguard.drop.handshake), expected reachable}. */
  static String verdict(Report.Cell cell) {
    return cell.state().id()
        + (cell.cause() == null ? "" : " (" + cell.cause() + ")")
        + ", expected "
        + cell.expected().id();
  }

  /** A line each: where it failed last, evidence, what is not excluded, advice, the rule. */
  static List<String> story(Report.Cell cell) {
    List<String> lines = new ArrayList<>();
    Report.LastFailure failure = cell.lastFailure();
    if (failure != null) {
      lines.add("last failure: " + failure.step().id() + ": " + failure.failure());
    }
    lines.addAll(cell.evidence());
    if (!cell.notExcluded().isEmpty()) {
      lines.add("not excluded: " + String.join(", ", cell.notExcluded()));
    }
    if (!cell.advice().isEmpty()) {
      lines.add(cell.advice());
    }
    lines.add("rule: " + cell.rule());
    return lines;
  }

  /** {@code 3 not as expected, 2 not judged, 95 as expected}; what there is none of is left out. */
  static String tally(Report report) {
    long wrong = report.cells().stream().filter(CellWords::failed).count();
    long open = report.cells().stream().filter(cell -> cell.asExpected() == null).count();
    long met = report.cells().size() - wrong - open;
    List<String> words = new ArrayList<>();
    if (wrong > 0) {
      words.add(wrong + " not as expected");
    }
    if (open > 0) {
      words.add(open + " not judged");
    }
    if (met > 0) {
      words.add(met + " as expected");
    }
    return words.isEmpty() ? "nothing was measured" : String.join(", ", words);
  }

  /** {@code 3 reachable, 1 blocked}, in the order of the states. */
  static String counts(Map<State, Integer> counts) {
    List<String> words = new ArrayList<>();
    new TreeMap<>(counts)
        .forEach((state, count) -> {
          if (count > 0) {
            words.add(count + " " + state.id());
          }
        });
    return words.isEmpty() ? "no cell" : String.join(", ", words);
  }

  /** The cell is known not to be as expected. */
  static boolean failed(Report.Cell cell) {
    return Boolean.FALSE.equals(cell.asExpected());
  }
}
