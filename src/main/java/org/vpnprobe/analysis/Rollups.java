package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.model.VantageFacts;

/**
 * Counts of cells by what they have in common, carrier by carrier: never across carriers, and never
 * as an average, since the endpoints of a file are no sample of anything (design §4a.10).
 */
final class Rollups {
  private final List<VantageFacts> vantages;
  private final List<Report.Cell> cells;
  private final Map<String, String> ports = new HashMap<>();

  private Rollups(Merged merged, List<Report.Cell> cells) {
    this.vantages = merged.vantages();
    this.cells = cells;
    for (Merged.Run run : merged.runs()) {
      for (EndpointFacts endpoint : run.recorded().plan().endpoints()) {
        ports.put(endpoint.name(), port(endpoint));
      }
    }
  }

  /** By carrier, protocol, tag and port, in this order; within it by value. */
  static List<Report.Rollup> of(Merged merged, List<Report.Cell> cells) {
    Rollups rollups = new Rollups(merged, cells);
    List<Report.Rollup> all = new ArrayList<>();
    all.addAll(rollups.by("carrier", cell -> List.of("*")));
    all.addAll(rollups.by("protocol", cell -> List.of(cell.protocol())));
    all.addAll(rollups.by("tag", cell -> cell.tags().stream().distinct().toList()));
    all.addAll(rollups.by("port", cell -> List.of(rollups.port(cell))));
    return all;
  }

  /** {@code 443/tcp}. */
  private String port(Report.Cell cell) {
    return ports.getOrDefault(cell.endpoint(), "?") + "/" + cell.transport().id();
  }

  private static String port(EndpointFacts endpoint) {
    try {
      return Integer.toString(HostPort.of(endpoint.address()).port());
    } catch (IllegalArgumentException e) {
      return "?";
    }
  }

  private List<Report.Rollup> by(String what, Function<Report.Cell, List<String>> values) {
    Map<String, Map<String, Map<State, Integer>>> counts = new TreeMap<>(Rollups::numbersFirst);
    for (Report.Cell cell : cells) {
      for (String value : values.apply(cell)) {
        counts
            .computeIfAbsent(value, v -> new HashMap<>())
            .computeIfAbsent(cell.carrier(), c -> new EnumMap<>(State.class))
            .merge(cell.state(), 1, Integer::sum);
      }
    }
    List<Report.Rollup> rollups = new ArrayList<>();
    counts.forEach((value, byCarrier) -> {
      for (VantageFacts vantage : vantages) {
        Map<State, Integer> own = byCarrier.get(vantage.name());
        if (own != null) {
          rollups.add(new Report.Rollup(what, value, vantage.name(), all(own), own, share(own)));
        }
      }
    });
    return rollups;
  }

  /** 443/tcp comes after 53/udp. */
  private static int numbersFirst(String a, String b) {
    int byLength = Integer.compare(digits(a), digits(b));
    return byLength == 0 || digits(a) == 0 || digits(b) == 0 ? a.compareTo(b) : byLength;
  }

  private static int digits(String text) {
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    return digits;
  }

  private static int all(Map<State, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Low: what was seen to work. High: as if all that was not decided worked, too. */
  static Report.Share share(Map<State, Integer> counts) {
    double all = all(counts);
    double reachable = counts.getOrDefault(State.REACHABLE, 0);
    double undecided =
        counts.getOrDefault(State.INSUFFICIENT, 0) + counts.getOrDefault(State.VANTAGE_OFFLINE, 0);
    return new Report.Share(reachable / all, (reachable + undecided) / all);
  }
}
