package org.vpnprobe.analysis;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.VantageFacts;

/**
 * One cell with everything that any of the journals says of it.
 *
 * @param run the id of the last run that tried it
 * @param own trials of the cell itself, by time
 * @param controls trials of the same endpoint and family from controls, by time
 * @param symptoms what experiments showed in its last run, empty when its trials do not fail
 * @param runs the rounds of each journal that has some, by time
 */
record CellRecord(
    CellFacts cell,
    EndpointFacts endpoint,
    VantageFacts vantage,
    String run,
    List<Measurement> own,
    List<Measurement> controls,
    List<RunRounds> runs,
    Optional<Symptoms> symptoms) {

  /** The rounds of one journal. */
  record RunRounds(String runId, Rounds rounds) {}

  List<Measurement> successes() {
    return own.stream().filter(Measurement::succeeded).toList();
  }

  List<Measurement> failures() {
    return own.stream().filter(m -> !m.succeeded()).toList();
  }

  Optional<Measurement> lastFailure() {
    return failures().stream().max(Comparator.comparing(Measurement::started));
  }

  /** The deepest depth that any trial of the cell reached, null for none. */
  @Nullable Depth deepest() {
    return own.stream()
        .flatMap(m -> Optional.ofNullable(m.reached()).stream())
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  boolean controlAnswered() {
    return controls.stream().anyMatch(Measurement::succeeded);
  }

  /** The rounds with the most to say: the last ones. */
  Optional<Rounds> rounds() {
    return runs.isEmpty() ? Optional.empty() : Optional.of(runs.getLast().rounds());
  }

  long counted() {
    return runs.stream().mapToLong(run -> run.rounds().counted()).sum();
  }

  long voided() {
    return runs.stream().mapToLong(run -> run.rounds().voided()).sum();
  }
}
