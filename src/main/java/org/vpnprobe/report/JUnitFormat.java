package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.State;

/**
 * {@code junit.xml}: what CI systems show as tests. A suite for each carrier, a case for each
 * endpoint in it. Not as expected is a failure, or an error when the server refused us: then the
 * entry of the file is to be mended. Not judged is skipped. Rejected entries of the file are errors
 * in a suite of their own. There is no official schema; elements, attributes and their order are
 * those that Ant, Surefire and the CI systems share, with {@code file} and {@code line} besides.
 */
final class JUnitFormat implements Format {
  /** Local time without an offset is all that Ant's schema allows; it is UTC. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Override
  public String name() {
    return "junit";
  }

  @Override
  public String fileName() {
    return "junit.xml";
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    Report report = dossier.report();
    List<Suite> suites = new ArrayList<>();
    for (Report.Carrier carrier : report.carriers()) {
      List<Report.Cell> cells =
          report.cells().stream().filter(cell -> cell.carrier().equals(carrier.name())).toList();
      if (!cells.isEmpty()) {
        suites.add(
            new Suite(
                carrier.name(),
                () ->
                    cells.stream().map(cell -> of(cell, dossier.sources().get(cell.endpoint())))));
      }
    }
    if (!report.rejected().isEmpty()) {
      suites.add(
          new Suite("rejected entries", () -> report.rejected().stream().map(JUnitFormat::of)));
    }
    Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"vpnprobe")
        .append(report.rehearsal() ? " rehearsal" : "")
        .append("\"")
        .append(totals(suites.stream().flatMap(suite -> suite.cases().get()), false))
        .append(">\n");
    for (Suite suite : suites) {
      write(suite, report.startedAt(), text);
    }
    text.append("</testsuites>\n");
    text.flush();
  }

  /** What became of a case; its id is the element, empty when it passed. */
  private enum Result {
    PASSED(""),
    FAILED("failure"),
    ERROR("error"),
    SKIPPED("skipped");

    private final String element;

    Result(String element) {
      this.element = element;
    }
  }

  /**
   * @param type a stable word for the kind of failure
   * @param lines what is said of it
   */
  private record Case(
      String name,
      String group,
      double seconds,
      @Nullable SourceMark where,
      Result result,
      String type,
      String message,
      List<String> lines) {}

  /**
   * @param cases made anew each time: what is said of a hundred thousand is not kept
   */
  private record Suite(String name, Supplier<Stream<Case>> cases) {}

  private static Case of(Report.Cell cell, @Nullable SourceMark where) {
    Result result =
        cell.asExpected() == null
            ? Result.SKIPPED
            : cell.asExpected()
                ? Result.PASSED
                : cell.state() == State.CONFIG_ERROR ? Result.ERROR : Result.FAILED;
    Duration latency = cell.latency() == null ? Duration.ZERO : cell.latency().p50();
    return new Case(
        cell.endpoint() + (cell.family() == Family.IP6 ? "/ip6" : ""),
        "vpnprobe." + cell.carrier(),
        latency.toNanos() / 1e9,
        where,
        result,
        cell.state().id(),
        CellWords.verdict(cell),
        result == Result.PASSED ? List.of() : CellWords.story(cell));
  }

  private static Case of(org.vpnprobe.model.Rejected entry) {
    SourceMark where = new SourceMark(entry.file(), entry.line(), entry.column());
    return new Case(
        where.toString(),
        "vpnprobe",
        0,
        where,
        Result.ERROR,
        "rejected",
        entry.message(),
        List.of());
  }

  private static void write(Suite suite, Instant started, Writer out) throws IOException {
    out.append("  <testsuite name=\"").append(xml(suite.name())).append('"');
    out.append(totals(suite.cases().get(), true));
    out.append(" timestamp=\"").append(TIME.format(started)).append("\" hostname=\"vpnprobe\">\n");
    for (Iterator<Case> cases = suite.cases().get().iterator(); cases.hasNext(); ) {
      write(cases.next(), out);
    }
    out.append("  </testsuite>\n");
  }

  /** Counts and time. {@code skipped} is known of suites alone. */
  private static String totals(Stream<Case> cases, boolean skipped) {
    Map<Result, Integer> counts = new EnumMap<>(Result.class);
    DoubleSummaryStatistics seconds = new DoubleSummaryStatistics();
    cases.forEach(each -> {
      counts.merge(each.result(), 1, Integer::sum);
      seconds.accept(each.seconds());
    });
    return " tests=\"%d\" failures=\"%d\" errors=\"%d\""
            .formatted(
                seconds.getCount(),
                counts.getOrDefault(Result.FAILED, 0),
                counts.getOrDefault(Result.ERROR, 0))
        + (skipped ? " skipped=\"" + counts.getOrDefault(Result.SKIPPED, 0) + "\"" : "")
        + " time=\""
        + seconds(seconds.getSum())
        + "\"";
  }

  private static void write(Case each, Writer out) throws IOException {
    out.append("    <testcase name=\"").append(xml(each.name())).append('"');
    out.append(" classname=\"").append(xml(each.group())).append('"');
    out.append(" time=\"").append(seconds(each.seconds())).append('"');
    SourceMark where = each.where();
    if (where != null) {
      out.append(" file=\"").append(xml(where.file())).append('"');
      out.append(" line=\"").append(Integer.toString(where.line())).append('"');
    }
    if (each.result() == Result.PASSED) {
      out.append("/>\n");
      return;
    }
    String element = each.result().element;
    out.append(">\n      <").append(element);
    if (each.result() != Result.SKIPPED) {
      out.append(" type=\"").append(xml(each.type())).append('"');
    }
    out.append(" message=\"").append(xml(each.message())).append("\">");
    for (String line : each.lines()) {
      out.append(xml(line)).append('\n');
    }
    out.append("</").append(element).append(">\n    </testcase>\n");
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /**
   * Escaped for content and attributes; what XML 1.0 cannot hold at all is U+FFFD (section 2.2).
   */
  private static String xml(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    Printable.of(text)
        .codePoints()
        .forEach(code -> {
          switch (code) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&apos;");
            case 0xFFFE, 0xFFFF -> out.append('\uFFFD');
            default -> out.appendCodePoint(code);
          }
        });
    return out.toString();
  }
}
