package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.compare.Agreement;
import org.vpnprobe.analysis.compare.Snapshot;
import org.vpnprobe.model.Report;
import org.vpnprobe.report.Outcome;
import org.vpnprobe.report.compare.Baseline;
import org.vpnprobe.report.compare.ReportFile;
import picocli.CommandLine.Option;

/** What a run is held against in place of the file's expectations. */
final class BaselineOptions {
  private static final int AGREEING = 2;
  private static final int MOST_AGREEING = 100;
  private static final int MOST_NAMED = 5;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description =
          "Exit 1 and say what changed since this report.json, baseline or journal, in place of the"
              + " expectations.")
  private @Nullable Path path;

  @Option(
      names = "--update-baseline",
      description =
          "What is told becomes part of the baseline, so that it is told once. Without a baseline"
              + " yet, this run becomes it.")
  private boolean update;

  @Option(
      names = "--confirmations",
      paramLabel = "N",
      description = "A change is told when so many runs in a row agree on it. Default: 2.")
  private int confirmations = AGREEING;

  @Option(names = "--once", description = "The same as --confirmations 1.")
  private boolean once;

  /** True when a run is to be compared. */
  boolean given() {
    return path != null;
  }

  /** Refuses what cannot be meant, before anything is measured. */
  void check(TermsOptions terms) throws IOException {
    if (path == null) {
      if (update || once || confirmations != AGREEING) {
        throw new Refused(
            "--update-baseline, --once and --confirmations have no meaning without --baseline FILE;"
                + " add that");
      }
      return;
    }
    if (terms.areGiven()) {
      throw new Refused(
          "--baseline: takes the place of --fail-on and --min-reachable; leave those out");
    }
    if (confirmations < 1 || confirmations > MOST_AGREEING) {
      throw new Refused("--confirmations: expected a number from 1 to " + MOST_AGREEING);
    }
    if (update && ReportFile.isOfRun(path)) {
      throw new Refused(
          path
              + ": belongs to a run and would be written over; name a file elsewhere"
              + " (“cp report.json …”, or a new one, which this run becomes)");
    }
    if (Files.exists(path)) {
      Baseline.at(path).read();
    } else if (!update) {
      throw new Refused(path + ": no such file; --update-baseline makes one of this run");
    }
  }

  /** Refuses to hold what is measured against a rehearsal, or the other way round. */
  void suits(boolean rehearsal) throws IOException {
    if (path != null && Files.exists(path) && Baseline.at(path).read().rehearsal() != rehearsal) {
      throw new Refused(
          path
              + (rehearsal
                  ? ": was measured, and this is a rehearsal"
                  : ": is of a rehearsal, and this is none")
              + "; neither says what changed since the other: take a baseline of its own");
    }
  }

  /**
   * Holds a run against the baseline and says what changed.
   *
   * @param partial only some of the cells were asked for
   * @param teller is given the text of what changed
   * @return the exit code
   */
  int compare(Report report, boolean partial, boolean inconclusiveOk, Teller teller)
      throws IOException {
    if (path == null) {
      throw new IllegalStateException("no baseline");
    }
    Baseline baseline = Baseline.at(path);
    Baseline.Terms terms = new Baseline.Terms(once ? 1 : confirmations, update, partial);
    Agreement agreement =
        baseline.compare(Snapshot.of(report), terms, found -> tell(found, inconclusiveOk, teller));
    if (agreement == null) {
      teller.hint("baseline made of this run: " + path);
      return Outcome.MET;
    }
    if (!agreement.told().isEmpty()) {
      return Outcome.NOT_MET;
    }
    return agreement.told().undecided().isEmpty() || inconclusiveOk
        ? Outcome.MET
        : Outcome.INCONCLUSIVE;
  }

  private void tell(Agreement found, boolean inconclusiveOk, Teller teller) {
    teller.changes(found);
    int open = found.open().size();
    if (open > 0) {
      teller.hint(
          open
              + (open == 1 ? " difference" : " differences")
              + " from the baseline, told when "
              + confirmations
              + " runs in a row agree");
    }
    List<String> undecided = found.told().undecided();
    if (!undecided.isEmpty() && found.told().isEmpty()) {
      String sentence =
          undecided.size()
              + (undecided.size() == 1 ? " cell" : " cells")
              + " of the baseline could not be judged this time: "
              + String.join(", ", undecided.stream().limit(MOST_NAMED).toList())
              + (undecided.size() > MOST_NAMED ? ", …" : "");
      if (inconclusiveOk) {
        teller.hint(sentence);
      } else {
        teller.reason(sentence);
      }
    }
  }

  /** Where it is said. */
  interface Teller {
    /** Changes that enough runs agree on; may be none. */
    void changes(Agreement agreement);

    /** What is worth a line when there is nobody who wants quiet. */
    void hint(String line);

    /** Why the exit code is not zero although nothing changed: said to everybody. */
    void reason(String line);
  }
}
