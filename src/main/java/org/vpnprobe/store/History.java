package org.vpnprobe.store;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.vpnprobe.analysis.Earlier;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Report;

/**
 * What earlier runs said, kept in one file or in PostgreSQL. Several processes may use it at once.
 * Not thread-safe: each thread opens its own.
 */
public final class History implements AutoCloseable {
  private static final String SERVER = "jdbc:postgresql:";

  /** Names no file: it would be shown, with the password in it. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("(?i)jdbc:|postgres(ql)?:|[a-z][a-z0-9+.-]+://");

  private final Database database;
  private final Connection connection;

  private History(Database database, Connection connection) {
    this.database = database;
    this.connection = connection;
  }

  /**
   * Opens a history, and begins one where there is none.
   *
   * @param where a file, or {@code jdbc:postgresql://…}
   * @throws HistoryUnusable when it is something else, damaged, or written by a newer vpnprobe
   */
  public static History open(String where) throws HistoryUnusable {
    return open(database(where, true), Migrations.NEWEST);
  }

  /**
   * Opens a history to look at.
   *
   * @throws HistoryUnusable as above, and when there is none
   */
  public static History existing(String where) throws HistoryUnusable {
    return open(database(where, false), Migrations.NEWEST);
  }

  /**
   * How a place may be shown: without what may be a password.
   *
   * @param where as for {@link #open}
   */
  public static String shown(String where) throws HistoryUnusable {
    return database(where, false).shown();
  }

  /** True when it is kept by a server, which may be away for a while. */
  public static boolean isServer(String where) {
    return where.startsWith(SERVER);
  }

  private static Database database(String where, boolean create) throws HistoryUnusable {
    if (isServer(where)) {
      return new PostgreSql(where);
    }
    if (ELSEWHERE.matcher(where).lookingAt()) {
      throw new HistoryUnusable(
          "a history is a file or “" + SERVER + "//…”; no other database is known");
    }
    try {
      return new SqliteFile(Path.of(where), create);
    } catch (InvalidPathException e) {
      throw new HistoryUnusable("the history has no valid file name", e);
    }
  }

  /** As it was with an older schema; for tests of the migrations. */
  static History open(Database database, int version) throws HistoryUnusable {
    Connection connection = null;
    try {
      connection = database.connect();
      Migrations.apply(database, connection, version);
      database.settle(connection);
      return new History(database, connection);
    } catch (SQLException e) {
      close(connection);
      throw unusable(database, e);
    } catch (HistoryUnusable e) {
      close(connection);
      throw e;
    } catch (IOException | RuntimeException | LinkageError e) {
      // Without a folder for its native part the driver fails with errors of many kinds.
      close(connection);
      throw new HistoryUnusable(database.shown() + ": the history cannot be opened: " + e, e);
    }
  }

  private static void close(@org.jspecify.annotations.Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // What went wrong before is what matters.
    }
  }

  /** What to call this history when talking to a person. */
  public String shown() {
    return database.shown();
  }

  /**
   * Keeps what a run said. A run that is known already changes nothing; one that was gone on with
   * takes the place of what it said before, and several merged journals that of the single ones.
   *
   * @param targets fingerprints of what stands behind the cells ({@link
   *     org.vpnprobe.analysis.Targets}); empty when not known
   * @return true when it was new
   */
  public boolean append(Report report, Map<String, String> targets) throws HistoryUnusable {
    return writing(c -> new Append(c).run(report, targets));
  }

  /** Keeps what a run said, of which only the report is known. */
  public boolean append(Report report) throws HistoryUnusable {
    return append(report, Map.of());
  }

  /**
   * Forgets the runs that ended before a time.
   *
   * @return how many there were
   */
  public int forget(Instant before) throws HistoryUnusable {
    return writing(c -> Append.forget(c, before));
  }

  /** What earlier runs said, by time and then by name of the cell. */
  public List<PastVerdict> verdicts(Filter filter) throws HistoryUnusable {
    return reading(c -> {
      List<PastVerdict> all = new ArrayList<>();
      new Query(c).verdicts(filter, all::add);
      return all;
    });
  }

  /** Each cell's verdicts by time, one cell after the other; for histories of any length. */
  public void byCell(Filter filter, Consumer<PastVerdict> to) throws HistoryUnusable {
    reading(c -> {
      new Query(c).byCell(filter, to);
      return filter;
    });
  }

  /** The last runs with all that they said, the latest first. */
  public List<PastRun> lastRuns(int most) throws HistoryUnusable {
    return reading(c -> new Query(c).lastRuns(most));
  }

  /** When runs ended that looked at these cells, by time. */
  public List<Instant> times(Filter filter) throws HistoryUnusable {
    return reading(c -> new Query(c).times(filter));
  }

  /** The cells that are known, by name. */
  public List<PastCell> cells(Filter filter) throws HistoryUnusable {
    return reading(c -> new Query(c).cells(filter));
  }

  /** The dated events that the files of these runs named, by date. */
  public List<Event> events() throws HistoryUnusable {
    return reading(c -> new Query(c).events());
  }

  /**
   * What bears on whether a failure persists (design §4a.6): of each cell that failed significantly
   * since then, these runs and the last one that was answered.
   *
   * @param before only runs that began before
   */
  public List<Earlier> earlier(Instant since, Instant before) throws HistoryUnusable {
    return reading(c -> new Recall(c).earlier(since, before));
  }

  @Override
  public void close() throws HistoryUnusable {
    try {
      connection.close();
    } catch (SQLException e) {
      throw unusable(database, e);
    }
  }

  /** Something done with a connection. */
  private interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  private <T> T writing(Work<T> work) throws HistoryUnusable {
    try {
      database.begin(connection);
      try {
        T result = work.with(connection);
        connection.commit();
        return result;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw unusable(database, e);
    } catch (RuntimeException e) {
      throw strange(e);
    }
  }

  private <T> T reading(Work<T> work) throws HistoryUnusable {
    try {
      database.beginReading(connection);
      try {
        return work.with(connection);
      } finally {
        if (!connection.getAutoCommit()) {
          connection.rollback();
          connection.setAutoCommit(true);
        }
      }
    } catch (SQLException e) {
      throw unusable(database, e);
    } catch (RuntimeException e) {
      throw strange(e);
    }
  }

  /** The tables may have been filled by anybody: no crash may come of it. */
  private HistoryUnusable strange(RuntimeException e) {
    return new HistoryUnusable(
        database.shown() + ": holds what this vpnprobe does not know: " + e.getMessage(), e);
  }

  private static HistoryUnusable unusable(Database database, SQLException e) {
    return new HistoryUnusable(database.shown() + ": " + database.told(e), e);
  }
}
