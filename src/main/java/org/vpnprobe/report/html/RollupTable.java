package org.vpnprobe.report.html;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/**
 * Counts by protocol, tag or port, carrier by carrier.
 *
 * @param left values past the last row
 */
public record RollupTable(String by, List<Row> rows, int left) {
  private static final int ROWS = 100;

  /** One protocol, tag or port; a sum per carrier, null where it has no cell. */
  public record Row(String value, List<HeatMap.@Nullable Sum> sums) {}

  /** Those with more than one value. */
  static List<RollupTable> of(Report report) {
    List<RollupTable> tables = new ArrayList<>();
    for (String by : List.of("protocol", "tag", "port")) {
      Map<String, Map<String, Report.Rollup>> values = new LinkedHashMap<>();
      report.rollups().stream()
          .filter(rollup -> rollup.by().equals(by))
          .forEach(rollup ->
              values
                  .computeIfAbsent(rollup.value(), v -> new HashMap<>())
                  .put(rollup.carrier(), rollup));
      if (values.size() > 1) {
        tables.add(
            new RollupTable(
                by,
                values.entrySet().stream()
                    .limit(ROWS)
                    .map(value -> row(report, value.getKey(), value.getValue()))
                    .toList(),
                Math.max(0, values.size() - ROWS)));
      }
    }
    return tables;
  }

  private static Row row(Report report, String value, Map<String, Report.Rollup> rollups) {
    List<HeatMap.@Nullable Sum> sums = new ArrayList<>();
    for (Report.Carrier carrier : report.carriers()) {
      Report.Rollup rollup = rollups.get(carrier.name());
      sums.add(
          rollup == null
              ? null
              : new HeatMap.Sum(
                  rollup.count(State.REACHABLE), rollup.cells(), Bar.of(rollup.counts())));
    }
    return new Row(Wording.name(value), sums);
  }
}
