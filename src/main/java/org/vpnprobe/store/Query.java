package org.vpnprobe.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;

/** What is read. */
final class Query {
  /** Nobody looks at more; a file from elsewhere may hold any number of them. */
  private static final int MOST_EVENTS = 1000;

  /** CROSS: SQLite begins with the cells, as the key of the verdicts does. */
  static final String VERDICTS =
      """
      FROM cell c
        CROSS JOIN verdict v
        JOIN run r ON r.id = v.run
        JOIN finding f ON f.id = v.finding
      WHERE v.cell = c.id
      """;

  private final Rows rows;

  /** Millions of rows hold few different texts. */
  private final Map<String, String> texts = new HashMap<>();

  Query(Connection connection) {
    this.rows = new Rows(connection);
  }

  /** Hands each verdict on by time and name. */
  void verdicts(Filter filter, Consumer<PastVerdict> to) throws SQLException {
    Set<Long> current = current(filter);
    rows.each(
        "SELECT r.run_id, r.finished_at, c.name, f.state, f.cause, v.latency_us, c.id "
            + VERDICTS
            + filter.and()
            + " ORDER BY r.finished_at, r.id, c.name",
        filter.values(),
        row -> {
          if (current.contains(row.getLong(7))) {
            to.accept(verdict(row));
          }
        });
  }

  /**
   * Hands on each cell's verdicts by time; millions of rows, so that nothing is joined for each.
   */
  void byCell(Filter filter, Consumer<PastVerdict> to) throws SQLException {
    Filter time = new Filter(null, null, filter.since(), filter.until(), filter.rehearsal());
    Map<Long, Ended> runs = new HashMap<>();
    rows.each(
        "SELECT r.id, r.run_id, r.finished_at FROM run r" + time.where(),
        time.values(),
        row ->
            runs.put(
                row.getLong(1), new Ended(row.getString(2), Instant.ofEpochMilli(row.getLong(3)))));
    Map<Long, Finding> findings = new HashMap<>();
    rows.each(
        "SELECT id, state, cause FROM finding",
        List.of(),
        row ->
            findings.put(
                row.getLong(1),
                new Finding(constant(State.class, row.getString(2)), text(row, 3))));
    Filter named = new Filter(filter.cell(), filter.carrier(), null, null, null);
    Set<Long> current = current(filter);
    Map<String, Long> cells = new LinkedHashMap<>();
    rows.each(
        "SELECT c.name, c.id FROM cell c" + named.where() + " ORDER BY c.name",
        named.values(),
        row -> {
          if (current.contains(row.getLong(2))) {
            cells.put(row.getString(1), row.getLong(2));
          }
        });
    for (Map.Entry<String, Long> cell : cells.entrySet()) {
      List<PastVerdict> verdicts = new ArrayList<>();
      rows.each(
          "SELECT run, finding, latency_us FROM verdict WHERE cell = ?",
          List.of(cell.getValue()),
          row -> {
            Ended run = runs.get(row.getLong(1));
            if (run != null) {
              Finding finding = findings.get(row.getLong(2));
              verdicts.add(verdict(run, cell.getKey(), finding, latency(row, 3)));
            }
          });
      verdicts.sort(Comparator.comparing(PastVerdict::at).thenComparing(PastVerdict::run));
      verdicts.forEach(to);
    }
  }

  /**
   * The rows of what stands behind each name today: what the last run with such a name tried. A
   * name that came to stand for another server is no change of the first one.
   */
  private Set<Long> current(Filter filter) throws SQLException {
    Filter named = new Filter(filter.cell(), filter.carrier(), null, null, null);
    List<Object> values = new ArrayList<>();
    if (filter.rehearsal() != null) {
      values.add(filter.rehearsal() ? 1 : 0);
    }
    values.addAll(named.values());
    Map<String, Long> latest = new HashMap<>();
    Map<String, Long> ids = new HashMap<>();
    rows.each(
        "SELECT c.name, c.id, (SELECT v.run FROM verdict v JOIN run r ON r.id = v.run"
            + " WHERE v.cell = c.id"
            + (filter.rehearsal() == null ? "" : " AND r.rehearsal = ?")
            + " ORDER BY v.run DESC LIMIT 1) FROM cell c"
            + named.where(),
        values,
        row -> {
          String name = row.getString(1);
          long run = row.getLong(3); // 0 without one: they count from 1.
          if (run > latest.getOrDefault(name, 0L)) {
            latest.put(name, run);
            ids.put(name, row.getLong(2));
          }
        });
    return Set.copyOf(ids.values());
  }

  /** A run. */
  private record Ended(String id, Instant at) {}

  /** What is said of a cell; no cause is empty. */
  private record Finding(State state, String cause) {}

  private static PastVerdict verdict(
      Ended run, String cell, @Nullable Finding finding, @Nullable Duration latency) {
    if (finding == null) {
      throw new IllegalArgumentException("a verdict without a finding");
    }
    String cause = finding.cause().isEmpty() ? null : finding.cause();
    return new PastVerdict(run.id(), run.at(), cell, finding.state(), cause, latency);
  }

  List<PastRun> lastRuns(int most) throws SQLException {
    Map<Long, PastRun> runs = new LinkedHashMap<>();
    rows.each(
        "SELECT id, run_id, started_at, finished_at, profile, rehearsal, pace FROM run"
            + " ORDER BY finished_at DESC, id DESC LIMIT ?",
        List.of(most),
        row ->
            runs.put(
                row.getLong(1),
                new PastRun(
                    row.getString(2),
                    Instant.ofEpochMilli(row.getLong(3)),
                    Instant.ofEpochMilli(row.getLong(4)),
                    constant(Profile.class, row.getString(5)),
                    row.getInt(6) != 0,
                    row.getDouble(7),
                    List.of())));
    List<PastRun> all = new ArrayList<>();
    for (Map.Entry<Long, PastRun> run : runs.entrySet()) {
      List<PastVerdict> verdicts = new ArrayList<>();
      rows.each(
          "SELECT r.run_id, r.finished_at, c.name, f.state, f.cause, v.latency_us "
              + VERDICTS
              + " AND v.run = ? ORDER BY c.name",
          List.of(run.getKey()),
          row -> verdicts.add(verdict(row)));
      PastRun r = run.getValue();
      all.add(
          new PastRun(
              r.id(), r.started(), r.finished(), r.profile(), r.rehearsal(), r.pace(), verdicts));
    }
    return all;
  }

  List<Instant> times(Filter filter) throws SQLException {
    List<Instant> times = new ArrayList<>();
    boolean any = filter.cell() == null && filter.carrier() == null;
    rows.each(
        any
            ? "SELECT r.finished_at FROM run r" + filter.where() + " ORDER BY r.finished_at"
            : "SELECT r.finished_at FROM run r WHERE r.id IN (SELECT v.run "
                + VERDICTS
                + filter.and()
                + ") ORDER BY r.finished_at",
        filter.values(),
        row -> times.add(Instant.ofEpochMilli(row.getLong(1))));
    return times;
  }

  List<PastCell> cells(Filter filter) throws SQLException {
    List<PastCell> cells = new ArrayList<>();
    Set<Long> current = current(filter);
    Filter named = new Filter(filter.cell(), filter.carrier(), null, null, null);
    rows.each(
        "SELECT c.name, c.endpoint, c.protocol, c.transport, c.carrier, c.role, c.id FROM cell c"
            + named.where()
            + " ORDER BY c.name",
        named.values(),
        row -> {
          if (current.contains(row.getLong(7))) {
            cells.add(
                new PastCell(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    constant(Role.class, row.getString(6))));
          }
        });
    return cells;
  }

  List<Event> events() throws SQLException {
    List<Event> events = new ArrayList<>();
    rows.each(
        "SELECT day, name FROM event ORDER BY day, name LIMIT " + MOST_EVENTS,
        List.of(),
        row -> events.add(new Event(day(row.getString(1)), row.getString(2))));
    return events;
  }

  private String text(ResultSet row, int column) throws SQLException {
    String text = row.getString(column);
    return texts.computeIfAbsent(text, same -> same);
  }

  private PastVerdict verdict(ResultSet row) throws SQLException {
    return verdict(
        new Ended(text(row, 1), Instant.ofEpochMilli(row.getLong(2))),
        text(row, 3),
        new Finding(constant(State.class, text(row, 4)), text(row, 5)),
        latency(row, 6));
  }

  private static @Nullable Duration latency(ResultSet row, int column) throws SQLException {
    long latency = row.getLong(column);
    return row.wasNull() ? null : Duration.of(latency, ChronoUnit.MICROS);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String id) {
    return Enum.valueOf(type, id.toUpperCase(Locale.ROOT));
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("a date “" + text + "”", e);
    }
  }
}
