package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.State;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.Variation;

/**
 * One cell's whole story, its numbers computed again from the journal's lines.
 *
 * @param timeline every trial that touched the verdict, by time
 * @param numbers how the p-value and q-value come about, a sentence each; empty without rounds
 */
public record Explanation(
    String cell,
    State state,
    @Nullable String cause,
    String rule,
    String sentence,
    List<Line> timeline,
    List<String> numbers,
    List<String> evidence,
    List<String> notExcluded,
    String advice) {

  /**
   * One trial.
   *
   * @param role {@code screening}, {@code counted}, {@code witness}, {@code control_before}, …
   * @param from the cell tried
   * @param result what came of it
   * @param standing {@code counted}, {@code void: reason}, or empty where that is no question
   */
  public record Line(
      Instant at,
      Duration took,
      String role,
      String from,
      String result,
      String standing,
      List<Step> steps,
      List<Observation> observations) {}

  static Explanation of(Merged merged, CellRecord cell, Judgement judgement) {
    return new Explanation(
        cell.cell().id(),
        judgement.rule().state(),
        judgement.cause(),
        judgement.rule().id(),
        judgement.rule().sentence(),
        lines(around(cell), cell),
        cell.rounds()
            .map(rounds -> numbers(rounds.numbers(), merged.timing(cell)))
            .orElse(List.of()),
        judgement.evidence(),
        judgement.notExcluded(),
        judgement.advice());
  }

  /** The cell's own trials alone, as they stand in its timeline. */
  static List<Line> own(CellRecord cell) {
    Map<String, Measurement> trials = tried(cell);
    trials.values().removeIf(m -> !m.cell().equals(cell.cell().id()));
    return lines(trials, cell);
  }

  private static List<Line> lines(Map<String, Measurement> trials, CellRecord cell) {
    Map<String, String> standing = new HashMap<>();
    for (CellRecord.RunRounds run : cell.runs()) {
      run.rounds().tried().forEach(tried -> standing.put(tried.carrier().id(), standing(tried)));
    }
    return trials.values().stream()
        .sorted(Comparator.comparing(Measurement::started).thenComparing(Measurement::id))
        .map(m -> line(m, standing.getOrDefault(m.id(), "")))
        .toList();
  }

  /** What was tried for the cell itself, beside its witnesses. */
  private static Map<String, Measurement> tried(CellRecord cell) {
    Map<String, Measurement> trials = new HashMap<>();
    cell.own().forEach(m -> trials.put(m.id(), m));
    cell.symptoms().ifPresent(s -> s.experiments().forEach(m -> trials.put(m.id(), m)));
    for (CellRecord.RunRounds run : cell.runs()) {
      for (Rounds.Tried tried : run.rounds().tried()) {
        Trials.Round round = tried.round();
        for (Measurement m : new Measurement[] {round.before(), round.after(), round.contrast()}) {
          if (m != null) {
            trials.put(m.id(), m);
          }
        }
      }
    }
    if (cell.runs().isEmpty()) {
      cell.controls().forEach(m -> trials.put(m.id(), m));
    }
    return trials;
  }

  private static Map<String, Measurement> around(CellRecord cell) {
    Map<String, Measurement> trials = tried(cell);
    for (CellRecord.RunRounds run : cell.runs()) {
      run.rounds().witnesses().forEach(m -> trials.put(m.id() + run.runId(), m));
    }
    return trials;
  }

  private static String standing(Rounds.Tried tried) {
    return switch (tried.kind()) {
      case SUCCESS -> "success";
      case COUNTED -> tried.contrast() ? "counted, with contrast" : "counted";
      case VOID -> "void: " + tried.why();
      case OPEN -> "void: no witness trial came after it";
    };
  }

  private static Line line(Measurement m, String standing) {
    String reached = Optional.ofNullable(m.reached()).map(d -> d.id()).orElse("nothing");
    String result =
        m.failure() == null
            ? "reached " + reached
            : m.failure().step().id()
                + ": "
                + m.failure().id()
                + (m.reached() == null ? "" : " after " + reached);
    Experiment experiment = m.experiment();
    String reaction = m.observed("reaction").map(r -> ", reaction " + r).orElse("");
    return new Line(
        m.started(),
        m.took(),
        experiment == null ? m.purpose().id() : experiment.name(),
        m.cell(),
        result + reaction,
        experiment == null ? standing : said(experiment.variation()),
        m.steps(),
        m.observations());
  }

  private static String said(Variation variation) {
    return switch (variation) {
      case Variation.Same same -> "its own handshake";
      case Variation.OtherSni other -> "server name " + other.name();
      case Variation.OtherPort other -> "TCP port " + other.port();
      case Variation.OtherAddress other -> "at " + other.address();
      case Variation.OtherProtocol other -> "a harmless first flight of " + other.flight();
      case Variation.FirstFlight altered ->
          switch (altered.how()) {
            case SPLIT_SEGMENTS -> "ClientHello in two segments";
            case SPLIT_RECORDS -> "ClientHello in two TLS records";
            case SMALL_SEGMENTS -> "in small segments";
            case JUNK_FIRST -> "behind meaningless datagrams";
          };
      case Variation.RawBytes raw ->
          switch (raw.payload()) {
            case NONE -> "no byte";
            case ONE_BYTE -> "one meaningless byte";
            case RANDOM -> "random bytes";
            case PRINTABLE_FIRST -> "random bytes behind printable ones";
          };
      case Variation.DataAfter data -> "data through the session";
      case Variation.Lookup lookup ->
          "name asked of "
              + Objects.requireNonNullElse(
                  lookup.resolver(),
                  lookup.server() == null ? "the vantage's resolver" : "the server's own address")
              + " over "
              + lookup.way();
    };
  }

  private static List<String> numbers(Numbers n, Timing timing) {
    List<String> lines = new ArrayList<>();
    lines.add(
        say(
            "witnesses: x/N = %d/%d failed; 95%% upper Clopper–Pearson bound, at least 0.02: p0 ="
                + " %.4f",
            n.witnessFailures(), n.witnessTrials(), n.p0()));
    lines.add(
        say("p = p0^n = %.4f^%d = %.3g (at most %s)", n.p0(), n.counted(), n.pValue(), "0.001"));
    lines.add(
        say(
            "q = min(1, S·p) = min(1, %d·%.3g) = %.3g (at most 0.05)",
            n.suspects(), n.pValue(), n.qValue()));
    lines.add(
        say(
            "first to last counted failure: %.1f s (at least %.1f s)",
            n.span().toMillis() / 1e3, timing.span().toMillis() / 1e3));
    String missing = n.missing(timing);
    lines.add(missing.isEmpty() ? "significant" : "not significant: " + missing);
    return lines;
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
