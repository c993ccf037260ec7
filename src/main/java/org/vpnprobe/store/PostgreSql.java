package org.vpnprobe.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL, at a URL that the user named. */
record PostgreSql(String url) implements Database {
  /** "VPNP": whoever writes holds this lock, so that two writers wait instead of failing. */
  private static final long LOCK = 0x56504E50L;

  private static final int PIECE = 10_000;

  /** Hosts, the database and what follows; a login before the host is none of the driver's. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(jdbc:postgresql:(?://)?)([^/?&@]*@)?((?:[\\w.:,\\[\\]-]*/)?[\\w.%+-]*)(?:\\?.*)?");

  private static final String UNREADABLE =
      "this address cannot be read; expected jdbc:postgresql://HOST:PORT/DATABASE?user=NAME";

  /** Its log quotes whole addresses, and in them passwords. */
  private static final Logger LOG = Logger.getLogger("org.postgresql");

  /** User and password may stand in the query, or wrongly before the host. */
  @Override
  public String shown() {
    Matcher parts = ADDRESS.matcher(url);
    return parts.matches() ? parts.group(1) + parts.group(3) : "jdbc:postgresql:…";
  }

  @Override
  public Connection connect() throws SQLException {
    Matcher parts = ADDRESS.matcher(url);
    if (!parts.matches() || parts.group(2) != null) {
      throw new SQLException(UNREADABLE);
    }
    LOG.setLevel(Level.OFF);
    Properties properties = new Properties();
    // A run is not held up by a server that has gone; the URL may say otherwise.
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "20");
    properties.setProperty("socketTimeout", "120");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "vpnprobe");
    properties.setProperty("defaultRowFetchSize", Integer.toString(PIECE));
    Connection connection = new org.postgresql.Driver().connect(url, properties);
    return Objects.requireNonNull(connection, "the driver does not know its own URL");
  }

  @Override
  public String id() {
    return "INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
  }

  @Override
  public String clustered() {
    return "";
  }

  @Override
  public void begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    Database.run(connection, "SELECT pg_advisory_xact_lock(" + LOCK + ")");
  }

  @Override
  public void beginReading(Connection connection) throws SQLException {
    connection.setAutoCommit(false); // Otherwise the driver keeps the whole answer.
  }

  @Override
  public boolean isEmpty(Connection connection) throws SQLException {
    return Database.number(
            connection,
            "SELECT count(*) FROM information_schema.tables"
                + " WHERE table_name = 'schema_version' AND table_schema = current_schema()")
        == 0;
  }

  @Override
  public void claim(Connection connection) {
    // Nothing but its tables.
  }

  @Override
  public void settle(Connection connection) {
    // Nothing: it is the server's.
  }

  @Override
  public String told(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("jdbc:") ? UNREADABLE : message;
  }
}
