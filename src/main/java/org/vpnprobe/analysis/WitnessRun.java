package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Role;

/**
 * Says what to try next (design §4a): screening, then rounds of the suspects with witness trials
 * beside them. Holds no clock: times are durations since the plan was made. Feeding it the
 * measurements of a journal gives the state to go on from. Not thread-safe.
 */
public final class WitnessRun {
  private record Waiting(Duration at, long number, String key, Order order) {}

  private final Plan plan;
  private final Timing timing;
  private final Trials trials;
  private final PriorityQueue<Waiting> queue =
      new PriorityQueue<>(Comparator.comparing(Waiting::at).thenComparing(Waiting::number));
  private final Set<String> outstanding = new HashSet<>();
  private final Suspects suspects;
  private final Absences absences;
  private final Witnesses witnesses;
  private final Inquiries inquiries;
  private final Map<String, Integer> unscreened = new HashMap<>();
  private Duration now = Duration.ZERO;
  private long numbers;

  /** The run that this plan describes, before its first trial. */
  public WitnessRun(Plan plan) {
    this.plan = plan;
    this.timing = Timing.of(plan.pace());
    this.trials = new Trials(plan);
    this.suspects = new Suspects(trials);
    this.absences = new Absences(trials, timing);
    this.witnesses = new Witnesses(trials, timing);
    this.inquiries = new Inquiries(trials, timing, this::put);
    List<CellFacts> cells = new ArrayList<>(plan.cells());
    Collections.shuffle(cells, new Random(plan.seed()));
    for (CellFacts cell : cells) {
      if (!trials.endpoint(cell.id()).keysMissing()) {
        unscreened.merge(cell.vantage(), 1, Integer::sum);
        put(new Order.Single(cell.id(), Purpose.SCREENING, 1, Duration.ZERO));
        survey(cell);
      }
    }
  }

  /** The state of a run that was broken off after these measurements. */
  public static WitnessRun resumed(Plan plan, List<Measurement> measured) {
    WitnessRun run = new WitnessRun(plan);
    measured.forEach(run::add);
    for (Suspect suspect : List.copyOf(run.suspects.all())) {
      int begun = run.trials.roundsBegun(suspect.cell());
      if (suspect.inRound() && begun > suspect.rounds()) {
        run.roundOver(suspect, begun); // Broken off within it.
      }
    }
    return run;
  }

  /** Takes the result of a trial in. One that is known already changes nothing. */
  public void add(Measurement m) {
    if (!trials.add(m)) {
      return;
    }
    outstanding.remove(m.id());
    Duration ended = Duration.between(plan.createdAt(), m.ended());
    now = ended.compareTo(now) > 0 ? ended : now;
    absences.seen(m);
    switch (m.purpose()) {
      case SCREENING -> screened(m);
      case WITNESS -> {
        witnesses.over(m);
        suspects.all().stream().filter(Suspect::waitsForWitness).toList().forEach(this::decide);
      }
      case CONTROL_BEFORE, COUNTED, CONTRAST, CONTROL_AFTER -> {
        Suspect suspect = suspects.of(m.serves() == null ? m.cell() : m.serves());
        if (suspect != null) {
          suspect.isHeld(m.round(), Duration.between(plan.createdAt(), m.started()));
          if (suspect.ends(m.purpose())) {
            roundOver(suspect, m.round());
          }
        }
      }
      case REPEAT -> putSecondFlow(m.cell());
      case EXPERIMENT -> inquiries.over(m, now);
      default -> {}
    }
    inquiries.begin(this::isBusy, now);
  }

  /** Trials are still to be counted on this line, or cells to be found that will have some. */
  private boolean isBusy(String vantage) {
    return unscreened.values().stream().anyMatch(left -> left > 0) || suspects.openOn(vantage);
  }

  /**
   * The orders whose turn has come, each handed out once.
   *
   * @param time since the plan was made
   */
  public List<Order> ready(Duration time) {
    now = time.compareTo(now) > 0 ? time : now;
    List<Order> orders = new ArrayList<>();
    while (!queue.isEmpty() && queue.peek().at().compareTo(time) <= 0) {
      Waiting waiting = queue.remove();
      if (isDone(waiting.order())) {
        continue;
      }
      orders.add(waiting.order());
      outstanding.add(waiting.key());
    }
    for (Order.Single order : witnesses.due(time, suspects.streams())) {
      orders.add(order);
      outstanding.add(TrialId.of(order));
    }
    return orders;
  }

  /**
   * When something may become ready without a further result; empty when only results are awaited,
   * or the run is over.
   */
  public Optional<Duration> next(Duration time) {
    Optional<Duration> witness = witnesses.next(suspects.streams());
    Optional<Duration> queued = Optional.ofNullable(queue.peek()).map(Waiting::at);
    return java.util.stream.Stream.of(witness, queued)
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder());
  }

  /** True when every cell is decided as far as this profile goes, and nothing is under way. */
  public boolean finished() {
    return outstanding.isEmpty()
        && queue.stream().allMatch(waiting -> isDone(waiting.order()))
        && suspects.open() == 0
        && inquiries.finished();
  }

  /** Cells of carriers that are being examined. */
  public int openSuspects() {
    return suspects.open() + inquiries.open();
  }

  private boolean isDone(Order order) {
    return switch (order) {
      case Order.Single single -> trials.has(TrialId.of(single));
      case Order.Trial trial -> trials.has(TrialId.of(trial));
      case Order.Round round -> {
        Suspect suspect = suspects.of(round.cell());
        yield suspect == null || !suspect.open() || suspect.rounds() >= round.round();
      }
    };
  }

  private void put(Order order) {
    String key =
        switch (order) {
          case Order.Single single -> TrialId.of(single);
          case Order.Trial trial -> TrialId.of(trial);
          case Order.Round round -> round.cell() + "#" + round.round();
        };
    Duration at =
        switch (order) {
          case Order.Single single -> single.notBefore();
          case Order.Trial trial -> trial.notBefore();
          case Order.Round round -> round.notBefore();
        };
    queue.add(new Waiting(at, numbers++, key, order));
  }

  /** A control that runs alone goes on looking, for the carriers' journals to pair with. */
  private void survey(CellFacts cell) {
    if (plan.asControl()) {
      for (int look = 1; look <= Extent.surveyLooks(plan); look++) {
        put(
            new Order.Single(
                cell.id(), Purpose.SURVEY, look, timing.surveyGap().multipliedBy(look)));
      }
    }
  }

  private void screened(Measurement m) {
    String cell = m.cell();
    if (!absences.isAgain(m)) {
      unscreened.merge(trials.cell(cell).vantage(), -1, Integer::sum);
    }
    absences.again(m, now).ifPresent(this::put);
    if (m.succeeded()) {
      witnesses.answered(cell);
      lookAtData(cell);
      putSecondFlow(cell);
    } else if (Failing.speaksOfPath(m) && isRepeated(cell)) {
      put(new Order.Single(cell, Purpose.REPEAT, 1, now.plus(timing.secondFlow())));
    }
    boolean thorough = plan.profile() == Profile.THOROUGH;
    boolean suspect = thorough ? Failing.usable(m) : Failing.speaksOfPath(m);
    if (plan.profile() != Profile.QUICK && suspect && trials.role(cell) == Role.CARRIER) {
      if (!m.succeeded()) {
        witnesses.failed(cell);
      }
      if (suspects.isFirst(cell) || thorough) {
        suspects.add(trials.cell(cell), controlOf(cell) != null);
      }
    }
    beginRounds();
  }

  /** Who stood for it at its door answers again: it has to speak for itself. */
  private void suspected(String cell) {
    suspects.add(trials.cell(cell), controlOf(cell) != null);
    beginRounds();
  }

  /** Once every cell was tried. */
  private void beginRounds() {
    if (unscreened.values().stream().allMatch(left -> left <= 0)) {
      suspects.all().stream().filter(s -> !s.begun()).toList().forEach(this::nextRound);
    }
  }

  /** The quick profile knows nothing else; a control has no rounds of its own to recover in. */
  private boolean isRepeated(String cell) {
    return plan.profile() == Profile.QUICK || trials.role(cell) == Role.CONTROL;
  }

  /** A tunnel that opens may still freeze. */
  private void lookAtData(String cell) {
    if (plan.profile() != Profile.QUICK
        && trials.role(cell) == Role.CARRIER
        && trials.endpoint(cell).carriesData()
        && (trials.endpoint(cell).goal() == Depth.TUNNEL || plan.diagnose() == Diagnose.FULL)) {
      inquiries.wanted(cell);
    }
  }

  private void putSecondFlow(String cell) {
    SecondFlow.wanted(trials, cell, now, timing).ifPresent(this::put);
  }

  private void nextRound(Suspect suspect) {
    Duration gap = plan.profile() == Profile.THOROUGH ? timing.thoroughGap() : timing.roundGap();
    // The first comes after a witness trial, which has to have answered before.
    Duration wait = suspect.rounds() == 0 ? timing.witnessEvery() : gap;
    Duration at = suspect.begun() ? suspect.lastBegan().plus(wait) : now.plus(wait);
    Duration notBefore = at.compareTo(now) < 0 ? now : at;
    suspects.begin(suspect, notBefore);
    String control = controlOf(suspect.cell());
    put(
        new Order.Round(
            suspect.cell(),
            suspect.rounds() + 1,
            control,
            Contrasts.of(trials, suspect.cell()).orElse(null),
            notBefore));
  }

  private void roundOver(Suspect suspect, int number) {
    outstanding.remove(suspect.cell() + "#" + number);
    suspect.roundOver(number);
    decide(suspect);
  }

  private void decide(Suspect suspect) {
    Rounds rounds = Rounds.of(trials, suspect.cell(), Rounds.meanwhile(plan), trials.suspects());
    switch (Stopping.of(suspect, rounds, trials, timing)) {
      case GO_ON -> {
        suspect.waitForWitness(false);
        nextRound(suspect);
      }
      case WAIT -> suspect.waitForWitness(true);
      case STOP -> {
        suspects.close(suspect);
        if (!trials.answered(suspect.cell())) {
          inquiries.wanted(suspect.cell());
        } else {
          witnesses.recovered(suspect.cell());
          suspects.behind(suspect.cell()).ifPresent(this::suspected);
          putSecondFlow(suspect.cell());
          lookAtData(suspect.cell());
        }
      }
    }
  }

  /** The control that tries the same endpoint, one that answered before others. */
  private @org.jspecify.annotations.Nullable String controlOf(String cellId) {
    String control = trials.controlOf(cellId);
    return control == null ? null : trials.cell(control).vantage();
  }
}
