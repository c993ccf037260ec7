package org.vpnprobe.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteLimits;

/** One file, in SQLite's WAL mode: readers and one writer at a time, waiting for each other. */
record SqliteFile(Path path, boolean create) implements Database {
  /**
   * "VPNP": tells our file from another program's (sqlite.org/pragma.html#pragma_application_id).
   */
  private static final int APPLICATION = 0x56504E50;

  /** An append takes well under a second; whoever waits longer waits for something that hangs. */
  private static final int PATIENCE_MS = 30_000;

  /** No text of ours is longer; a file from elsewhere may hold anything. */
  private static final int LONGEST_VALUE = 1 << 20;

  @Override
  public String shown() {
    return path.toString();
  }

  @Override
  public Connection connect() throws SQLException, HistoryUnusable {
    // sqlite-jdbc reads settings of its own out of what follows a question mark.
    if (path.toString().indexOf('?') >= 0) {
      throw new HistoryUnusable(path + ": the name of a history cannot hold “?”");
    }
    make();
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(PATIENCE_MS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    Connection connection = config.createConnection("jdbc:sqlite:" + path.toAbsolutePath());
    try {
      ((org.sqlite.SQLiteConnection) connection)
          .setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
      Database.run(connection, "PRAGMA trusted_schema = OFF");
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Only its owner may read it: the names of endpoints are in it. */
  private void make() throws HistoryUnusable {
    if (Files.exists(path)) {
      return;
    }
    if (!create) {
      throw new HistoryUnusable(path + ": there is no history yet; “run --history” begins one");
    }
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder, owner(posix, "rwx------"));
      }
      Files.createFile(path, owner(posix, "rw-------"));
    } catch (FileAlreadyExistsException e) {
      // Another run was quicker.
    } catch (IOException e) {
      throw new HistoryUnusable(path + ": the history cannot be made: " + e, e);
    }
  }

  private static FileAttribute<?>[] owner(boolean posix, String permissions) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  @Override
  public String id() {
    return "INTEGER PRIMARY KEY";
  }

  @Override
  public String clustered() {
    return " WITHOUT ROWID";
  }

  @Override
  public void begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
  }

  @Override
  public void beginReading(Connection connection) {
    // A transaction of this connection would take the right to write; a statement alone does not.
  }

  @Override
  public boolean isEmpty(Connection connection) throws SQLException, HistoryUnusable {
    if (Database.number(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
      return true;
    }
    // What a trigger or view of a stranger does, nobody asked for.
    if (Database.number(connection, "PRAGMA application_id") != APPLICATION
        || Database.number(
                connection,
                "SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')")
            > 0) {
      throw new HistoryUnusable(path + ": an SQLite file, but not a history of vpnprobe");
    }
    return false;
  }

  @Override
  public void claim(Connection connection) throws SQLException {
    Database.run(connection, "PRAGMA application_id = " + APPLICATION);
  }

  @Override
  public void settle(Connection connection) throws SQLException {
    // Two that turn it on at once are told “busy” without a wait (sqlite.org/wal.html).
    for (long wait = 1; ; wait *= 2) {
      try {
        Database.run(connection, "PRAGMA journal_mode = WAL");
        return;
      } catch (SQLException e) {
        if (wait > PATIENCE_MS || !isBusy(e)) {
          throw e;
        }
        pause(wait);
      }
    }
  }

  private static boolean isBusy(SQLException e) {
    return primary(e) == SQLiteErrorCode.SQLITE_BUSY.code;
  }

  /** Extended codes keep the primary one in their lowest byte. */
  private static int primary(SQLException e) {
    return e instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : -1;
  }

  private static void pause(long milliseconds) throws SQLException {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", e);
    }
  }

  @Override
  public String told(SQLException e) {
    return switch (primary(e)) {
      case 5, 6 -> "another program has held it for " + PATIENCE_MS / 1000 + " s";
      case 8 -> "it cannot be written";
      case 11 -> "the file is damaged; move it away, and a new one is begun";
      case 13 -> "the disk is full";
      case 14 -> "it cannot be opened";
      case 26 -> "this is no history: not an SQLite file";
      default -> String.valueOf(e.getMessage());
    };
  }
}
