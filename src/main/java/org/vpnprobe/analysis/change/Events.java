package org.vpnprobe.analysis.change;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.PastVerdict;

/**
 * Compares a carrier before and after an event. Runs are not independent of each other, so that
 * none is counted as a witness of its own: each endpoint gives one number, and other dates are
 * looked at in the same way.
 */
public final class Events {
  /** Orders are followed early at times. */
  private static final Duration EARLY = Duration.ofDays(2);

  private static final Duration DAY = Duration.ofDays(1);
  private static final int MOST_DATES = 400;
  private static final int FEW_RUNS = 20;
  private static final double LIMIT = 0.05;
  private static final double MUCH_UNDECIDED = 0.2;
  private static final double CONTROL_MOVES = 0.1;

  private final List<Watched> cells;
  private final List<Watched> controls;
  private final Instant event;
  private final Duration window;

  private Events(List<Watched> watched, Instant event, Duration window) {
    this.cells = watched.stream().filter(w -> !w.control()).toList();
    this.controls = watched.stream().filter(Watched::control).toList();
    this.event = event;
    this.window = window;
  }

  /**
   * The comparison.
   *
   * @param watched the carrier's cells, and those of controls for the same endpoints
   * @param window how long to look before and after
   * @return empty when no cell was judged on both sides
   */
  public static Optional<Comparison> compare(
      List<Watched> watched, Instant event, Duration window) {
    return new Events(watched, event, window).compared();
  }

  private static List<PastVerdict> between(Series series, Instant from, Instant to) {
    List<PastVerdict> all = series.all();
    return all.subList(first(all, from), first(all, to));
  }

  /** The index of the first verdict at or after a time. */
  private static int first(List<PastVerdict> byTime, Instant time) {
    int low = 0;
    int high = byTime.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (byTime.get(middle).at().isBefore(time)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The share of those that could judge, empty when none could. */
  private static OptionalDouble share(List<PastVerdict> verdicts) {
    return verdicts.stream()
        .map(v -> Sign.of(v.state()))
        .filter(sign -> sign != Sign.NONE)
        .mapToDouble(sign -> sign == Sign.WORKS ? 1 : 0)
        .average();
  }

  /** One cell's verdicts on both sides of a moment. */
  private record Sides(Watched cell, List<PastVerdict> before, List<PastVerdict> after) {
    boolean whole() {
      return share(before).isPresent() && share(after).isPresent();
    }

    double shift() {
      return share(after).orElse(0) - share(before).orElse(0);
    }
  }

  private List<Sides> sides(List<Watched> of, Instant at) {
    return of.stream()
        .map(cell ->
            new Sides(
                cell,
                between(cell.series(), at.minus(window), at),
                between(cell.series(), at, at.plus(window))))
        .toList();
  }

  private static Map<String, Double> shifts(List<Sides> sides) {
    return sides.stream()
        .filter(Sides::whole)
        .collect(
            Collectors.groupingBy(
                s -> s.cell().endpoint(), TreeMap::new, Collectors.averagingDouble(Sides::shift)));
  }

  private static double mean(Map<String, Double> shifts) {
    return shifts.values().stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private Optional<Comparison> compared() {
    List<Sides> all = sides(cells, event);
    List<Sides> whole = all.stream().filter(Sides::whole).toList();
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Double> shifts = shifts(whole);
    double shift = mean(shifts);
    double p =
        SignFlips.pValue(shifts.values().stream().mapToDouble(Double::doubleValue).toArray());
    List<Double> elsewhere = elsewhere(shifts.keySet());
    List<Comparison.Moved> moved = moved(whole, shift < 0 ? Sign.FAILS : Sign.WORKS);
    List<Sides> vouching =
        sides(controls, event).stream()
            .filter(s -> shifts.containsKey(s.cell().endpoint()))
            .filter(Sides::whole)
            .toList();
    @Nullable Double control = vouching.isEmpty() ? null : mean(shifts(vouching));
    return Optional.of(
        new Comparison(
            event,
            event.minus(window),
            event.plus(window),
            tally(whole, true),
            tally(whole, false),
            whole.size(),
            shifts.size(),
            shift,
            p,
            elsewhere.size(),
            elsewhere.stream().max(Comparator.naturalOrder()).orElse(null),
            moved,
            groups(whole, moved),
            control,
            warnings(all, whole, shifts.size(), control, elsewhere, moved)));
  }

  private static Tally tally(List<Sides> sides, boolean before) {
    return sides.stream()
        .map(s -> Tally.of(before ? s.before() : s.after()))
        .reduce(new Tally(0, 0, 0), Tally::plus);
  }

  /** The shifts, without their signs, at days so long before the event that it is not in them. */
  private List<Double> elsewhere(Set<String> endpoints) {
    List<Watched> same = cells.stream().filter(c -> endpoints.contains(c.endpoint())).toList();
    Optional<Instant> first =
        same.stream()
            .flatMap(cell -> cell.series().evidence().stream().limit(1))
            .map(PastVerdict::at)
            .min(Comparator.naturalOrder());
    List<Double> found = new ArrayList<>();
    Instant at = event.minus(window);
    while (found.size() < MOST_DATES
        && first.isPresent()
        && !at.minus(window).isBefore(first.get())) {
      found.add(Math.abs(mean(shifts(sides(same, at)))));
      at = at.minus(DAY);
    }
    return found;
  }

  private List<Comparison.Moved> moved(List<Sides> whole, Sign to) {
    List<Comparison.Moved> moved = new ArrayList<>();
    for (Sides side : whole) {
      Watched cell = side.cell();
      Changes.in(cell.series()).stream()
          .filter(change -> change.to() == to)
          .filter(change -> !change.firstAfter().isBefore(event.minus(EARLY)))
          .filter(change -> change.firstAfter().isBefore(event.plus(window)))
          .findFirst()
          .ifPresent(change ->
              moved.add(
                  new Comparison.Moved(cell.cell(), cell.endpoint(), cell.protocol(), change)));
    }
    moved.sort(
        Comparator.comparing((Comparison.Moved m) -> m.change().firstAfter())
            .thenComparing(Comparison.Moved::cell));
    return moved;
  }

  private static List<Comparison.Group> groups(List<Sides> whole, List<Comparison.Moved> moved) {
    Map<String, List<Sides>> byProtocol =
        whole.stream()
            .collect(
                Collectors.groupingBy(
                    s -> s.cell().protocol(), LinkedHashMap::new, Collectors.toList()));
    List<Comparison.Group> groups = new ArrayList<>();
    byProtocol.forEach((protocol, sides) -> {
      List<Comparison.Moved> own =
          moved.stream().filter(m -> m.protocol().equals(protocol)).toList();
      groups.add(
          new Comparison.Group(
              protocol,
              sides.size(),
              own.size(),
              tally(sides, true),
              tally(sides, false),
              own.isEmpty() ? null : own.getFirst()));
    });
    groups.sort(
        Comparator.comparing((Comparison.Group g) ->
                g.first() == null ? Instant.MAX : g.first().change().firstAfter())
            .thenComparing(Comparison.Group::protocol));
    return groups;
  }

  private List<String> warnings(
      List<Sides> all,
      List<Sides> whole,
      int endpoints,
      @Nullable Double control,
      List<Double> elsewhere,
      List<Comparison.Moved> moved) {
    List<String> warnings = new ArrayList<>();
    int left = all.size() - whole.size();
    if (left > 0) {
      warnings.add(left + " cells were judged on one side only, or on none, and are left out");
    }
    long few =
        whole.stream()
            .filter(s -> judged(s.before()) < FEW_RUNS || judged(s.after()) < FEW_RUNS)
            .count();
    if (few > 0) {
      warnings.add(
          few + " of " + whole.size() + " cells have fewer than " + FEW_RUNS + " runs on a side");
    }
    if (SignFlips.least(endpoints) > LIMIT) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%d endpoints are too few for a test: p cannot be below %.2g",
              endpoints,
              SignFlips.least(endpoints)));
    }
    if (elsewhere.isEmpty()) {
      warnings.add(
          "the history begins too late to look at other dates in the same way: whatever hit the"
              + " whole line at that time is not told apart");
    }
    for (boolean before : new boolean[] {true, false}) {
      Tally tally = tally(whole, before);
      if (tally.undecided() > MUCH_UNDECIDED * tally.all()) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "%d of %d verdicts %s are undecided",
                tally.undecided(),
                tally.all(),
                before ? "before" : "after"));
      }
    }
    if (control == null) {
      warnings.add("no control judged the same endpoints: the servers may have changed");
    } else if (Math.abs(control) >= CONTROL_MOVES) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the controls' shares shifted, too, by %+.0f points: the servers changed",
              control * 100));
    }
    long early = moved.stream().filter(m -> m.change().firstAfter().isBefore(event)).count();
    if (early > 0) {
      warnings.add(early + " cells changed before the event");
    }
    return warnings;
  }

  private static long judged(List<PastVerdict> verdicts) {
    return verdicts.stream().filter(v -> Sign.of(v.state()) != Sign.NONE).count();
  }
}
