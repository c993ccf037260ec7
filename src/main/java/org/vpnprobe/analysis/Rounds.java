package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Purpose;

/**
 * Which of a suspect's trials count, and why the others do not (design §4a.4).
 *
 * @param tried all rounds with a carrier's trial, by time
 * @param witnesses the witness trials that speak for the suspect
 * @param contrasted the number of those failures alone beside which something else answered
 */
record Rounds(List<Tried> tried, List<Measurement> witnesses, Numbers numbers, Numbers contrasted) {

  /** What became of a carrier's trial. */
  enum Kind {
    SUCCESS,
    COUNTED,
    VOID,
    /** The witness trial after it has not come yet. */
    OPEN
  }

  /**
   * One round.
   *
   * @param why why it is void, empty otherwise
   * @param contrast something else beside it answered
   */
  record Tried(Trials.Round round, Measurement carrier, Kind kind, String why, boolean contrast) {}

  /** Finds the controls of a trial: those of its round, or those of another journal. */
  @FunctionalInterface
  interface Controls {
    /**
     * @return the control's trials before and after, null where there is none
     */
    Pair around(Trials.Round round, Measurement carrier);
  }

  /**
   * @param elsewhere they stand in another machine's journal; while the run goes on they are taken
   *     to answer
   */
  record Pair(@Nullable Measurement before, @Nullable Measurement after, boolean elsewhere) {
    static final Pair ELSEWHERE = new Pair(null, null, true);

    Pair(@Nullable Measurement before, @Nullable Measurement after) {
      this(before, after, false);
    }
  }

  /** The controls that the run itself put around the trial. */
  static final Controls OWN = (round, carrier) -> new Pair(round.before(), round.after());

  /** The controls that a run may go by while it goes on. */
  static Controls meanwhile(Plan plan) {
    return plan.hasControlElsewhere() ? (round, carrier) -> Pair.ELSEWHERE : OWN;
  }

  static Rounds of(Trials trials, String cellId, Controls controls, int suspects) {
    List<Measurement> witnesses = trials.witnessTrials(cellId);
    List<Instant> ended = witnesses.stream().map(Measurement::ended).toList();
    List<Tried> tried = new ArrayList<>();
    for (Trials.Round round : trials.rounds(cellId).values()) {
      Measurement carrier = round.carrier();
      if (carrier != null) {
        boolean contrast = answers(round.contrast()) && isBeside(trials, carrier, round.contrast());
        Pair around = controls.around(round, carrier);
        tried.add(judge(round, carrier, contrast, around, witnesses, ended));
      }
    }
    List<Tried> beside =
        tried.stream().filter(t -> t.kind() != Kind.COUNTED || t.contrast()).toList();
    return new Rounds(
        tried,
        witnesses,
        numbers(trials, tried, witnesses, suspects),
        numbers(trials, beside, witnesses, suspects));
  }

  private static Numbers numbers(
      Trials trials, List<Tried> tried, List<Measurement> witnesses, int suspects) {
    List<Measurement> counted =
        tried.stream().filter(t -> t.kind() == Kind.COUNTED).map(Tried::carrier).toList();
    Duration span =
        counted.isEmpty()
            ? Duration.ZERO
            : Duration.between(counted.getFirst().started(), counted.getLast().started());
    int failed = (int) witnesses.stream().filter(m -> !m.succeeded()).count();
    if (trials.plan().profile() == Profile.THOROUGH) {
      int successes = (int) tried.stream().filter(t -> t.kind() == Kind.SUCCESS).count();
      return Numbers.mixed(counted.size(), successes, span, witnesses.size(), failed, suspects);
    }
    return Numbers.of(counted.size(), span, witnesses.size(), failed, suspects);
  }

  private static Tried judge(
      Trials.Round round,
      Measurement carrier,
      boolean contrast,
      Pair controls,
      List<Measurement> witnesses,
      List<Instant> ended) {
    if (carrier.succeeded()) {
      return new Tried(round, carrier, Kind.SUCCESS, "", contrast);
    }
    String why = whyVoid(carrier, controls);
    if (why.isEmpty()) {
      List<Measurement> speak = vouching(carrier, witnesses);
      why =
          witnessed(
              carrier,
              speak,
              speak.size() == ended.size()
                  ? ended
                  : speak.stream().map(Measurement::ended).toList());
    }
    Kind kind = why.isEmpty() ? Kind.COUNTED : why.equals(WAITING) ? Kind.OPEN : Kind.VOID;
    return new Tried(round, carrier, kind, why, contrast);
  }

  /** For a name that could not be looked up speaks who is looked up, too. */
  private static List<Measurement> vouching(Measurement carrier, List<Measurement> witnesses) {
    return Failing.unresolved(carrier)
        ? witnesses.stream().filter(m -> Failing.resolved(m) || Failing.unresolved(m)).toList()
        : witnesses;
  }

  private static final String WAITING = "no_witness_after";

  private static String whyVoid(Measurement carrier, Pair controls) {
    if (!Failing.usable(carrier)) {
      return "instrument:" + (carrier.failure() == null ? "" : carrier.failure().id());
    }
    if (carrier.tainted() != null) {
      return "tainted:" + carrier.tainted();
    }
    if (controls.elsewhere()) {
      return "";
    }
    if (controls.before() == null || controls.after() == null) {
      return "no_control";
    }
    if (!controls.before().succeeded()) {
      return "control_failed_before";
    }
    if (!controls.after().succeeded()) {
      return "control_failed_after";
    }
    return isElsewhere(controls.before(), carrier) || isElsewhere(controls.after(), carrier)
        ? "control_at_other_address"
        : "";
  }

  /** The name had changed its address within the round: the control vouches for another server. */
  private static boolean isElsewhere(Measurement control, Measurement carrier) {
    boolean ofRound =
        control.purpose() == Purpose.CONTROL_BEFORE || control.purpose() == Purpose.CONTROL_AFTER;
    return ofRound
        && control.address() != null
        && carrier.address() != null
        && !control.address().equals(carrier.address());
  }

  /**
   * The nearest witness trials before and after have to have answered. Those that ran meanwhile do
   * not void: on a lossy line nearly always one of them fails (in the simulation, 53 of 200 lone
   * blocked cells were missed at 20 % loss for that, and nobody innocent was saved).
   */
  private static String witnessed(
      Measurement carrier, List<Measurement> witnesses, List<Instant> ended) {
    Instant from = carrier.started();
    Instant to = carrier.ended();
    Measurement before = null;
    Measurement after = null;
    for (int i = 0; i < witnesses.size(); i++) {
      Measurement witness = witnesses.get(i);
      if (!ended.get(i).isAfter(from)) {
        before = witness;
      } else if (!witness.started().isBefore(to) && after == null) {
        after = witness;
      }
    }
    if (before == null) {
      return "no_witness_before";
    }
    if (!before.succeeded()) {
      return "witness_failed_before";
    }
    if (after == null) {
      return WAITING;
    }
    return after.succeeded() ? "" : "witness_failed_after";
  }

  /**
   * The name may have moved meanwhile: what answers elsewhere is no contrast, unless the user says
   * so.
   */
  private static boolean isBeside(
      Trials trials, Measurement carrier, @Nullable Measurement contrast) {
    return contrast != null
        && (Objects.equals(host(carrier), host(contrast))
            || trials.plan().neighbours().stream()
                .anyMatch(n ->
                    n.endpoint().equals(carrier.endpoint())
                        && n.beside().equals(contrast.endpoint())));
  }

  private static @Nullable String host(Measurement m) {
    return m.address() == null ? null : Doors.hostOf(m.address());
  }

  /** Another port that refuses shows that packets pass, as well as one that answers. */
  private static boolean answers(@Nullable Measurement contrast) {
    return contrast != null
        && (contrast.succeeded()
            || contrast.reached() != null
            || (contrast.failure() != null
                && contrast.failure().kind() == FailureKind.CONNECTION_REFUSED));
  }

  long counted() {
    return tried.stream().filter(t -> t.kind() == Kind.COUNTED).count();
  }

  long voided() {
    return tried.stream().filter(t -> t.kind() == Kind.VOID || t.kind() == Kind.OPEN).count();
  }

  /** Failures that count and beside which something else on that address answered. */
  long contrastedFailures() {
    return tried.stream().filter(t -> t.kind() == Kind.COUNTED && t.contrast()).count();
  }

  /** Whatever answered beside them did no more than take a connection. */
  boolean contrastedByConnects() {
    return tried.stream()
        .filter(t -> t.kind() == Kind.COUNTED && t.contrast())
        .flatMap(t -> Optional.ofNullable(t.round().contrast()).stream())
        .allMatch(m -> m.reached() == Depth.PORT);
  }

  /** There is something to try beside the suspect. */
  boolean hasContrast() {
    return tried.stream().anyMatch(t -> t.round().contrast() != null);
  }

  /** Rounds in which the controls failed around the trial. */
  long controlFailures() {
    return tried.stream()
        .filter(t -> !t.carrier().succeeded())
        .filter(t -> t.round().before() != null && !t.round().before().succeeded())
        .filter(t -> t.round().after() == null || !t.round().after().succeeded())
        .count();
  }
}
