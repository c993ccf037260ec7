package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.engine.Journal;
import org.vpnprobe.engine.JournalWriter;
import org.vpnprobe.engine.Run;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.VantageFacts;

/** One run and the journal that it writes to; what stands there is kept for the report. */
final class Sitting implements Run.Sink, AutoCloseable {
  private final Path folder;
  private final Plan plan;
  private final JournalWriter journal;
  private final List<Measurement> measurements;
  private final List<Egress> egresses;
  private final List<Measurement> before;

  private Sitting(
      Path folder,
      Plan plan,
      JournalWriter journal,
      List<Measurement> before,
      List<Egress> egresses) {
    this.folder = folder;
    this.plan = plan;
    this.journal = journal;
    this.before = List.copyOf(before);
    this.measurements = new ArrayList<>(this.before);
    this.egresses = new ArrayList<>(egresses);
  }

  /** A new run in a folder that holds none. */
  static Sitting begun(Path folder, Plan plan) throws IOException {
    Path file = folder.resolve(StateFolder.JOURNAL);
    if (Files.exists(file)) {
      throw new Refused(
          file + ": holds an earlier run; take another folder, or go on with it by --resume");
    }
    return new Sitting(folder, plan, JournalWriter.begin(file, plan), List.of(), List.of());
  }

  /**
   * Goes on with the run of this journal.
   *
   * @param now what the file says today, which has to be what it said then
   */
  static Sitting resumed(Path file, Journal journal, Plan now) throws IOException {
    if (journal.isFinished()) {
      throw new Refused(file + ": this run is finished; see it again with “vpnprobe report”");
    }
    SamePlan.check(journal.plan(), now, file);
    Path folder = file.toAbsolutePath().getParent();
    return new Sitting(
        folder == null ? Path.of(".") : folder,
        journal.plan(),
        JournalWriter.resume(journal),
        journal.measurements(),
        journal.egresses());
  }

  Path folder() {
    return folder;
  }

  Plan plan() {
    return plan;
  }

  /** What the run had measured before it was broken off. */
  List<Measurement> before() {
    return before;
  }

  /** When what is known of the run was over. */
  Instant until() {
    return Analyst.finishedAt(plan, before);
  }

  /** Looks where the vantages leave, when the user has given what that takes. */
  void look(Loaded loaded, Egress.Moment moment) throws IOException {
    boolean asked = loaded.vantages().values().stream().anyMatch(v -> v.egress() != null);
    if (loaded.asnTable() == null && !asked) {
      return;
    }
    Map<String, VantageFacts> facts = new HashMap<>();
    plan.vantages().forEach(vantage -> facts.put(vantage.name(), vantage));
    for (Egress egress :
        AsnTableOption.whereabouts(loaded.asnTable(), false)
            .of(List.copyOf(loaded.vantages().values()), facts, moment)) {
      journal.write(egress);
      egresses.add(egress);
    }
  }

  @Override
  public void keep(Measurement m) throws IOException {
    journal.write(m);
    measurements.add(m);
  }

  /** Writes how the run ended. */
  void finish(Instant at, Run.Ending ending) throws IOException {
    journal.finish(at, ending);
  }

  /** What analysis reads of it. */
  Recorded recorded(Instant finishedAt) {
    return new Recorded(plan, measurements, finishedAt, egresses);
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
