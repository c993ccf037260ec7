package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.model.VantageFacts;

/** Journals → report. A pure function: the same journals give the same report. */
public final class Analyst {
  private Analyst() {}

  /**
   * Judges every cell of these journals.
   *
   * @param journals of one or several vantages; of a cell measured several times the last run
   *     decides, and earlier ones may show that a failure persists
   */
  public static Report report(List<Recorded> journals) {
    return report(journals, List.of());
  }

  /**
   * The same with what a history knows of runs whose journals are not at hand.
   *
   * @param earlier may show that a failure persists, and nothing else
   */
  public static Report report(List<Recorded> journals, List<Earlier> earlier) {
    return report(new Merged(journals, earlier), journals);
  }

  /**
   * A report and the stories behind it, of journals that are put together once for both.
   *
   * @param stories made when asked for
   */
  public record Judged(Report report, Stories stories) {}

  /** Judges every cell and is ready to tell why. */
  public static Judged judged(List<Recorded> journals, List<Earlier> earlier) {
    Merged merged = new Merged(journals, earlier);
    return new Judged(report(merged, journals), new Told(() -> merged));
  }

  private static Report report(Merged merged, List<Recorded> journals) {
    Gates gates = merged.gates();
    CarrierJudge judge = new CarrierJudge(merged, gates);
    List<Report.Cell> cells =
        merged.cells().stream().map(merged::cell).map(cell -> cell(merged, judge, cell)).toList();
    List<Plan> plans = merged.runs().stream().map(run -> run.recorded().plan()).toList();
    Plan last = plans.getLast();
    return new Report(
        Report.SCHEMA_VERSION,
        plans.stream().map(Plan::runId).collect(Collectors.joining("+")),
        plans.getFirst().createdAt(),
        journals.stream().map(Recorded::finishedAt).max(Comparator.naturalOrder()).orElseThrow(),
        last.toolVersion(),
        last.profile(),
        plans.stream().anyMatch(Plan::rehearsal),
        last.pace(),
        merged.vantages().stream().map(v -> carrier(v, gates, cells, merged.egresses())).toList(),
        cells,
        plans.stream().flatMap(plan -> plan.events().stream()).distinct().sorted(byDate()).toList(),
        plans.stream().flatMap(plan -> plan.rejected().stream()).distinct().toList(),
        Notes.of(merged, gates),
        Rollups.of(merged, cells),
        Alternatives.of(merged, cells));
  }

  private static Comparator<Event> byDate() {
    return Comparator.comparing(Event::date).thenComparing(Event::name);
  }

  private static Report.Cell cell(Merged merged, CarrierJudge judge, CellRecord cell) {
    Judgement judgement = judge.judge(cell);
    Optional<Rounds> rounds =
        cell.rounds().filter(r -> judgement.rule().state() != State.REACHABLE);
    Optional<Measurement> failed = cell.lastFailure();
    return new Report.Cell(
        cell.cell().id(),
        cell.endpoint().name(),
        cell.endpoint().protocol(),
        cell.endpoint().transport(),
        cell.cell().family(),
        cell.vantage().name(),
        judgement.rule().state(),
        judgement.cause(),
        judgement.rule().id(),
        cell.deepest(),
        cell.endpoint().goal(),
        merged.profile(cell),
        cell.own().size(),
        (int) cell.counted(),
        (int) cell.voided(),
        rounds.map(Rounds::numbers).map(Analyst::witnesses).orElse(null),
        rounds.map(r -> r.numbers().pValue()).orElse(null),
        rounds.map(r -> r.numbers().qValue()).orElse(null),
        latency(cell),
        failed.map(Analyst::lastFailure).orElse(null),
        judgement.evidence(),
        judgement.notExcluded(),
        judgement.advice(),
        Expecting.of(cell),
        Expecting.met(cell, judgement.rule()),
        cell.endpoint().tags());
  }

  private static Report.Witnesses witnesses(Numbers numbers) {
    return new Report.Witnesses(numbers.witnessTrials(), numbers.witnessFailures(), numbers.p0());
  }

  private static Report.@Nullable LastFailure lastFailure(Measurement m) {
    return m.failure() == null
        ? null
        : new Report.LastFailure(m.failure().step(), m.failure().id());
  }

  private static Report.@Nullable Latency latency(CellRecord cell) {
    List<Duration> sorted = new ArrayList<>();
    for (Measurement m : cell.successes()) {
      if (m.latency() != null) {
        sorted.add(m.latency());
      }
    }
    sorted.sort(Comparator.naturalOrder());
    return sorted.isEmpty()
        ? null
        : new Report.Latency(sorted.getFirst(), quantile(sorted, 0.5), quantile(sorted, 0.95));
  }

  /** Nearest rank. */
  private static Duration quantile(List<Duration> sorted, double q) {
    return sorted.get((int) Math.ceil(q * sorted.size()) - 1);
  }

  private static Report.Carrier carrier(
      VantageFacts vantage, Gates gates, List<Report.Cell> cells, List<Egress> egresses) {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    for (Report.Cell cell : cells) {
      if (cell.carrier().equals(vantage.name())) {
        counts.merge(cell.state(), 1, Integer::sum);
      }
    }
    return new Report.Carrier(
        vantage.name(),
        vantage.displayName(),
        vantage.asns(),
        vantage.role(),
        Standing.of(vantage, gates.state(vantage.name()), egresses),
        counts,
        counts.isEmpty() ? null : Rollups.share(counts));
  }

  /** When a journal without a last line ended: with its last measurement. */
  public static Instant finishedAt(Plan plan, List<Measurement> measurements) {
    return measurements.stream()
        .map(Measurement::ended)
        .max(Comparator.naturalOrder())
        .orElse(plan.createdAt());
  }
}
