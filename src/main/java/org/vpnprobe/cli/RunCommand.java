package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.asn.AsnTable;
import org.vpnprobe.engine.Descriptors;
import org.vpnprobe.engine.Journal;
import org.vpnprobe.engine.Run;
import org.vpnprobe.engine.Stations;
import org.vpnprobe.engine.SteadyClock;
import org.vpnprobe.engine.Timetable;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.PseudonymKey;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.Outcome;
import org.vpnprobe.report.redact.Redactor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Measure and report. Probe only what you may.")
final class RunCommand implements Callable<Integer> {
  private final Streams streams;
  private final Map<String, String> environment;

  @Mixin private FileOptions file = new FileOptions();
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private TermsOptions terms = new TermsOptions();
  @Mixin private BaselineOptions baseline = new BaselineOptions();
  @Mixin private RepeatOptions repeat = new RepeatOptions();

  @Option(
      names = {"-q", "--quiet"},
      description =
          "Print no report, and nothing when the exit code is 0; else why it is not, on the error"
              + " stream. With --baseline what changed, on standard output.")
  private boolean quiet;

  @Mixin private HistoryOption history;

  @Option(
      names = "--max-time",
      paramLabel = "DURATION",
      converter = Spans.class,
      description = "End after this long; what was measured is reported.")
  private @Nullable Duration maxTime;

  @Option(
      names = "--resume",
      description = "Go on with the run that was broken off in --out, or with the last one.")
  private boolean resume;

  @Mixin private PartOptions part = new PartOptions();

  /** For whoever redacts a report of this run, now or later. */
  private PseudonymKey pseudonyms = StateFolder.newPseudonyms();

  RunCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
    this.environment = environment;
    this.history = new HistoryOption(environment);
  }

  @Override
  public Integer call() throws IOException, InvalidFile {
    output.check();
    terms.check();
    history.check(streams);
    repeat.check(resume, output.out == null || repeat.isGiven());
    try (HeapWatch _ = HeapWatch.begin()) {
      return repeat.isGiven()
          ? repeat.repeat(runs(), this::once, streams, quiet, Timetable.Ticker.system())
          : once();
    }
  }

  /** One run. */
  private int once() throws IOException, InvalidFile {
    baseline.check(terms);
    Hush hush = new Hush(streams, quiet);
    Loaded loaded = loaded(hush);
    if (!baseline.given() && !loaded.plan().rejected().isEmpty()) {
      hush.loud(); // With a baseline they are among the changes: gone.
    }
    baseline.suits(loaded.plan().rehearsal());
    if (loaded.asnTable() != null) {
      AsnTable.of(loaded.asnTable()); // A table that cannot be read is said before the run.
    }
    Descriptors.tooFew(loaded.plan(), loaded.limits())
        .ifPresent(why -> hush.talk().say("warning: " + why));
    int exit;
    Path folder;
    try (Sitting sitting = resume ? resumed(loaded) : begun(loaded)) {
      folder = sitting.folder();
      exit = measure(loaded, sitting, hush);
    }
    repeat.prune(runs(), folder);
    return exit;
  }

  /** Where runs have folders of their own. */
  private StateFolder runs() {
    return output.out != null && repeat.isGiven()
        ? new StateFolder(output.out)
        : StateFolder.of(environment);
  }

  /** Reads the file; with {@code --redact} what is wrong with it is said without addresses. */
  private Loaded loaded(Hush hush) throws InvalidFile {
    pseudonyms = pseudonyms(hush);
    if (!output.privacy.redacts()) {
      return file.load(hush.talk(), environment, part::among, false);
    }
    try {
      Loaded loaded = file.read(environment, part::among, false);
      Plan plan = loaded.plan().withPseudonyms(pseudonyms);
      Redactor redactor = Redactor.of(List.of(new Recorded(plan, List.of(), plan.createdAt())));
      FileOptions.say(loaded, hush.talk(), redactor::redact);
      return loaded;
    } catch (InvalidFile e) {
      Redactor redactor = Redactor.of(pseudonyms);
      throw new Refused(e.lines().stream().map(redactor::redact).toArray(String[]::new));
    }
  }

  /** The user's own; a run that cannot have them goes its way with some that nobody else has. */
  private PseudonymKey pseudonyms(Hush hush) {
    try {
      return StateFolder.of(environment).pseudonyms();
    } catch (IOException e) {
      hush.hint(
          "the pseudonyms of this run are its own, the key of earlier ones cannot be had: "
              + e.getMessage());
      return StateFolder.newPseudonyms();
    }
  }

  private Sitting begun(Loaded loaded) throws IOException {
    Plan plan = loaded.plan().withPseudonyms(pseudonyms);
    return Sitting.begun(
        output.out == null || repeat.isGiven()
            ? runs().create(plan.createdAt(), plan.runId())
            : Files.createDirectories(output.out),
        plan);
  }

  private Sitting resumed(Loaded loaded) throws IOException {
    Path file =
        output.out == null
            ? StateFolder.of(environment)
                .lastJournal()
                .orElseThrow(() ->
                    new Refused(
                        "there is no earlier run to go on with; begin one with “vpnprobe run”, or name its"
                            + " folder by --out"))
            : output.out.resolve(StateFolder.JOURNAL);
    Journal journal = Journal.read(file);
    Talk.torn(journal, streams);
    return Sitting.resumed(file, journal, loaded.plan());
  }

  private int measure(Loaded loaded, Sitting sitting, Hush hush) throws IOException {
    Clock clock = SteadyClock.system(sitting.until());
    try (Interruption interruption = new Interruption()) {
      return reported(interruption, loaded, sitting, clock, hush);
    }
  }

  /** What the run needed to go on is let go with it: a report of many endpoints needs the room. */
  private Run.Ending measured(
      Interruption interruption, Loaded loaded, Sitting sitting, Clock clock, Hush hush)
      throws IOException {
    ProgressLine progress = new ProgressLine(hush.report());
    try (Stations stations = Stations.open(loaded, sitting.plan(), clock)) {
      Run run =
          new Run(
              sitting.plan(),
              stations.byVantage(),
              loaded.limits(),
              sitting.before(),
              sitting,
              progress,
              clock,
              maxTime);
      interruption.stops(run);
      sitting.look(loaded, Egress.Moment.START);
      return run.run();
    } finally {
      interruption.stops(null);
      progress.clear();
    }
  }

  private int reported(
      Interruption interruption, Loaded loaded, Sitting sitting, Clock clock, Hush hush)
      throws IOException {
    try {
      Run.Ending ending = measured(interruption, loaded, sitting, clock, hush);
      if (ending != Run.Ending.INTERRUPTED) {
        lookAgain(sitting, loaded, hush);
      }
      sitting.finish(clock.instant(), ending);
      List<Recorded> journals = List.of(sitting.recorded(clock.instant()));
      Dossier dossier = Dossiers.of(journals, history, hush.talk());
      @Nullable IOException unsaved = saved(dossier, journals, sitting.folder());
      output.print(dossier, journals, hush.report());
      output.tell(dossier, journals, hush.talk(), environment, true);
      history.keep(dossier.report(), journals, hush.talk());
      int exit = ended(dossier, journals, ending, sitting.folder(), hush);
      if (unsaved != null) {
        throw unsaved; // Last: what was found is said all the same.
      }
      return exit;
    } finally {
      streams.out().flush(); // Before an interrupted process is let go.
    }
  }

  /**
   * The journal is whole already: a report that cannot be written is no reason to measure anew.
   *
   * @return what went wrong, null when nothing did
   */
  private @Nullable IOException saved(Dossier dossier, List<Recorded> journals, Path folder) {
    try {
      output.save(dossier, journals, folder);
      return null;
    } catch (IOException e) {
      return new IOException(
          folder
              + ": the report cannot be written: "
              + String.join(" ", Failures.told("", e))
              + "; the journal is whole, “vpnprobe report "
              + folder
              + "” makes the report again",
          e);
    }
  }

  /** What was measured is reported whatever becomes of the table meanwhile. */
  private static void lookAgain(Sitting sitting, Loaded loaded, Hush hush) {
    try {
      sitting.look(loaded, Egress.Moment.END);
    } catch (IOException e) {
      hush.hint("where the vantages leave could not be looked up again: " + e.getMessage());
    }
  }

  private int ended(
      Dossier dossier, List<Recorded> journals, Run.Ending ending, Path folder, Hush hush)
      throws IOException {
    int exit;
    try {
      exit = compared(dossier, journals, ending, hush);
    } finally {
      // Where it is, is said whatever becomes of a baseline.
      hush.talk()
          .say("journal and report: " + (output.privacy.redacts() ? folder.getFileName() : folder));
    }
    if (ending == Run.Ending.INTERRUPTED) {
      streams.say("interrupted; go on with --resume");
      return Interruption.EXIT;
    }
    if (ending == Run.Ending.OUT_OF_TIME) {
      hush.hint("--max-time is over; go on with --resume");
    }
    return exit;
  }

  /** Holds what was found against the baseline, or the expectations. */
  private int compared(Dossier dossier, List<Recorded> journals, Run.Ending ending, Hush hush)
      throws IOException {
    if (baseline.given() && ending != Run.Ending.INTERRUPTED) {
      boolean partial = file.selects() || part.isGiven();
      output.privacy.ofAll(journals).ifPresent(redactor -> hush.show(redactor::redact));
      return baseline.compare(dossier.report(), partial, terms.terms().inconclusiveOk(), hush);
    }
    Outcome outcome = Outcome.of(output.privacy.shown(dossier, journals).report(), terms.terms());
    boolean told = outcome.exitCode() != Outcome.MET && ending != Run.Ending.INTERRUPTED;
    Talk.outcome(outcome, told ? hush.loud() : hush.talk());
    return outcome.exitCode();
  }
}
