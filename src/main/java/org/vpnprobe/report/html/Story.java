package org.vpnprobe.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.Step;

/**
 * What led to the verdict on one cell.
 *
 * @param number of the story on the page, from 1
 * @param sentence what the rule says, empty when no journal is at hand
 * @param facts what is known of the cell, a name and a value each
 * @param numbers how p and q come about
 * @param lanes which trial came when, null without trials
 * @param steps how far the cell's own trials came, null without any
 * @param trials all but the witnesses', by time
 * @param left trials that are not listed
 */
public record Story(
    int number,
    Look look,
    String endpoint,
    String carrier,
    String cause,
    String rule,
    String sentence,
    String advice,
    List<Fact> facts,
    List<String> evidence,
    List<String> notExcluded,
    List<String> numbers,
    @Nullable Lanes lanes,
    @Nullable StepPicture steps,
    List<Trial> trials,
    int left) {

  /** More trials than this are only drawn, not listed. */
  private static final int LISTED = 40;

  private static final int NOTES = 10;
  private static final int NOTE_LENGTH = 160;
  private static final String WITNESS = "witness";

  /** A name and a value. */
  public record Fact(String name, String value) {}

  /**
   * One trial.
   *
   * @param steps how long each step took, in words
   * @param notes what was seen meanwhile
   */
  public record Trial(
      String at,
      String role,
      String from,
      String took,
      boolean succeeded,
      String result,
      String standing,
      String steps,
      List<String> notes) {}

  static Story of(
      int number,
      Report.Cell cell,
      Optional<Explanation> explanation,
      @Nullable SourceMark source,
      Titles titles) {
    List<Explanation.Line> timeline = explanation.map(Explanation::timeline).orElse(List.of());
    List<Explanation.Line> own =
        timeline.stream().filter(line -> !line.role().equals(WITNESS) || isOf(line, cell)).toList();
    return new Story(
        number,
        Look.of(cell.state()),
        Wording.name(cell.endpoint()) + (cell.family() == Family.IP6 ? " over IPv6" : ""),
        titles.of(cell.carrier()),
        cell.cause() == null ? "" : Wording.name(cell.cause()),
        Wording.name(cell.rule()),
        explanation.map(Explanation::sentence).map(Wording::name).orElse(""),
        Wording.safe(cell.advice(), 400),
        facts(cell, source),
        safe(cell.evidence()),
        safe(cell.notExcluded()),
        safe(explanation.map(Explanation::numbers).orElse(List.of())),
        timeline.isEmpty() ? null : Lanes.of(timeline, cell),
        StepPicture.of(own, cell),
        own.stream().limit(LISTED).map(Story::trial).toList(),
        timeline.size() - Math.min(LISTED, own.size()));
  }

  private static boolean isOf(Explanation.Line line, Report.Cell cell) {
    return line.from().equals(cell.id());
  }

  private static List<String> safe(List<String> texts) {
    return texts.stream().map(text -> Wording.safe(text, 300)).toList();
  }

  private static List<Fact> facts(Report.Cell cell, @Nullable SourceMark source) {
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "Protocol",
            Wording.name(cell.protocol())
                + " over "
                + cell.transport().id()
                + ", "
                + family(cell)));
    facts.add(
        new Fact(
            "Proof",
            (cell.depth() == null ? "none" : cell.depth().id()) + ", asked " + cell.asked().id()));
    Report.Latency latency = cell.latency();
    if (latency != null) {
      facts.add(
          new Fact(
              "Latency",
              Wording.time(latency.p50())
                  + " (least "
                  + Wording.time(latency.min())
                  + ", 95 % within "
                  + Wording.time(latency.p95())
                  + ")"));
    }
    if (cell.lastFailure() != null) {
      facts.add(
          new Fact(
              "Last failure",
              cell.lastFailure().step().id() + ": " + Wording.name(cell.lastFailure().failure())));
    }
    facts.add(
        new Fact(
            "Trials",
            cell.trials() + " (" + cell.counted() + " counted, " + cell.voided() + " void)"));
    Report.Witnesses witnesses = cell.witnesses();
    if (witnesses != null) {
      facts.add(
          new Fact(
              "Witnesses",
              Wording.say(
                  "%d of %d failed, p0 = %.3f",
                  witnesses.failed(), witnesses.n(), witnesses.p0())));
    }
    if (cell.pValue() != null && cell.qValue() != null) {
      facts.add(
          new Fact("Numbers", Wording.say("p = %.2g, q = %.2g", cell.pValue(), cell.qValue())));
    }
    facts.add(new Fact("Expected", cell.expected().id() + ": " + expectation(cell.asExpected())));
    if (!cell.tags().isEmpty()) {
      facts.add(new Fact("Tags", Wording.safe(String.join(", ", cell.tags()), 200)));
    }
    if (source != null) {
      facts.add(new Fact("Entry", Wording.name(source.file() + ":" + source.line())));
    }
    return facts;
  }

  private static String family(Report.Cell cell) {
    return cell.family() == Family.IP6 ? "IPv6" : "IPv4";
  }

  private static String expectation(@Nullable Boolean met) {
    return met == null ? "cannot be said" : met ? "met" : "not met";
  }

  private static Trial trial(Explanation.Line line) {
    return new Trial(
        Wording.second(line.at()),
        Wording.safe(line.role().replace('_', ' '), 60),
        Wording.name(line.from()),
        Wording.time(line.took()),
        Lanes.succeeded(line),
        Wording.safe(line.result(), NOTE_LENGTH),
        Wording.safe(line.standing(), NOTE_LENGTH),
        line.steps().stream().map(Story::said).reduce((a, b) -> a + " → " + b).orElse(""),
        Stream.concat(
                line.observations().stream()
                    .limit(NOTES)
                    .map(seen -> Wording.safe(seen.key() + ": " + seen.value(), NOTE_LENGTH)),
                line.observations().size() > NOTES
                    ? Stream.of(line.observations().size() - NOTES + " more")
                    : Stream.of())
            .toList());
  }

  private static String said(Step step) {
    return step.name().id()
        + " "
        + Wording.time(step.took())
        + " ("
        + step.sent()
        + " B out, "
        + step.received()
        + " B in"
        + (step.failure() == null ? "" : ", " + Wording.safe(step.failure(), 60))
        + ")";
  }
}
