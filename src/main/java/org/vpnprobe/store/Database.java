package org.vpnprobe.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the two kinds of database do differently. */
sealed interface Database permits SqliteFile, PostgreSql {
  /** How people name it; never with a password. */
  String shown();

  /** Opens a connection that commits each statement by itself. */
  Connection connect() throws SQLException, HistoryUnusable;

  /** A key that numbers itself. */
  String id();

  /** After the columns of a table that is kept in the order of its key. */
  String clustered();

  /** Begins a transaction; whoever else would write waits. */
  void begin(Connection connection) throws SQLException;

  /** Begins to read, so that a large answer comes in pieces. */
  void beginReading(Connection connection) throws SQLException;

  /** True when it holds nothing yet; what somebody else keeps there is refused. */
  boolean isEmpty(Connection connection) throws SQLException, HistoryUnusable;

  /** Marks an empty one as ours, inside the transaction that fills it. */
  void claim(Connection connection) throws SQLException;

  /** Makes the settings that stay with it, once its schema is the newest. */
  void settle(Connection connection) throws SQLException;

  /** What went wrong, for a person. */
  String told(SQLException e);

  /** Executes one statement. */
  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The one number that a query gives. */
  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }
}
