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
import java.util.stream.Stream;
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

  /** Cells that answered, in that order; those that the user named come first. */
  private static final class Answered {
    final Set<String> named = new LinkedHashSet<>();
    final Set<String> others = new LinkedHashSet<>();

    Stream<String> all() {
      return Stream.concat(named.stream(), others.stream());
    }
  }

  private final Trials trials;
  private final Timing timing;
  private final Set<String> named;
  private final Map<Trials.Stream, Answered> ofProtocol = new HashMap<>();
  private final Map<Trials.Stream, Answered> ofTransport = new HashMap<>();
  private final Map<String, Map<String, Set<String>>> suspectHosts = new HashMap<>();
  private final Map<String, String> failedAt = new HashMap<>();
  private final Map<Trials.Stream, Pace> paces = new HashMap<>();
  private final Map<String, Integer> attempts = new HashMap<>();
  private final Map<Trials.Stream, List<String>> chosen = new HashMap<>();
  private final Map<String, Trials.Stream> under = new HashMap<>();

  Witnesses(Trials trials, Timing timing) {
    this.trials = trials;
    this.timing = timing;
    this.named = Set.copyOf(trials.plan().witnesses());
  }

  /** A cell that answered its screening. */
  void answered(String cellId) {
    Trials.Stream stream = trials.stream(cellId);
    for (Answered answered : List.of(at(ofProtocol, stream), at(ofTransport, transport(stream)))) {
      (named.contains(trials.cell(cellId).endpoint()) ? answered.named : answered.others)
          .add(cellId);
    }
    chosen.clear();
  }

  private static Answered at(Map<Trials.Stream, Answered> all, Trials.Stream stream) {
    return all.computeIfAbsent(stream, s -> new Answered());
  }

  /** All protocols of its transport on its line. */
  private static Trials.Stream transport(Trials.Stream stream) {
    return new Trials.Stream(stream.vantage(), stream.family(), stream.transport(), "");
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

  /** Asked anew after each answer: it looks no further than at the first few of 100,000. */
  private List<String> choose(Trials.Stream stream) {
    Answered same = at(ofProtocol, stream);
    long servers = unsuspected(same).map(trials::host).distinct().limit(LEAST).count();
    Answered from = servers < LEAST ? at(ofTransport, transport(stream)) : same;
    return unsuspected(from).limit(MOST).toList();
  }

  private Stream<String> unsuspected(Answered answered) {
    return answered.all().filter(cell -> !isSuspectHost(cell));
  }

  private boolean isSuspectHost(String cellId) {
    return suspectHosts
        .getOrDefault(trials.cell(cellId).vantage(), Map.of())
        .containsKey(trials.host(cellId));
  }
}
