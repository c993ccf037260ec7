package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Purpose;

/**
 * Chooses witnesses and paces their trials (design §4a.3): up to eight endpoints that have just
 * answered on the suspects' line, of their protocol, or of their transport where there are fewer
 * than two servers of it.
 */
final class Witnesses {
  static final int MOST = 8;
  static final int LEAST = 2;

  private static final class Pace {
    Duration next = Duration.ZERO;
    int turn;
    boolean under;
  }

  private final Trials trials;
  private final Timing timing;
  private final Set<String> answered = new LinkedHashSet<>();
  private final Map<String, Map<String, Set<String>>> suspectHosts = new HashMap<>();
  private final Map<String, String> failedAt = new HashMap<>();
  private final Map<Trials.Stream, Pace> paces = new HashMap<>();
  private final Map<String, Integer> attempts = new HashMap<>();
  private final Map<Trials.Stream, List<String>> chosen = new HashMap<>();
  private final Map<String, Trials.Stream> under = new HashMap<>();

  Witnesses(Trials trials, Timing timing) {
    this.trials = trials;
    this.timing = timing;
  }

  /** A cell that answered its screening. */
  void answered(String cellId) {
    answered.add(cellId);
    chosen.clear();
  }

  /** A cell that did not: its server is no witness on this line. */
  void failed(String cellId) {
    String host = trials.host(cellId);
    failedAt.put(cellId, host);
    suspectHosts
        .computeIfAbsent(trials.cell(cellId).vantage(), v -> new HashMap<>())
        .computeIfAbsent(host, h -> new HashSet<>())
        .add(cellId);
    chosen.clear();
  }

  /** A suspect that answered after all: it failed by chance, and its server may witness. */
  void recovered(String cellId) {
    Map<String, Set<String>> hosts =
        suspectHosts.getOrDefault(trials.cell(cellId).vantage(), new HashMap<>());
    String host = failedAt.remove(cellId);
    Set<String> cells = host == null ? null : hosts.get(host);
    if (cells != null && cells.remove(cellId) && cells.isEmpty()) {
      hosts.remove(host);
    }
    answered(cellId);
  }

  /** A witness trial is over. */
  void over(Measurement m) {
    attempts.merge(m.cell(), 1, Integer::sum);
    Trials.Stream stream = under.remove(m.id());
    if (stream != null) {
      pace(stream).under = false;
    }
  }

  /** The witness trials whose turn has come. */
  List<Order.Single> due(Duration now, Set<Trials.Stream> open) {
    List<Order.Single> orders = new ArrayList<>();
    for (Trials.Stream stream : sorted(open)) {
      Pace pace = pace(stream);
      List<String> cells = chosen(stream);
      if (pace.under || cells.isEmpty() || pace.next.compareTo(now) > 0) {
        continue;
      }
      String cell = cells.get(pace.turn++ % cells.size());
      Order.Single order =
          new Order.Single(cell, Purpose.WITNESS, attempts.getOrDefault(cell, 0) + 1, now);
      if (under.containsKey(TrialId.of(order))) {
        // The same endpoint is under way for another stream; its result serves both.
        pace.next = now.plus(timing.witnessEvery());
        continue;
      }
      pace.under = true;
      pace.next = now.plus(timing.witnessEvery());
      under.put(TrialId.of(order), stream);
      orders.add(order);
    }
    return orders;
  }

  /** When the next of them comes, empty when none does without a result. */
  Optional<Duration> next(Set<Trials.Stream> open) {
    return open.stream()
        .filter(stream -> !pace(stream).under && !chosen(stream).isEmpty())
        .map(stream -> pace(stream).next)
        .min(Comparator.naturalOrder());
  }

  private Pace pace(Trials.Stream stream) {
    return paces.computeIfAbsent(stream, s -> new Pace());
  }

  private static List<Trials.Stream> sorted(Set<Trials.Stream> streams) {
    return streams.stream().sorted(Comparator.comparing(Trials.Stream::toString)).toList();
  }

  private List<String> chosen(Trials.Stream stream) {
    return chosen.computeIfAbsent(stream, this::choose);
  }

  private List<String> choose(Trials.Stream stream) {
    List<String> named = trials.plan().witnesses();
    List<String> onLine =
        answered.stream()
            .filter(cell -> isOnLine(cell, stream))
            .filter(cell -> !isSuspectHost(cell))
            .sorted(Comparator.comparing((String c) -> !named.contains(trials.cell(c).endpoint())))
            .toList();
    List<String> same = onLine.stream().filter(cell -> trials.stream(cell).equals(stream)).toList();
    if (same.stream().map(trials::host).distinct().count() >= LEAST) {
      return same.stream().limit(MOST).toList();
    }
    return onLine.stream()
        .filter(cell -> trials.endpoint(cell).transport() == stream.transport())
        .limit(MOST)
        .toList();
  }

  private boolean isOnLine(String cellId, Trials.Stream stream) {
    CellFacts cell = trials.cell(cellId);
    return cell.vantage().equals(stream.vantage()) && cell.family() == stream.family();
  }

  private boolean isSuspectHost(String cellId) {
    return suspectHosts
        .getOrDefault(trials.cell(cellId).vantage(), Map.of())
        .containsKey(trials.host(cellId));
  }
}
