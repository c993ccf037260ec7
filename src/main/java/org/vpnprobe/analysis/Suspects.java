package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;

/**
 * The suspects of a run. How many are open, and where, is asked after each trial, so it is counted
 * and not looked for: a third of 100,000 may be.
 */
final class Suspects {
  private final Trials trials;
  private final Map<String, Suspect> all = new LinkedHashMap<>();
  private final Map<String, Integer> openOn = new HashMap<>();
  private final Map<Trials.Stream, Integer> begunIn = new HashMap<>();
  private final Map<String, Deque<String>> doors = new HashMap<>();
  private final Map<String, String> doorOf = new HashMap<>();
  private int open;

  Suspects(Trials trials) {
    this.trials = trials;
  }

  /**
   * Whether this cell is the first that failed at its address and port on its line; the others
   * stand behind it.
   */
  boolean isFirst(String cell) {
    String door = trials.cell(cell).vantage() + " " + trials.server(cell);
    doorOf.put(cell, door);
    Deque<String> others = doors.putIfAbsent(door, new ArrayDeque<>());
    if (others != null) {
      others.add(cell);
    }
    return others == null;
  }

  /** The next of those behind a suspect that recovered, empty when there is none. */
  Optional<String> behind(String recovered) {
    Deque<String> others = doors.getOrDefault(doorOf.get(recovered), new ArrayDeque<>());
    String next = others.poll();
    while (next != null && (all.containsKey(next) || trials.answered(next))) {
      next = others.poll();
    }
    return Optional.ofNullable(next);
  }

  void add(CellFacts cell, boolean hasControl) {
    all.put(cell.id(), new Suspect(cell.id(), hasControl));
    open++;
    openOn.merge(cell.vantage(), 1, Integer::sum);
  }

  /** Null when the cell is none. */
  @Nullable Suspect of(String cell) {
    return all.get(cell);
  }

  Collection<Suspect> all() {
    return Collections.unmodifiableCollection(all.values());
  }

  void begin(Suspect suspect, Duration at) {
    if (!suspect.begun()) {
      begunIn.merge(trials.stream(suspect.cell()), 1, Integer::sum);
    }
    suspect.begin(at);
  }

  void close(Suspect suspect) {
    if (!suspect.open()) {
      return;
    }
    suspect.close();
    open--;
    openOn.merge(trials.cell(suspect.cell()).vantage(), -1, Integer::sum);
    if (suspect.begun()) {
      begunIn.computeIfPresent(
          trials.stream(suspect.cell()), (stream, left) -> left > 1 ? left - 1 : null);
    }
  }

  /** How many are being examined. */
  int open() {
    return open;
  }

  /** True when one is on this line. */
  boolean openOn(String vantage) {
    return openOn.getOrDefault(vantage, 0) > 0;
  }

  /** The lines and protocols of those whose rounds have begun. */
  Set<Trials.Stream> streams() {
    return begunIn.keySet();
  }
}
