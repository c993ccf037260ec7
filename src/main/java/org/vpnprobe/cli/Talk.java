package org.vpnprobe.cli;

import org.vpnprobe.engine.Journal;
import org.vpnprobe.report.Outcome;
import org.vpnprobe.report.Printable;

/** What is said beside the report. */
final class Talk {
  private static final int MOST_REASONS = 10;

  private Talk() {}

  /** A run that was killed may leave half a line at the end of its journal. */
  static void torn(Journal journal, Streams streams) {
    if (journal.tornBytes() > 0) {
      streams.say(
          journal.file()
              + ": the last line is torn ("
              + journal.tornBytes()
              + " bytes) and left out; all before it is whole");
    }
  }

  /** Why the exit code is not zero. */
  static void outcome(Outcome outcome, Streams streams) {
    if (outcome.reasons().isEmpty()) {
      return;
    }
    streams.say(
        outcome.exitCode() == Outcome.NOT_MET ? "not as expected:" : "could not be judged:");
    outcome.reasons().stream()
        .limit(MOST_REASONS)
        .forEach(reason -> streams.say("  " + Printable.of(reason)));
    int more = outcome.reasons().size() - MOST_REASONS;
    if (more > 0) {
      streams.say("  and " + more + " more");
    }
  }
}
