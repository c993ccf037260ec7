package org.vpnprobe.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vpnprobe.analysis.Earlier;

/** What persistence needs of earlier runs (design §4a.6). */
final class Recall {
  private final Rows rows;

  Recall(Connection connection) {
    this.rows = new Rows(connection);
  }

  /**
   * What was found significant in this time, and the last answer of the same before the end.
   *
   * @param before when the run began that asks
   */
  List<Earlier> earlier(Instant since, Instant before) throws SQLException {
    String what =
        "SELECT r.run_id, c.name, c.target, r.started_at, r.finished_at, r.rehearsal, r.pace,"
            + " f.answered, f.significant "
            + Query.VERDICTS
            + " AND r.finished_at >= ? AND r.started_at < ?";
    List<Object> span = List.of(since.toEpochMilli(), before.toEpochMilli());
    List<Earlier> failed = new ArrayList<>();
    rows.each(what + " AND f.significant = 1", span, row -> failed.add(earlier(row)));
    List<Earlier> all = new ArrayList<>(failed);
    Set<Same> asked = new HashSet<>();
    for (Earlier each : failed) {
      if (asked.add(Same.of(each))) {
        List<Object> values = new ArrayList<>(span);
        values.addAll(
            List.of(
                each.cell(), each.target(), each.rehearsal() ? 1 : 0, each.pace(), span.get(1)));
        rows.each(what + ANSWERED, values, row -> all.add(earlier(row)));
      }
    }
    return all;
  }

  /** What an answer has to be one of, to speak against a failure. */
  private record Same(String cell, String target, boolean rehearsal, double pace) {
    static Same of(Earlier each) {
      return new Same(each.cell(), each.target(), each.rehearsal(), each.pace());
    }
  }

  /** The last answer of the same before that time; merged journals count by when they ended. */
  private static final String ANSWERED =
      " AND f.answered = 1 AND c.name = ? AND c.target = ? AND r.rehearsal = ? AND r.pace = ?"
          + " AND CASE WHEN r.run_id LIKE '%+%' THEN r.finished_at ELSE r.started_at END < ?"
          + " ORDER BY r.finished_at DESC LIMIT 1";

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
}
