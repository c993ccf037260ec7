package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Report;

/** One line a cell, tab-separated, with a header line: what {@code cut} and {@code awk} want. */
final class TsvFormat implements Format {
  private static final List<String> COLUMNS =
      List.of(
          "endpoint",
          "protocol",
          "transport",
          "family",
          "carrier",
          "state",
          "cause",
          "rule",
          "depth",
          "latency_ms",
          "step",
          "failure",
          "counted",
          "p_value",
          "q_value",
          "expected",
          "as_expected",
          "rehearsal");

  @Override
  public String name() {
    return "tsv";
  }

  @Override
  public String fileName() {
    return "report.tsv";
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    out.write((String.join("\t", COLUMNS) + '\n').getBytes(StandardCharsets.UTF_8));
    String end = "\t" + dossier.report().rehearsal() + '\n';
    for (Report.Cell cell : dossier.report().cells()) {
      String line =
          fields(cell).stream()
              .map(field -> Printable.of(Objects.requireNonNullElse(field, "")))
              .collect(Collectors.joining("\t", "", end));
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static List<@Nullable String> fields(Report.Cell cell) {
    Report.LastFailure failure = cell.lastFailure();
    return java.util.Arrays.asList(
        cell.endpoint(),
        cell.protocol(),
        cell.transport().id(),
        cell.family().id(),
        cell.carrier(),
        cell.state().id(),
        cell.cause(),
        cell.rule(),
        cell.depth() == null ? null : cell.depth().id(),
        cell.latency() == null ? null : milliseconds(cell.latency().p50()),
        failure == null ? null : failure.step().id(),
        failure == null ? null : failure.failure(),
        Integer.toString(cell.counted()),
        cell.pValue() == null ? null : cell.pValue().toString(),
        cell.qValue() == null ? null : cell.qValue().toString(),
        cell.expected().id(),
        cell.asExpected() == null ? null : cell.asExpected().toString());
  }

  private static String milliseconds(Duration duration) {
    return Double.toString(Math.round(duration.toNanos() / 1e5) / 10.0);
  }
}
