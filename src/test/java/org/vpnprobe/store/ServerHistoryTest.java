package org.vpnprobe.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vpnprobe.real.PostgresServer;

/** A history in a real PostgreSQL, a schema of its own for each test. */
class ServerHistoryTest extends AnyHistory {
  private static @Nullable PostgresServer server;
  private static int schemas;

  private String where = "";

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static String url(String more) {
    return java.util.Objects.requireNonNull(server).url(more);
  }

  @BeforeEach
  void schema() throws SQLException {
    String name = "t" + ++schemas;
    try (Connection c = new PostgreSql(url("")).connect()) {
      Database.run(c, "CREATE SCHEMA " + name);
    }
    where = url("&currentSchema=" + name);
  }

  @Override
  String where() {
    return where;
  }

  @Override
  Database database() {
    return new PostgreSql(where);
  }

  private static String refusal(String where) {
    return String.valueOf(
        assertThrows(HistoryUnusable.class, () -> History.open(where).close()).getMessage());
  }

  @Test
  void noMessageHoldsThePassword() throws SQLException {
    String wrong = refusal(where.replace(PostgresServer.PASSWORD, "not-the-9f2c-one"));
    assertTrue(wrong.contains("password authentication failed"), wrong);
    assertFalse(wrong.contains("9f2c"), wrong);
    String nobody = refusal(where.replaceFirst(":\\d+/", ":1/"));
    assertTrue(nobody.startsWith("jdbc:postgresql://127.0.0.1:1/postgres: "), nobody);
    assertFalse(nobody.contains("9f2c"), nobody);
  }

  @Test
  void whatSomebodyElseKeepsThereStays() throws IOException, SQLException {
    try (Connection c = database().connect()) {
      Database.run(c, "CREATE TABLE cell (prisoner TEXT)");
    }
    String message = refusal(where);
    assertTrue(message.contains("\"cell\" already exists"), message);
    try (Connection c = database().connect()) {
      assertTrue(database().isEmpty(c), "what was begun was taken back");
    }
  }
}
