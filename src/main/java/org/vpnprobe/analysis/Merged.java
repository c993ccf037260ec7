package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.experiment.Case;
import org.vpnprobe.analysis.experiment.Inquest;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.VantageFacts;

/** Several journals as one: who vouches for whom across them (design §4a.9). */
final class Merged {
  /**
   * One journal, indexed.
   *
   * @param controlsWork some control got an answer from somebody
   * @param clockOff how far the clock of its machine is known to have been off
   */
  record Run(
      Recorded recorded,
      Trials trials,
      Cases cases,
      Timing timing,
      boolean controlsWork,
      Duration clockOff) {
    Instant begin() {
      return recorded.plan().createdAt();
    }

    Instant end() {
      return recorded.finishedAt();
    }
  }

  private final List<Run> runs = new ArrayList<>();
  private @Nullable Gates gates;
  private final SharedKeys keys;
  private final Clocks clocks;
  private final List<Earlier> earlier;

  Merged(List<Recorded> journals, List<Earlier> earlier) {
    this.earlier = List.copyOf(earlier);
    clocks = new Clocks(journals);
    Map<String, Duration> clockOff = clocksOff(journals);
    List<Recorded> byTime =
        clocks.corrected().stream()
            .sorted(Comparator.comparing(r -> r.plan().createdAt()))
            .toList();
    keys = new SharedKeys(byTime, Timing.of(1).pairing());
    for (int i = 0; i < byTime.size(); i++) {
      Recorded recorded = keys.marked(i);
      Trials trials = Trials.of(recorded.plan(), recorded.measurements());
      runs.add(
          new Run(
              recorded,
              trials,
              new Cases(trials),
              Timing.of(recorded.plan().pace()),
              ControlTrials.work(recorded, trials),
              clockOff.getOrDefault(recorded.plan().runId(), Duration.ZERO)));
    }
  }

  /** By run, as the machine's own clock told it: on a corrected one nothing is off any more. */
  private Map<String, Duration> clocksOff(List<Recorded> journals) {
    Map<String, Duration> off = new HashMap<>();
    for (Recorded journal : journals) {
      off.merge(journal.plan().runId(), WrongClock.off(journal), Merged::longer);
      off.merge(journal.plan().runId(), clocks.spread(), Merged::longer);
    }
    return off;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** The gates of all vantages. */
  Gates gates() {
    if (gates == null) {
      gates = new Gates(this);
    }
    return gates;
  }

  List<Run> runs() {
    return runs;
  }

  /** What was found out about keys that several machines used. */
  SharedKeys keys() {
    return keys;
  }

  /** How far the machines' clocks are apart. */
  Clocks clocks() {
    return clocks;
  }

  /** All cells of all plans, each once, in the order of the plans. */
  Set<String> cells() {
    Set<String> cells = new LinkedHashSet<>();
    runs.forEach(run -> run.recorded().plan().cells().forEach(cell -> cells.add(cell.id())));
    return cells;
  }

  /** The vantages of all plans, the last word on each. */
  List<VantageFacts> vantages() {
    java.util.Map<String, VantageFacts> byName = new java.util.LinkedHashMap<>();
    runs.forEach(run -> run.recorded().plan().vantages().forEach(v -> byName.put(v.name(), v)));
    return List.copyOf(byName.values());
  }

  /** Where the vantages left for the Internet, as far as it was looked up. */
  List<Egress> egresses() {
    return runs.stream().flatMap(run -> run.recorded().egresses().stream()).toList();
  }

  /** What is known of a cell: the last run that tried it, and what stood around that run. */
  CellRecord cell(String id) {
    Run last = last(id);
    CellFacts facts = last.trials().cell(id);
    List<Run> around = around(last);
    List<Measurement> controls = new ControlTrials(around).of(facts);
    List<CellRecord.RunRounds> rounds = new ArrayList<>();
    for (Run run : runs) {
      if (run.trials().knows(id) && run.trials().hasRounds(id)) {
        rounds.add(
            new CellRecord.RunRounds(
                run.recorded().plan().runId(),
                Rounds.of(run.trials(), id, beside(run, facts), suspects(around))));
      }
    }
    return new CellRecord(
        facts,
        last.trials().endpoint(id),
        last.trials().vantage(id),
        last.recorded().plan().runId(),
        sorted(last.trials().of(id)),
        controls,
        rounds,
        symptoms(last, id, rounds));
  }

  private Optional<Symptoms> symptoms(Run run, String id, List<CellRecord.RunRounds> rounds) {
    boolean failing =
        run.trials().of(id).stream().anyMatch(Failing::speaksOfPath)
            || !run.trials().experiments(id).isEmpty();
    if (!failing) {
      return Optional.empty();
    }
    Case it = run.cases().of(id);
    boolean cut =
        gates()
            .closed(run.recorded().plan().runId(), run.trials().cell(id).vantage())
            .contains(Gate.CUT);
    boolean contrast = !rounds.isEmpty() && rounds.getLast().rounds().contrastedFailures() >= 2;
    return Optional.of(
        new Symptoms(
            it.stage(),
            Inquest.read(it),
            Line.of(run.trials(), id, cut),
            it.own().stream().filter(Failing::speaksOfPath).toList(),
            it.experiments(),
            contrast));
  }

  private static int suspects(List<Run> around) {
    return around.stream().mapToInt(run -> run.trials().suspects()).sum();
  }

  private Run last(String id) {
    Run last = null;
    for (Run run : runs) {
      if (run.trials().knows(id) && (last == null || !run.trials().of(id).isEmpty())) {
        last = run;
      }
    }
    return java.util.Objects.requireNonNull(last, id);
  }

  private List<Run> around(Run run) {
    Duration window = run.timing().pairing();
    return runs.stream()
        .filter(other ->
            !other.begin().isAfter(run.end().plus(window))
                && !other.end().isBefore(run.begin().minus(window)))
        .toList();
  }

  private Rounds.Controls beside(Run run, CellFacts cell) {
    return new ControlTrials(around(run)).beside(cell, run.timing().pairing());
  }

  /** How often working controls failed to get an answer from this endpoint. */
  long controlFailures(CellRecord cell) {
    return new ControlTrials(around(last(cell.cell().id()))).failures(cell.cell());
  }

  Timing timing(CellRecord cell) {
    return last(cell.cell().id()).timing();
  }

  Profile profile(CellRecord cell) {
    return last(cell.cell().id()).recorded().plan().profile();
  }

  Set<String> namedWitnesses() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> names.addAll(run.recorded().plan().witnesses()));
    return names;
  }

  boolean answeredSomewhere(CellRecord cell) {
    return around(last(cell.cell().id())).stream()
        .anyMatch(run -> run.trials().answeredSomewhere(cell.endpoint().name()));
  }

  /** Another suspect on the same line stands for this server's port. */
  boolean sharesPort(CellRecord cell) {
    Trials trials = last(cell.cell().id()).trials();
    return trials.examinedAt(cell.cell().vantage(), trials.server(cell.cell().id())).stream()
        .anyMatch(other -> !other.equals(cell.cell().id()));
  }

  /** The keys of this vantage are not the control's, and were never seen to work. */
  boolean keysUnproved(CellRecord cell) {
    return OwnKeys.differ(cell, around(last(cell.cell().id())))
        && !OwnKeys.wereSeenToWork(cell, runs, earlier);
  }

  /** The rounds to judge by: those of the last run that held some. */
  CellRecord.RunRounds best(CellRecord cell) {
    return cell.runs().getLast();
  }

  /** The sentence that says that a failure persists, empty when it is not known to. */
  Optional<String> persistence(CellRecord cell) {
    String id = cell.cell().id();
    Run last = last(id);
    List<Persistence.Shown> shown =
        new ArrayList<>(Persistence.remembered(earlier, cell, runs, last));
    if (shown.isEmpty() && runs.size() == 1) {
      return Optional.empty(); // It takes two.
    }
    String target = Targets.of(cell.endpoint(), cell.vantage());
    for (Run run : runs) {
      if (run.trials().knows(id)
          && Targets.of(run.trials().endpoint(id), run.trials().vantage(id)).equals(target)) {
        Rounds rounds =
            Rounds.of(run.trials(), id, beside(run, cell.cell()), suspects(around(run)));
        shown.add(
            new Persistence.Shown(
                run.begin(),
                run.trials().answered(id),
                rounds.numbers().significant(run.timing()),
                true));
      }
    }
    return Persistence.of(shown, last.timing().persistence());
  }

  static List<Measurement> sorted(List<Measurement> measurements) {
    return measurements.stream().sorted(ByTime.ORDER).toList();
  }
}
