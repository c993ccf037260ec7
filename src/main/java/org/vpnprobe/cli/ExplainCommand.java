package org.vpnprobe.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.analysis.Stories;
import org.vpnprobe.engine.Journal;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Step;
import org.vpnprobe.report.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Show the timeline, the rule and the numbers behind a verdict.")
final class ExplainCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private final Streams streams;
  private final Map<String, String> environment;

  @Parameters(
      index = "0",
      paramLabel = "CELL",
      description =
          "endpoint@carrier, with /ip6 for the other family; also as a redacted report calls it.")
  private String cell = "";

  @Parameters(
      index = "1..*",
      paramLabel = "JOURNAL",
      arity = "0..*",
      description = "results.ndjson, or the folder it is in. Default: the last run.")
  private List<Path> journals = List.of();

  @Mixin private HistoryOption history;

  @Option(
      names = {"-v", "--verbose"},
      description = "Also the steps and observations of each trial.")
  private boolean verbose;

  @Mixin private PrivacyOptions privacy = new PrivacyOptions();

  ExplainCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
    this.environment = environment;
    this.history = new HistoryOption(environment);
  }

  @Override
  public Integer call() throws IOException {
    List<Journal> read = ReportCommand.read(journals, environment);
    read.forEach(journal -> Talk.torn(journal, streams));
    List<Recorded> recorded = ReportCommand.recorded(read);
    Stories stories = Stories.in(recorded, history.past(recorded, streams).earlier());
    Explanation explanation =
        stories
            .of(cell)
            .or(() -> privacy.redactor(recorded).cellCalled(cell).flatMap(stories::of))
            .orElseThrow(() -> new Refused(unknown(recorded)));
    Explanation shown =
        privacy.ofAll(recorded).map(all -> all.redact(explanation)).orElse(explanation);
    print(shown, streams.out(), new Paint(streams.terminal().colour()));
    return 0;
  }

  private String unknown(List<Recorded> recorded) {
    String sentence = unknownCell(recorded);
    return privacy.ofAll(recorded).map(all -> all.redact(sentence)).orElse(sentence);
  }

  private String unknownCell(List<Recorded> recorded) {
    List<String> near =
        recorded.stream()
            .flatMap(r -> r.plan().cells().stream())
            .map(facts -> facts.id())
            .filter(id -> id.startsWith(cell.split("@", 2)[0]) || id.contains(cell))
            .distinct()
            .limit(8)
            .toList();
    return "there is no cell “"
        + cell
        + "” in this run"
        + (near.isEmpty() ? "" : "; there are " + String.join(", ", near));
  }

  private void print(Explanation e, PrintWriter out, Paint paint) {
    out.println(
        paint.bold(Printable.of(e.cell()))
            + ": "
            + paint.state(e.state(), Paint.symbol(e.state()) + " " + e.state().id())
            + (e.cause() == null ? "" : ", " + Printable.of(e.cause())));
    out.println(paint.faint(e.state().id() + ": " + Legend.of(e.state())));
    out.println(Printable.of("rule " + e.rule() + ": " + e.sentence()));
    e.evidence().forEach(line -> out.println("  " + Printable.of(line)));
    if (!e.notExcluded().isEmpty()) {
      out.println(Printable.of("not excluded: " + String.join(", ", e.notExcluded())));
    }
    if (!e.advice().isEmpty()) {
      out.println(Printable.of("advice: " + e.advice()));
    }
    out.println();
    for (Explanation.Line line : e.timeline()) {
      out.println(Printable.of(told(line)).stripTrailing());
      if (verbose) {
        line.steps().forEach(step -> out.println("      " + Printable.of(told(step))));
        line.observations().forEach(o -> out.println("      " + Printable.of(told(o))));
      }
    }
    if (!e.numbers().isEmpty()) {
      out.println();
      e.numbers().forEach(line -> out.println(Printable.of(line)));
    }
    out.println();
    Legend.of(e).forEach(line -> out.println(paint.faint(line)));
  }

  private static String told(Explanation.Line line) {
    return String.format(
        Locale.ROOT,
        "%s %8s  %-14s %-34s %-44s %s",
        TIME.format(line.at()),
        milliseconds(line.took()),
        line.role(),
        line.from(),
        line.result(),
        line.standing());
  }

  private static String told(Step step) {
    return String.format(
        Locale.ROOT,
        "+%s %s %s, sent %d bytes in %d, received %d in %d%s",
        milliseconds(step.start()),
        step.name().id(),
        milliseconds(step.took()),
        step.sent(),
        step.sentPackets(),
        step.received(),
        step.receivedPackets(),
        step.failure() == null ? "" : ": " + step.failure());
  }

  private static String told(Observation o) {
    return "+" + milliseconds(o.at()) + " " + o.key() + ": " + o.value();
  }

  private static String milliseconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
  }
}
