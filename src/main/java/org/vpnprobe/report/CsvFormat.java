package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Report;

/**
 * {@code report.csv}: RFC 4180, one cell a record, for a spreadsheet. A text that a spreadsheet
 * would take for a formula gets an apostrophe in front, as OWASP's page on CSV injection has it.
 *
 * @param mark begin with a byte order mark, without which Excel takes UTF-8 for the system's own
 *     encoding
 */
record CsvFormat(boolean mark) implements Format {
  private static final String END = "\r\n";

  private static final List<String> COLUMNS =
      List.of(
          "run_id",
          "finished_at",
          "endpoint",
          "protocol",
          "transport",
          "family",
          "carrier",
          "role",
          "state",
          "cause",
          "rule",
          "depth",
          "asked",
          "profile",
          "trials",
          "counted",
          "void",
          "witnesses",
          "witnesses_failed",
          "p0",
          "p_value",
          "q_value",
          "latency_min_ms",
          "latency_p50_ms",
          "latency_p95_ms",
          "failed_step",
          "failure",
          "evidence",
          "not_excluded",
          "advice",
          "expected",
          "as_expected",
          "tags",
          "rehearsal");

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public String fileName() {
    return "report.csv";
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    Report report = dossier.report();
    Map<String, String> roles = new HashMap<>();
    report.carriers().forEach(carrier -> roles.put(carrier.name(), carrier.role().id()));
    out.write((mark ? "\uFEFF" : "").getBytes(StandardCharsets.UTF_8));
    write(COLUMNS, out);
    for (Report.Cell cell : report.cells()) {
      Row row = new Row();
      row.text(report.runId()).text(JsonFormat.time(report.finishedAt()));
      which(row, cell, roles.get(cell.carrier()));
      numbers(row, cell);
      words(row, cell);
      row.text(Boolean.toString(report.rehearsal()));
      write(row.fields, out);
    }
  }

  private static void write(List<String> fields, OutputStream out) throws IOException {
    out.write((String.join(",", fields) + END).getBytes(StandardCharsets.UTF_8));
  }

  private static void which(Row row, Report.Cell cell, @Nullable String role) {
    row.text(cell.endpoint()).text(cell.protocol()).text(cell.transport().id());
    row.text(cell.family().id()).text(cell.carrier()).text(role);
    row.text(cell.state().id()).text(cell.cause()).text(cell.rule());
    row.text(cell.depth() == null ? null : cell.depth().id()).text(cell.asked().id());
    row.text(cell.profile().id());
  }

  private static void numbers(Row row, Report.Cell cell) {
    row.number(cell.trials()).number(cell.counted()).number(cell.voided());
    Report.Witnesses witnesses = cell.witnesses();
    row.number(witnesses == null ? null : witnesses.n());
    row.number(witnesses == null ? null : witnesses.failed());
    row.number(witnesses == null ? null : witnesses.p0());
    row.number(cell.pValue()).number(cell.qValue());
    Report.Latency latency = cell.latency();
    row.milliseconds(latency == null ? null : latency.min());
    row.milliseconds(latency == null ? null : latency.p50());
    row.milliseconds(latency == null ? null : latency.p95());
  }

  private static void words(Row row, Report.Cell cell) {
    Report.LastFailure failure = cell.lastFailure();
    row.text(failure == null ? null : failure.step().id());
    row.text(failure == null ? null : failure.failure());
    row.text(String.join("; ", cell.evidence())).text(String.join("; ", cell.notExcluded()));
    row.text(cell.advice()).text(cell.expected().id());
    row.text(cell.asExpected() == null ? null : cell.asExpected().toString());
    row.text(String.join("; ", cell.tags()));
  }

  /** One record. */
  private static final class Row {
    /** What begins a formula in one spreadsheet or another, in half and full width. */
    private static final String FORMULA = "=+-@\t\r\n＝＋－＠";

    private final List<String> fields = new ArrayList<>();

    /** Null stands as an empty field. */
    Row text(@Nullable String value) {
      String given = value == null ? "" : value;
      boolean formula = begins(given) || begins(given.stripLeading());
      String shown = (formula ? "'" : "") + Printable.of(given);
      // RFC 4180 section 2.6; a semicolon is what parts fields where the comma is a decimal point.
      boolean quote = shown.chars().anyMatch(each -> ",;\"'".indexOf(each) >= 0);
      fields.add(quote ? '"' + shown.replace("\"", "\"\"") + '"' : shown);
      return this;
    }

    private static boolean begins(String text) {
      return !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
    }

    Row number(@Nullable Number value) {
      fields.add(value == null ? "" : value.toString());
      return this;
    }

    void milliseconds(@Nullable Duration value) {
      number(value == null ? null : CellJson.milliseconds(value));
    }
  }
}
