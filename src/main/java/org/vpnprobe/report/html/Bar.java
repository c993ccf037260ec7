package org.vpnprobe.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.State;

/**
 * Counts per state as one bar, 100 wide.
 *
 * @param label what it says, in words
 */
public record Bar(List<Part> parts, String label) {
  /** One state's share. */
  public record Part(Look look, int count, String x, String width) {}

  /** The best state first; the label names every count. */
  static Bar of(Map<State, Integer> counts) {
    double all = counts.values().stream().mapToInt(Integer::intValue).sum();
    List<Part> parts = new ArrayList<>();
    List<String> words = new ArrayList<>();
    double x = 0;
    for (Look look : Look.all()) {
      int count = counts.getOrDefault(look.state(), 0);
      if (count > 0) {
        double width = 100 * count / all;
        parts.add(new Part(look, count, Wording.at(x), Wording.at(width)));
        words.add(count + " " + look.word());
        x += width;
      }
    }
    return new Bar(parts, String.join(", ", words));
  }
}
