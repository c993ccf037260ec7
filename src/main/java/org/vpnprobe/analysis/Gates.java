package org.vpnprobe.analysis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Role;

/**
 * Whether a vantage worked at all in its last run. One that reached nothing is called offline only
 * when the user named anchors, none of them answered here, and one did at a control (design §4a.6).
 */
final class Gates {
  private final Map<String, String> states = new HashMap<>();

  Gates(Merged merged) {
    for (Merged.Run run : merged.runs()) {
      run.recorded().plan().vantages().forEach(v -> states.put(v.name(), state(run, v.name())));
    }
  }

  boolean offline(String vantage) {
    return "offline".equals(states.get(vantage));
  }

  /**
   * {@code ok}, {@code offline}, or {@code unknown} when nothing answered and nothing shows why.
   */
  String state(String vantage) {
    return states.getOrDefault(vantage, "unknown");
  }

  private static String state(Merged.Run run, String vantage) {
    List<Measurement> own =
        run.recorded().measurements().stream().filter(m -> m.vantage().equals(vantage)).toList();
    if (own.stream().anyMatch(m -> m.succeeded() || m.reached() != null)) {
      return "ok";
    }
    if (!own.isEmpty() && own.stream().allMatch(Failing::ofVantage)) {
      return "offline";
    }
    List<String> anchors = run.recorded().plan().anchors();
    boolean tried = own.stream().anyMatch(m -> anchors.contains(m.endpoint()));
    boolean fine =
        run.recorded().measurements().stream()
            .filter(m -> anchors.contains(m.endpoint()) && run.trials().knows(m.cell()))
            .filter(m -> run.trials().role(m.cell()) == Role.CONTROL)
            .anyMatch(Measurement::succeeded);
    return tried && fine ? "offline" : "unknown";
  }
}
