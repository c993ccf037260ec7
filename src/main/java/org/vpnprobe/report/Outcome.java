package org.vpnprobe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;

/**
 * What a report means for whoever runs vpnprobe from a script (design §4a.8 and §6, contract).
 *
 * @param exitCode {@link #MET}, {@link #NOT_MET} or {@link #INCONCLUSIVE}
 * @param reasons one sentence each, for the error stream; empty when all is as expected
 */
public record Outcome(int exitCode, List<String> reasons) {
  /** Every expectation met. */
  public static final int MET = 0;

  /** Some cell is not as expected. */
  public static final int NOT_MET = 1;

  /** Some cell could not be judged, and none is known to be wrong. */
  public static final int INCONCLUSIVE = 3;

  public Outcome {
    reasons = List.copyOf(reasons);
  }

  /**
   * What to hold a report against.
   *
   * @param failOn states that fail the run, in place of the expectations of the cells; null: the
   *     expectations
   * @param minimum how much of every carrier has to be reachable, null: not asked
   * @param inconclusiveOk what could not be judged does not change the exit code
   */
  public record Terms(
      @Nullable Set<State> failOn, @Nullable Minimum minimum, boolean inconclusiveOk) {}

  /** {@code 12} cells or {@code 80%} of the cells of each carrier. */
  public record Minimum(double value, boolean percent) {
    /**
     * Parses {@code N} or {@code P%}.
     *
     * @throws IllegalArgumentException with what is expected
     */
    public static Minimum of(String text) {
      boolean percent = text.endsWith("%");
      String number = percent ? text.substring(0, text.length() - 1) : text;
      if (!number.matches(percent ? "\\d{1,3}(\\.\\d{1,3})?" : "\\d{1,9}")
          || (percent && Double.parseDouble(number) > 100)) {
        throw new IllegalArgumentException("expected a number of cells (12) or a share (80%)");
      }
      return new Minimum(Double.parseDouble(number), percent);
    }

    private boolean met(long cells, long of) {
      return percent ? cells * 100.0 >= value * of : cells >= value;
    }

    @Override
    public String toString() {
      String number =
          value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
      return percent ? number + "%" : number;
    }
  }

  /** Holds a report against the terms. */
  public static Outcome of(Report report, Terms terms) {
    List<String> failed = new ArrayList<>();
    List<String> open = new ArrayList<>();
    if (terms.failOn() != null) {
      states(report, terms.failOn(), failed, open);
    } else if (terms.minimum() == null) {
      expectations(report, failed, open);
    }
    if (terms.minimum() != null) {
      minimum(report, terms.minimum(), failed, open);
    }
    if (!failed.isEmpty()) {
      return new Outcome(NOT_MET, failed);
    }
    if (!open.isEmpty() && !terms.inconclusiveOk()) {
      return new Outcome(INCONCLUSIVE, open);
    }
    return new Outcome(MET, List.of());
  }

  private static void expectations(Report report, List<String> failed, List<String> open) {
    for (Report.Cell cell : report.cells()) {
      String told = cell.id() + " is " + cell.state().id() + ", expected " + cell.expected().id();
      if (cell.asExpected() == null) {
        open.add(told);
      } else if (!cell.asExpected()) {
        failed.add(told);
      }
    }
    if (report.cells().isEmpty()) {
      open.add("there is no cell: nothing was measured");
    }
  }

  private static void states(
      Report report, Set<State> failOn, List<String> failed, List<String> open) {
    for (Report.Cell cell : ofCarriers(report)) {
      if (failOn.contains(cell.state())) {
        failed.add(cell.id() + " is " + cell.state().id());
      } else if (cell.state() == State.INSUFFICIENT || cell.state() == State.VANTAGE_OFFLINE) {
        open.add(cell.id() + " is " + cell.state().id());
      }
    }
  }

  private static void minimum(
      Report report, Minimum minimum, List<String> failed, List<String> open) {
    for (Report.Carrier carrier : report.carriers()) {
      if (carrier.role() == Role.CONTROL) {
        continue;
      }
      List<Report.Cell> cells =
          report.cells().stream().filter(cell -> cell.carrier().equals(carrier.name())).toList();
      long low = cells.stream().filter(cell -> cell.state() == State.REACHABLE).count();
      long high = low + cells.stream().filter(cell -> cell.state().undecided()).count();
      String told =
          carrier.name() + ": " + low + " of " + cells.size() + " reachable, asked " + minimum;
      if (!minimum.met(high, cells.size())) {
        failed.add(told);
      } else if (!minimum.met(low, cells.size())) {
        open.add(told + ", " + (high - low) + " undecided");
      }
    }
  }

  private static List<Report.Cell> ofCarriers(Report report) {
    Set<String> controls =
        report.carriers().stream()
            .filter(carrier -> carrier.role() == Role.CONTROL)
            .map(Report.Carrier::name)
            .collect(java.util.stream.Collectors.toSet());
    return report.cells().stream().filter(cell -> !controls.contains(cell.carrier())).toList();
  }
}
