package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.vpnprobe.analysis.experiment.Case;
import org.vpnprobe.analysis.experiment.Inquest;
import org.vpnprobe.analysis.experiment.Try;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Variation;

/**
 * The experiments of a run: they begin on a line when none of its suspects has a trial to be
 * counted any more, and one suspect of an address after the other, so that none taints what still
 * counts (design §4a.4).
 */
final class Inquiries {
  private final Trials trials;
  private final Timing timing;
  private final Cases cases;
  private final Consumer<Order> orders;
  private final Map<String, Deque<String>> waiting = new LinkedHashMap<>();
  private final Map<String, Deque<String>> behind = new HashMap<>();
  private final Map<String, String> running = new LinkedHashMap<>();
  private final Set<String> places = new HashSet<>();
  private final Set<String> known = new HashSet<>();

  /**
   * @param orders takes what is wanted next
   */
  Inquiries(Trials trials, Timing timing, Consumer<Order> orders) {
    this.trials = trials;
    this.timing = timing;
    this.cases = new Cases(trials);
    this.orders = orders;
  }

  /** A cell that is to be looked into when its line is free. */
  void wanted(String cellId) {
    if (known.add(cellId)) {
      put(cellId);
    }
  }

  /**
   * Begins what may begin.
   *
   * @param busy lines on which trials are still to be counted
   * @param now since the plan was made
   */
  void begin(Predicate<String> busy, Duration now) {
    for (Map.Entry<String, Deque<String>> each : waiting.entrySet()) {
      Deque<String> cells = each.getValue();
      while (!cells.isEmpty() && !busy.test(each.getKey())) {
        String cell = cells.remove();
        String place = each.getKey() + " " + trials.host(cell);
        if (places.add(place)) {
          running.put(cell, place);
          goOn(cell, now);
        } else {
          behind.computeIfAbsent(place, p -> new ArrayDeque<>()).add(cell);
        }
      }
    }
  }

  private void put(String cell) {
    waiting.computeIfAbsent(trials.cell(cell).vantage(), l -> new ArrayDeque<>()).add(cell);
  }

  /** The next of those that wait for the same place may begin. */
  private void free(String place) {
    places.remove(place);
    Deque<String> next = behind.get(place);
    if (next != null) {
      put(next.remove());
      if (next.isEmpty()) {
        behind.remove(place);
      }
    }
  }

  /** Takes a trial of an experiment in. */
  void over(Measurement m, Duration now) {
    String suspect = Objects.requireNonNullElse(m.serves(), m.cell());
    if (running.containsKey(suspect)) {
      goOn(suspect, now);
    }
  }

  private void goOn(String cell, Duration now) {
    Case it = cases.of(cell);
    Optional<Inquest.Wanted> next = Inquest.next(it);
    if (next.isEmpty()) {
      free(Objects.requireNonNull(running.remove(cell)));
      return;
    }
    Try what = next.get().what();
    Experiment experiment =
        new Experiment(next.get().experiment(), it.experiments().size() + 1, what.variation());
    orders.accept(new Order.Trial(cell, what.cell(), experiment, notBefore(what, now)));
  }

  private Duration notBefore(Try what, Duration now) {
    Duration soon = now.plus(timing.experimentGap(what.afterSeconds()));
    if (!what.clean()) {
      return soon;
    }
    Duration free = lastTouch(what.cell()).plus(timing.residual());
    return free.compareTo(soon) > 0 ? free : soon;
  }

  /** When something that may be punished was last sent from this line to this server. */
  private Duration lastTouch(String cellId) {
    String line = trials.cell(cellId).vantage();
    String server = trials.server(cellId);
    Instant last =
        trials.touches(line, server).stream()
            .filter(m -> !m.succeeded() || !m.ownHandshake())
            .filter(m -> !isHarmless(m))
            .map(Measurement::ended)
            .max(Instant::compareTo)
            .orElse(Instant.MIN);
    Instant begun = trials.plan().createdAt();
    return last.isBefore(begun) ? Duration.ZERO : Duration.between(begun, last);
  }

  private static boolean isHarmless(Measurement m) {
    return m.experiment() != null
        && (m.experiment().variation() instanceof Variation.OtherPort
            || m.experiment().variation() instanceof Variation.Lookup);
  }

  /** True when no experiment is under way or to come. */
  boolean finished() {
    return open() == 0;
  }

  /** How many cells are being looked into, or wait for it. */
  int open() {
    return running.size() + size(waiting) + size(behind);
  }

  private static int size(Map<String, Deque<String>> cells) {
    return cells.values().stream().mapToInt(Deque::size).sum();
  }
}
