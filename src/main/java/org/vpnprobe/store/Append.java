package org.vpnprobe.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.vpnprobe.analysis.Rule;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;

/** What is written, inside one transaction. */
final class Append {
  private static final String CELL = "name, protocol, transport, role, target";
  private static final String FINDING = "state, cause, rule, answered, significant";

  private final Connection connection;

  Append(Connection connection) {
    this.connection = connection;
  }

  /** Returns whether it was new. */
  boolean run(Report report, Map<String, String> targets) throws SQLException {
    Set<String> parts = Set.of(report.runId().split("\\+"));
    List<Long> replaced = new ArrayList<>();
    for (Known known : known(parts)) {
      if (known.parts().equals(parts)) {
        if (known.finished() >= report.finishedAt().toEpochMilli()) {
          return false;
        }
        replaced.add(known.run()); // The run was gone on with.
      } else if (known.parts().containsAll(parts)) {
        return false;
      } else if (parts.containsAll(known.parts())) {
        replaced.add(known.run());
      }
    }
    for (long run : replaced) {
      forget(connection, run);
    }
    long run = insertRun(report, parts);
    Map<String, Role> roles = new HashMap<>();
    report.carriers().forEach(carrier -> roles.put(carrier.name(), carrier.role()));
    verdicts(report, run, roles, targets);
    events(report);
    return true;
  }

  /** A run that holds some of the same journals. */
  private record Known(long run, long finished, Set<String> parts) {}

  private List<Known> known(Set<String> parts) throws SQLException {
    Set<Long> runs = new HashSet<>();
    try (PreparedStatement query =
        connection.prepareStatement("SELECT run FROM part WHERE part = ?")) {
      for (String part : parts) {
        query.setString(1, part);
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            runs.add(rows.getLong(1));
          }
        }
      }
    }
    List<Known> known = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement("SELECT run_id, finished_at FROM run WHERE id = ?")) {
      for (long run : runs) {
        query.setLong(1, run);
        try (ResultSet row = query.executeQuery()) {
          if (row.next()) {
            known.add(new Known(run, row.getLong(2), Set.of(row.getString(1).split("\\+"))));
          }
        }
      }
    }
    return known;
  }

  private long insertRun(Report report, Set<String> parts) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO run (run_id, started_at, finished_at, tool_version, profile, rehearsal,"
                + " pace) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, report.runId());
      insert.setLong(2, report.startedAt().toEpochMilli());
      insert.setLong(3, report.finishedAt().toEpochMilli());
      insert.setString(4, report.toolVersion());
      insert.setString(5, report.profile().id());
      insert.setInt(6, report.rehearsal() ? 1 : 0);
      insert.setDouble(7, report.pace());
      insert.executeUpdate();
    }
    long run = id("SELECT id FROM run WHERE run_id = ?", report.runId());
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO part (part, run) VALUES (?, ?)")) {
      for (String part : parts) {
        insert.setString(1, part);
        insert.setLong(2, run);
        insert.executeUpdate();
      }
    }
    return run;
  }

  private void verdicts(
      Report report, long run, Map<String, Role> roles, Map<String, String> targets)
      throws SQLException {
    Map<List<Object>, Long> findings = new HashMap<>();
    try (PreparedStatement find =
            connection.prepareStatement(
                "SELECT id FROM cell WHERE name = ? AND protocol = ? AND transport = ?"
                    + " AND role = ? AND target = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO verdict (cell, run, finding, latency_us) VALUES (?, ?, ?, ?)")) {
      for (Report.Cell cell : report.cells()) {
        List<Object> key = finding(cell);
        Long finding = findings.get(key);
        if (finding == null) {
          finding = found("finding", FINDING, key);
          findings.put(key, finding);
        }
        Role role = roles.getOrDefault(cell.carrier(), Role.CARRIER);
        insert.setLong(1, cell(find, cell, role, targets.getOrDefault(cell.id(), "")));
        insert.setLong(2, run);
        insert.setLong(3, finding);
        Report.Latency latency = cell.latency();
        if (latency == null) {
          insert.setNull(4, Types.BIGINT);
        } else {
          insert.setLong(4, latency.p50().toNanos() / 1000);
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static List<Object> finding(Report.Cell cell) {
    boolean answered = cell.depth() != null && cell.depth().atLeast(cell.asked());
    return List.of(
        cell.state().id(),
        Objects.requireNonNullElse(cell.cause(), ""),
        cell.rule(),
        answered ? 1 : 0,
        Rule.isSignificant(cell.rule()) ? 1 : 0);
  }

  private long cell(PreparedStatement find, Report.Cell cell, Role role, String target)
      throws SQLException {
    List<Object> key =
        List.of(cell.id(), cell.protocol(), cell.transport().id(), role.id(), target);
    set(find, key);
    try (ResultSet row = find.executeQuery()) {
      if (row.next()) {
        return row.getLong(1);
      }
    }
    List<Object> all = new ArrayList<>(key);
    all.addAll(List.of(cell.endpoint(), cell.family().id(), cell.carrier()));
    insert("cell", CELL + ", endpoint, family, carrier", all);
    return found("cell", CELL, key);
  }

  private void events(Report report) throws SQLException {
    for (Event event : report.events()) {
      insert("event", "day, name", List.of(event.date().toString(), event.name()));
    }
  }

  /** The number of a row of a dictionary, which is made when it is new. */
  private long found(String table, String columns, List<Object> key) throws SQLException {
    String where = columns.replace(", ", " = ? AND ") + " = ?";
    try (PreparedStatement find =
        connection.prepareStatement("SELECT id FROM " + table + " WHERE " + where)) {
      set(find, key);
      try (ResultSet row = find.executeQuery()) {
        if (row.next()) {
          return row.getLong(1);
        }
      }
      insert(table, columns, key);
      set(find, key);
      try (ResultSet row = find.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void insert(String table, String columns, List<Object> values) throws SQLException {
    String marks = "?, ".repeat(values.size() - 1) + "?";
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO "
                + table
                + " ("
                + columns
                + ") VALUES ("
                + marks
                + ") ON CONFLICT DO NOTHING")) {
      set(insert, values);
      insert.executeUpdate();
    }
  }

  private static void set(PreparedStatement statement, List<Object> values) throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) instanceof Integer number) {
        statement.setInt(i + 1, number);
      } else {
        statement.setString(i + 1, values.get(i).toString());
      }
    }
  }

  private long id(String sql, String key) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, key);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Forgets the runs that ended before a time; returns how many there were. */
  static int forget(Connection connection, Instant before) throws SQLException {
    List<Long> runs = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement("SELECT id FROM run WHERE finished_at < ?")) {
      query.setLong(1, before.toEpochMilli());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          runs.add(rows.getLong(1));
        }
      }
    }
    for (long run : runs) {
      forget(connection, run);
    }
    if (!runs.isEmpty()) {
      Database.run(
          connection,
          "DELETE FROM cell WHERE NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.cell = cell.id)");
    }
    return runs.size();
  }

  private static void forget(Connection connection, long run) throws SQLException {
    for (String sql :
        List.of(
            // By the key of the table, which begins with the cell.
            "DELETE FROM verdict WHERE cell IN (SELECT id FROM cell) AND run = ?",
            "DELETE FROM part WHERE run = ?",
            "DELETE FROM run WHERE id = ?")) {
      try (PreparedStatement delete = connection.prepareStatement(sql)) {
        delete.setLong(1, run);
        delete.executeUpdate();
      }
    }
  }
}
