package org.vpnprobe.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Brings a database to the newest schema: numbered files, each applied once. */
final class Migrations {
  /** The number of the last file. */
  static final int NEWEST = 2;

  private Migrations() {}

  /**
   * Applies what is missing up to a version.
   *
   * @throws HistoryUnusable when a newer vpnprobe wrote it
   */
  static void apply(Database database, Connection connection, int newest)
      throws SQLException, IOException {
    if (!database.isEmpty(connection) && version(database, connection) == newest) {
      return; // The usual case takes no lock.
    }
    database.begin(connection);
    try {
      if (database.isEmpty(connection)) {
        database.claim(connection);
        Database.run(connection, "CREATE TABLE schema_version (version INTEGER NOT NULL)");
        Database.run(connection, "INSERT INTO schema_version VALUES (0)");
      }
      for (int next = version(database, connection) + 1; next <= newest; next++) {
        for (String statement : statements(database, next)) {
          Database.run(connection, statement);
        }
        try (PreparedStatement update =
            connection.prepareStatement("UPDATE schema_version SET version = ?")) {
          update.setInt(1, next);
          update.executeUpdate();
        }
      }
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static int version(Database database, Connection connection)
      throws SQLException, HistoryUnusable {
    long version = Database.number(connection, "SELECT version FROM schema_version");
    if (version > NEWEST || version < 0) {
      throw new HistoryUnusable(
          database.shown()
              + ": a newer vpnprobe wrote this history (schema "
              + version
              + ", this one knows "
              + NEWEST
              + "); use that one");
    }
    return (int) version;
  }

  /** The statements of a file; a line that ends in a semicolon ends one. */
  private static String[] statements(Database database, int number) throws IOException {
    try (InputStream in = Migrations.class.getResourceAsStream(number + ".sql")) {
      if (in == null) {
        throw new IOException("migration " + number + " is missing from this program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replaceAll("--[^\n]*", "")
          .replace("${id}", database.id())
          .replace("${clustered}", database.clustered())
          .strip()
          .split(";\\s*(\n|$)");
    }
  }
}
