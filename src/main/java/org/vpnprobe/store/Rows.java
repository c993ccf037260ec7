package org.vpnprobe.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Asks a database and hands on what it answers, row by row. */
record Rows(Connection connection) {
  /** Takes one row. */
  interface Row {
    void take(ResultSet row) throws SQLException;
  }

  void each(String sql, List<? extends Object> values, Row taker) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        switch (values.get(i)) {
          case Long number -> query.setLong(i + 1, number);
          case Integer number -> query.setInt(i + 1, number);
          case Double number -> query.setDouble(i + 1, number);
          case Object text -> query.setString(i + 1, text.toString());
        }
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          taker.take(rows);
        }
      }
    }
  }
}
