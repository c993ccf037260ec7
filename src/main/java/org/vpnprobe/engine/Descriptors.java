package org.vpnprobe.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.vpnprobe.config.Limits;
import org.vpnprobe.model.Plan;

/** Whether this process may open as many files and sockets as a plan may take at once. */
public final class Descriptors {
  /** The limits of this process, which Java has raised as far as it may (proc(5)). */
  private static final Path LIMITS = Path.of("/proc/self/limits");

  private static final String LINE = "Max open files";

  /**
   * A connection; a resolver's; one more, such as a relay's over UDP or the other side of a lab's.
   */
  private static final int OF_A_TRIAL = 3;

  /** Java's own, those of the libraries, the journal and the history. */
  private static final int OF_OURS = 100;

  private Descriptors() {}

  /**
   * What to say when they may be too few; empty when they suffice, or nothing is known of it.
   *
   * @param plan whose trials at one server never run at the same time
   */
  public static Optional<String> tooFew(Plan plan, Limits limits) {
    long atOnce = Cost.atOnce(plan, limits);
    long needed = OF_OURS + OF_A_TRIAL * atOnce;
    long allowed = allowed();
    if (allowed >= needed) {
      return Optional.empty();
    }
    long fits = Math.max(1, (allowed - OF_OURS) / OF_A_TRIAL);
    return Optional.of(
        atOnce
            + " trials at a time may need "
            + needed
            + " open files, and "
            + allowed
            + " are allowed: raise that by “ulimit -n "
            + needed
            + "”, or write limits: {concurrency: "
            + fits
            + "}; trials that find none left measure nothing");
  }

  private static long allowed() {
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith(LINE)) {
          return Long.parseLong(line.substring(LINE.length()).trim().split("\\s+")[0]);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Not Linux, or without a limit.
    }
    return Long.MAX_VALUE;
  }
}
