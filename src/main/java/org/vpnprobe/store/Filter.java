package org.vpnprobe.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which verdicts are wanted; null: any.
 *
 * @param cell {@code endpoint@carrier[/ip6]}
 * @param carrier all cells of this carrier or control
 * @param since of runs that ended then or later
 * @param until of runs that ended before
 * @param rehearsal of rehearsals alone, or of real runs alone
 */
public record Filter(
    @Nullable String cell,
    @Nullable String carrier,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable Boolean rehearsal) {

  /** Everything. */
  public static Filter all() {
    return new Filter(null, null, null, null, null);
  }

  /** The same for one cell. */
  public Filter ofCell(String name) {
    return new Filter(name, carrier, since, until, rehearsal);
  }

  /** The same for one carrier. */
  public Filter ofCarrier(String name) {
    return new Filter(cell, name, since, until, rehearsal);
  }

  /** The same from then on. */
  public Filter since(Instant time) {
    return new Filter(cell, carrier, time, until, rehearsal);
  }

  /** The same up to then. */
  public Filter until(Instant time) {
    return new Filter(cell, carrier, since, time, rehearsal);
  }

  /** The same for rehearsals, or for real runs. */
  public Filter rehearsal(boolean wanted) {
    return new Filter(cell, carrier, since, until, wanted);
  }

  /** The condition, empty when there is none; the tables are c for cells and r for runs. */
  String where() {
    List<String> terms = new ArrayList<>();
    add(terms, cell, "c.name = ?");
    add(terms, carrier, "c.carrier = ?");
    add(terms, since, "r.finished_at >= ?");
    add(terms, until, "r.finished_at < ?");
    add(terms, rehearsal, "r.rehearsal = ?");
    return terms.isEmpty() ? "" : " WHERE " + String.join(" AND ", terms);
  }

  /** The same behind another condition. */
  String and() {
    return where().replaceFirst(" WHERE ", " AND ");
  }

  private static void add(List<String> terms, @Nullable Object value, String term) {
    if (value != null) {
      terms.add(term);
    }
  }

  /** What stands for the question marks, in order. */
  List<Object> values() {
    List<Object> values = new ArrayList<>();
    Stream.of(cell, carrier).filter(Objects::nonNull).forEach(values::add);
    Stream.of(since, until)
        .filter(Objects::nonNull)
        .map(Instant::toEpochMilli)
        .forEach(values::add);
    if (rehearsal != null) {
      values.add(rehearsal ? 1 : 0);
    }
    return values;
  }
}
