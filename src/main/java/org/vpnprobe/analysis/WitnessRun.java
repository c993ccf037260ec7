package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
  private final Map<String, Suspect> suspects = new LinkedHashMap<>();
  // Asked after each trial, so counted and not looked for: a third of 100,000 may be open.
  private final Map<String, Integer> openOn = new HashMap<>();
  private final Map<Trials.Stream, Integer> openIn = new HashMap<>();
  private int open;
  private final Set<String> examined = new HashSet<>();
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
    for (Suspect suspect : List.copyOf(run.suspects.values())) {
      if (suspect.inRound() && !run.trials.rounds(suspect.cell()).isEmpty()) {
        run.roundOver(suspect);
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
    switch (m.purpose()) {
      case SCREENING -> screened(m);
      case WITNESS -> {
        witnesses.over(m);
        suspects.values().stream().filter(Suspect::waitsForWitness).toList().forEach(this::decide);
      }
      case CONTROL_BEFORE, COUNTED, CONTRAST, CONTROL_AFTER -> {
        Suspect suspect = suspects.get(m.serves() == null ? m.cell() : m.serves());
        if (suspect != null && suspect.ends(m.purpose())) {
          roundOver(suspect);
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
    return unscreened.values().stream().anyMatch(left -> left > 0)
        || openOn.getOrDefault(vantage, 0) > 0;
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
    for (Order.Single order : witnesses.due(time, openStreams())) {
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
    Optional<Duration> witness = witnesses.next(openStreams());
    Optional<Duration> queued = Optional.ofNullable(queue.peek()).map(Waiting::at);
    return java.util.stream.Stream.of(witness, queued)
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder());
  }

  /** True when every cell is decided as far as this profile goes, and nothing is under way. */
  public boolean finished() {
    return outstanding.isEmpty()
        && queue.stream().allMatch(waiting -> isDone(waiting.order()))
        && open == 0
        && inquiries.finished();
  }

  /** Cells of carriers that are being examined. */
  public int openSuspects() {
    return open + inquiries.open();
  }

  private boolean isDone(Order order) {
    return switch (order) {
      case Order.Single single -> trials.has(TrialId.of(single));
      case Order.Trial trial -> trials.has(TrialId.of(trial));
      case Order.Round round -> {
        Suspect suspect = suspects.get(round.cell());
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
      for (int look = 1; look <= surveyLooks(plan); look++) {
        put(
            new Order.Single(
                cell.id(), Purpose.SURVEY, look, timing.surveyGap().multipliedBy(look)));
      }
    }
  }

  /** Covers the longest standard run, nine minutes. */
  private static final int SURVEY_LOOKS = 6;

  /** Rounded up, so that the last look stands at the end of the time asked for. */
  private static int surveyLooks(Plan plan) {
    Duration gap = Timing.of(1).surveyGap();
    return plan.surveyFor() == null
        ? SURVEY_LOOKS
        : (int) Math.max(1, plan.surveyFor().plus(gap).minusNanos(1).dividedBy(gap));
  }

  private void screened(Measurement m) {
    String cell = m.cell();
    unscreened.merge(trials.cell(cell).vantage(), -1, Integer::sum);
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
      if (examined.add(trials.cell(cell).vantage() + " " + trials.server(cell)) || thorough) {
        suspects.put(cell, new Suspect(cell, controlOf(cell) != null));
        open++;
        openOn.merge(trials.cell(cell).vantage(), 1, Integer::sum);
      }
    }
    if (unscreened.values().stream().allMatch(left -> left <= 0)) {
      suspects.values().stream().filter(s -> !s.begun()).toList().forEach(this::nextRound);
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
    if (!suspect.begun()) {
      openIn.merge(trials.stream(suspect.cell()), 1, Integer::sum);
    }
    suspect.begin(notBefore);
    String control = controlOf(suspect.cell());
    put(
        new Order.Round(
            suspect.cell(),
            suspect.rounds() + 1,
            control,
            Contrasts.of(trials, suspect.cell()).orElse(null),
            notBefore));
  }

  private void roundOver(Suspect suspect) {
    outstanding.remove(suspect.cell() + "#" + (suspect.rounds() + 1));
    suspect.roundOver();
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
        close(suspect);
        if (trials.of(suspect.cell()).stream().noneMatch(Measurement::succeeded)) {
          inquiries.wanted(suspect.cell());
        } else {
          witnesses.recovered(suspect.cell());
          putSecondFlow(suspect.cell());
          lookAtData(suspect.cell());
        }
      }
    }
  }

  private void close(Suspect suspect) {
    if (!suspect.open()) {
      return;
    }
    suspect.close();
    open--;
    openOn.merge(trials.cell(suspect.cell()).vantage(), -1, Integer::sum);
    if (suspect.begun()) {
      openIn.computeIfPresent(
          trials.stream(suspect.cell()), (stream, left) -> left > 1 ? left - 1 : null);
    }
  }

  /** The lines and protocols of suspects that are being examined. */
  private Set<Trials.Stream> openStreams() {
    return openIn.keySet();
  }

  /** The control that tries the same endpoint, one that answered before others. */
  private @org.jspecify.annotations.Nullable String controlOf(String cellId) {
    String control = trials.controlOf(cellId);
    return control == null ? null : trials.cell(control).vantage();
  }

  /** How long a suspect may be examined at most, in real time: all its rounds and their gaps. */
  public static Duration longestExamination(Plan plan) {
    Timing timing = Timing.of(1);
    Duration gap = plan.profile() == Profile.THOROUGH ? timing.thoroughGap() : timing.roundGap();
    return gap.multipliedBy(mostRounds(plan));
  }

  /** How many rounds a suspect may have. */
  public static int mostRounds(Plan plan) {
    return switch (plan.profile()) {
      case QUICK -> 0;
      case STANDARD -> Stopping.MOST_ROUNDS;
      case THOROUGH -> Stopping.MOST_ROUNDS_THOROUGH;
    };
  }

  /** How many flows after its first a cell may have that needs a second (QUIC). */
  public static long mostRepeats(Plan plan) {
    return plan.profile() == Profile.QUICK ? 0 : SecondFlow.MOST;
  }

  /** How long a control that runs alone goes on looking, in real time; zero for any other run. */
  public static Duration survey(Plan plan) {
    return plan.asControl()
        ? Timing.of(1).surveyGap().multipliedBy(surveyLooks(plan))
        : Duration.ZERO;
  }
}
