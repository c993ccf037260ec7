package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.engine.PidLock;
import org.vpnprobe.engine.Timetable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Runs again and again, for machines without cron, and how many of them are kept. */
final class RepeatOptions {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(31);
  private static final int TENTH = 10;

  /** One loop in a folder: a second one would double what every server gets. */
  private static final String LOCK = ".every.lock";

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      converter = Spans.class,
      description =
          "Run now and then again every so long, each run in a folder of its own; the file is read"
              + " again before each. Ends when told to (Ctrl-C, SIGTERM).")
  private @Nullable Duration every;

  @Option(
      names = "--jitter",
      paramLabel = "DURATION",
      converter = Spans.class,
      description =
          "With --every: each run begins a random while late, up to this long. Default: a tenth.")
  private @Nullable Duration jitter;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description =
          "Afterwards delete the oldest folders of finished runs, but so many. Default: all stay.")
  private @Nullable Integer keep;

  /** One of the runs; its exit code. */
  @FunctionalInterface
  interface Round {
    int run() throws IOException, InvalidFile;
  }

  boolean isGiven() {
    return every != null;
  }

  /** Refuses what cannot be meant. */
  void check(boolean resume, boolean ownFolders) {
    if (every == null && jitter != null) {
      throw new Refused("--jitter: has no meaning without --every; add that, or leave it out");
    }
    if (every != null) {
      if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
        throw new Refused("--every: expected a duration from 1s to 744h");
      }
      if (jitter != null && jitter.compareTo(every) > 0) {
        throw new Refused("--jitter: expected at most what --every says");
      }
      if (resume) {
        throw new Refused("--every: begins runs of its own; --resume goes on with one");
      }
    }
    if (keep != null && keep < 1) {
      throw new Refused("--keep: expected a number of runs, at least 1");
    }
    if (keep != null && !ownFolders) {
      throw new Refused("--keep: with --out there is one run in the folder; nothing to delete");
    }
  }

  /** Deletes what is more than is to be kept. */
  void prune(StateFolder runs, Path current) throws IOException {
    if (keep != null) {
      runs.prune(keep, current);
    }
  }

  /**
   * Runs until one is interrupted.
   *
   * @param quiet only what went wrong is said
   * @param ticker the clock by which it waits
   * @return the exit code of the process
   */
  int repeat(StateFolder runs, Round round, Streams streams, boolean quiet, Timetable.Ticker ticker)
      throws IOException, InvalidFile {
    if (every == null) {
      throw new IllegalStateException("nothing to repeat");
    }
    Files.createDirectories(runs.root());
    Path lock = runs.root().resolve(LOCK);
    try (PidLock _ = PidLock.tryTake(lock).orElseThrow(() -> taken(lock))) {
      Duration late = jitter == null ? every.dividedBy(TENTH) : jitter;
      Timetable table = new Timetable(every, late, new SplittableRandom(), ticker);
      int exit = round.run(); // What is wrong at the start is wrong with the command.
      while (exit != Interruption.EXIT) {
        Duration next = table.next();
        if (!quiet) {
          streams.say("next run in " + Spans.text(next));
        }
        table.await(next);
        exit = again(round, streams);
      }
      return exit;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Interruption.EXIT;
    }
  }

  /** A file that is broken meanwhile, or a full disk, costs this run alone. */
  private static int again(Round round, Streams streams) {
    try {
      return round.run();
    } catch (InvalidFile | Refused | IOException e) {
      Failures.told("vpnprobe: this run is left out: ", e).forEach(streams::say);
      return CommandLine.ExitCode.USAGE;
    }
  }

  private static Refused taken(Path lock) {
    return new Refused(
        lock.toAbsolutePath().getParent()
            + ": "
            + PidLock.holder(lock)
            + " runs here with --every already; name another folder by --out");
  }
}
