package org.vpnprobe.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Earlier;
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
  private static final String VERDICTS =
      """
      FROM cell c
        CROSS JOIN verdict v
        JOIN run r ON r.id = v.run
        JOIN finding f ON f.id = v.finding
      WHERE v.cell = c.id
      """;

  private final Connection connection;

  /** Millions of rows hold few different texts. */
  private final Map<String, String> texts = new HashMap<>();

  Query(Connection connection) {
    this.connection = connection;
  }

  /** Hands each verdict on by time and name. */
  void verdicts(Filter filter, Consumer<PastVerdict> to) throws SQLException {
    rows(
        "SELECT r.run_id, r.finished_at, c.name, f.state, f.cause, v.latency_us "
            + VERDICTS
            + and(filter)
            + " ORDER BY r.finished_at, r.id, c.name",
        values(filter),
        row -> to.accept(verdict(row)));
  }

  /**
   * Hands on each cell's verdicts by time; millions of rows, so that nothing is joined for each.
   */
  void byCell(Filter filter, Consumer<PastVerdict> to) throws SQLException {
    Filter time = new Filter(null, null, filter.since(), filter.until(), filter.rehearsal());
    Map<Long, Ended> runs = new HashMap<>();
    rows(
        "SELECT r.id, r.run_id, r.finished_at FROM run r" + where(time),
        values(time),
        row ->
            runs.put(
                row.getLong(1), new Ended(row.getString(2), Instant.ofEpochMilli(row.getLong(3)))));
    Map<Long, Finding> findings = new HashMap<>();
    rows(
        "SELECT id, state, cause FROM finding",
        List.of(),
        row ->
            findings.put(
                row.getLong(1),
                new Finding(constant(State.class, row.getString(2)), text(row, 3))));
    Filter named = new Filter(filter.cell(), filter.carrier(), null, null, null);
    Map<String, List<Long>> cells = new LinkedHashMap<>();
    rows(
        "SELECT c.name, c.id FROM cell c" + where(named) + " ORDER BY c.name, c.id",
        values(named),
        row -> cells.computeIfAbsent(row.getString(1), n -> new ArrayList<>()).add(row.getLong(2)));
    for (Map.Entry<String, List<Long>> cell : cells.entrySet()) {
      List<PastVerdict> verdicts = new ArrayList<>();
      for (long id : cell.getValue()) {
        rows(
            "SELECT run, finding, latency_us FROM verdict WHERE cell = ?",
            List.of(id),
            row -> {
              Ended run = runs.get(row.getLong(1));
              if (run != null) {
                Finding finding = findings.get(row.getLong(2));
                verdicts.add(verdict(run, cell.getKey(), finding, latency(row, 3)));
              }
            });
      }
      verdicts.sort(Comparator.comparing(PastVerdict::at).thenComparing(PastVerdict::run));
      verdicts.forEach(to);
    }
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
    rows(
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
      rows(
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
    rows(
        any
            ? "SELECT r.finished_at FROM run r" + where(filter) + " ORDER BY r.finished_at"
            : "SELECT r.finished_at FROM run r WHERE r.id IN (SELECT v.run "
                + VERDICTS
                + and(filter)
                + ") ORDER BY r.finished_at",
        values(filter),
        row -> times.add(Instant.ofEpochMilli(row.getLong(1))));
    return times;
  }

  List<PastCell> cells(Filter filter) throws SQLException {
    List<PastCell> cells = new ArrayList<>();
    Filter named = new Filter(filter.cell(), filter.carrier(), null, null, null);
    rows(
        "SELECT DISTINCT c.name, c.endpoint, c.protocol, c.transport, c.carrier, c.role FROM cell c"
            + where(named)
            + " ORDER BY c.name, c.protocol, c.transport, c.role",
        values(named),
        row ->
            cells.add(
                new PastCell(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    constant(Role.class, row.getString(6)))));
    return cells;
  }

  List<Event> events() throws SQLException {
    List<Event> events = new ArrayList<>();
    rows(
        "SELECT day, name FROM event ORDER BY day, name LIMIT " + MOST_EVENTS,
        List.of(),
        row -> events.add(new Event(day(row.getString(1)), row.getString(2))));
    return events;
  }

  /** See {@link History#earlier}. */
  List<Earlier> earlier(Instant since, Instant before) throws SQLException {
    String what =
        "SELECT r.run_id, c.name, c.target, r.started_at, r.finished_at, r.rehearsal, r.pace,"
            + " f.answered, f.significant "
            + VERDICTS
            + " AND r.finished_at >= ? AND r.started_at < ?";
    List<Object> span = List.of(since.toEpochMilli(), before.toEpochMilli());
    List<Earlier> failed = new ArrayList<>();
    rows(what + " AND f.significant = 1", span, row -> failed.add(earlier(row)));
    List<Earlier> all = new ArrayList<>(failed);
    for (String cell : failed.stream().map(Earlier::cell).distinct().toList()) {
      List<Object> values = new ArrayList<>(span);
      values.add(cell);
      rows(
          what + " AND f.answered = 1 AND c.name = ? ORDER BY r.finished_at DESC LIMIT 1",
          values,
          row -> all.add(earlier(row)));
    }
    return all;
  }

  private static Earlier earlier(ResultSet row) throws SQLException {
    String run = row.getString(1);
    // Which of several merged journals held the failures is not kept: the latest time is certain.
    long at = run.indexOf('+') < 0 ? row.getLong(4) : row.getLong(5);
    return new Earlier(
        run,
        row.getString(2),
        row.getString(3),
        Instant.ofEpochMilli(at),
        row.getInt(6) != 0,
        row.getDouble(7),
        row.getInt(8) != 0,
        row.getInt(9) != 0);
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

  private static String where(Filter filter) {
    List<String> terms = new ArrayList<>();
    if (filter.cell() != null) {
      terms.add("c.name = ?");
    }
    if (filter.carrier() != null) {
      terms.add("c.carrier = ?");
    }
    if (filter.since() != null) {
      terms.add("r.finished_at >= ?");
    }
    if (filter.until() != null) {
      terms.add("r.finished_at < ?");
    }
    if (filter.rehearsal() != null) {
      terms.add("r.rehearsal = ?");
    }
    return terms.isEmpty() ? "" : " WHERE " + String.join(" AND ", terms);
  }

  private static String and(Filter filter) {
    return where(filter).replaceFirst(" WHERE ", " AND ");
  }

  private static List<Object> values(Filter filter) {
    List<Object> values = new ArrayList<>();
    if (filter.cell() != null) {
      values.add(filter.cell());
    }
    if (filter.carrier() != null) {
      values.add(filter.carrier());
    }
    if (filter.since() != null) {
      values.add(filter.since().toEpochMilli());
    }
    if (filter.until() != null) {
      values.add(filter.until().toEpochMilli());
    }
    if (filter.rehearsal() != null) {
      values.add(filter.rehearsal() ? 1 : 0);
    }
    return values;
  }

  /** Takes one row. */
  private interface Row {
    void take(ResultSet row) throws SQLException;
  }

  private void rows(String sql, List<? extends Object> values, Row each) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        switch (values.get(i)) {
          case Long number -> query.setLong(i + 1, number);
          case Integer number -> query.setInt(i + 1, number);
          case Object text -> query.setString(i + 1, text.toString());
        }
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          each.take(rows);
        }
      }
    }
  }
}
