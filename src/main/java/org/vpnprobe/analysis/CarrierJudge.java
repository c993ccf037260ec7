package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.analysis.experiment.Mark;
import org.vpnprobe.analysis.experiment.Stage;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;

/** Applies the rules of design §4a.6 to one cell, in their order. */
final class CarrierJudge {
  private static final List<String> OPEN_CAUSES = List.of("route_fault", "server_filter");

  /** What stands at home cannot be told from what the carrier has. */
  static final List<String> OWN_NETWORK = List.of("own_network");

  private static final int DOWN_ROUNDS = 3;

  private final Merged merged;
  private final Gates gates;
  private final Fitness fitness;
  private final FalseNames names;

  CarrierJudge(Merged merged, Gates gates) {
    this.merged = merged;
    this.gates = gates;
    this.fitness = new Fitness(gates);
    this.names = new FalseNames(merged);
  }

  Judgement judge(CellRecord cell) {
    return explained(cell, verdict(cell));
  }

  private Judgement verdict(CellRecord cell) {
    return unmeasured(cell)
        .or(() -> fitness.unfit(cell))
        .or(() -> stopped(cell))
        .or(() -> answered(cell))
        .or(() -> fitness.unfitToFail(cell))
        .or(() -> refused(cell))
        .or(() -> names.blocked(cell))
        .or(() -> nobody(cell))
        .orElseGet(() -> failing(cell));
  }

  private Optional<Judgement> unmeasured(CellRecord cell) {
    if (cell.endpoint().keysMissing()) {
      return found(Rule.KEYS_MISSING, "Give the probe a key of its own at this server.");
    }
    if (cell.own().isEmpty()) {
      return found(Rule.NOT_TRIED, "Run again with more time.");
    }
    if (cell.own().stream().allMatch(Failing::ofSettings)) {
      return found(Rule.SETTINGS, "Correct the entry.", detail(cell));
    }
    if (cell.own().stream().allMatch(Failing::ofVantage)) {
      return found(Rule.VANTAGE_FAILED, "Look at the vantage before the endpoints.", detail(cell));
    }
    return cell.own().stream().noneMatch(Failing::usable)
        ? found(Rule.NOT_TRIED, "Run again.", detail(cell))
        : Optional.empty();
  }

  private Optional<Judgement> answered(CellRecord cell) {
    List<Measurement> successes = cell.successes();
    if (successes.isEmpty() || probabilistic(cell)) {
      return Optional.empty();
    }
    List<String> evidence = new ArrayList<>();
    Measurement first = successes.getFirst();
    evidence.add(first.proof() == null ? "the asked depth was reached" : first.proof());
    long failures = cell.failures().stream().filter(Failing::usable).count();
    if (failures > 0) {
      evidence.add(failures + " of " + cell.own().size() + " trials failed");
    }
    if (!cell.endpoint().residual()) {
      return Optional.of(new Judgement(Rule.REACHABLE_ANSWERED, null, evidence, List.of(), ""));
    }
    Duration apart = merged.timing(cell).secondFlow();
    Instant second = first.started().plus(apart);
    boolean twice = successes.stream().anyMatch(m -> !m.started().isBefore(second));
    return Optional.of(
        twice
            ? new Judgement(Rule.REACHABLE_TWICE, null, evidence, List.of(), "")
            : new Judgement(Rule.SECOND_FLOW, null, evidence, List.of(), "Run again."));
  }

  private boolean probabilistic(CellRecord cell) {
    return merged.profile(cell) == Profile.THOROUGH
        && cell.runs().stream()
            .anyMatch(run -> run.rounds().numbers().significant(merged.timing(cell)));
  }

  /** It answers, but what goes through it does not, or hardly. */
  private static Optional<Judgement> stopped(CellRecord cell) {
    return cell.symptoms()
        .map(Symptoms::evidence)
        .filter(e -> e.twice(Mark.FROZEN) || e.twice(Mark.DROPPED_AFTER) || e.twice(Mark.THROTTLED))
        .filter(e -> !cell.successes().isEmpty())
        .map(e -> new Judgement(Rule.DEGRADED_DATA, null, List.of(), OPEN_CAUSES, ""));
  }

  /** Adds to what fails the cause, as deep as the evidence goes, with the evidence itself. */
  private Judgement explained(CellRecord cell, Judgement verdict) {
    Optional<Symptoms> symptoms = cell.symptoms();
    if (symptoms.isEmpty() || !FAILING.contains(verdict.rule().state())) {
      return verdict;
    }
    List<String> evidence = new ArrayList<>(verdict.evidence());
    evidence.addAll(symptoms.get().evidence().sentences());
    String protocol = cell.endpoint().protocol();
    String cause =
        verdict.cause() != null || UNEXPLAINED.contains(verdict.rule())
            ? verdict.cause()
            : CauseRule.of(symptoms.get()).map(rule -> rule.cause(protocol)).orElse(null);
    return new Judgement(
        verdict.rule(),
        cause,
        evidence,
        verdict.notExcluded(),
        Advice.of(verdict, cause, cell, symptoms.get()));
  }

  /** States whose cause is worth naming: something here fails that works elsewhere. */
  private static final Set<State> FAILING =
      EnumSet.of(State.BLOCKED, State.LIKELY_BLOCKED, State.IMPAIRED, State.DEGRADED);

  /** What was seen there may have been somebody's who has nothing to do with the server. */
  private static final Set<Rule> UNEXPLAINED =
      EnumSet.of(Rule.IMPAIRED_OWN_KEYS, Rule.IMPAIRED_NAME);

  private Optional<Judgement> refused(CellRecord cell) {
    List<Measurement> usable = cell.own().stream().filter(Failing::usable).toList();
    boolean controlAnswered = cell.controlAnswered();
    if (!usable.isEmpty() && usable.stream().allMatch(Failing::understoodAndRefused)) {
      return found(
          Rule.REFUSED,
          controlAnswered
              ? "Correct the key or password of this vantage: the control's are accepted."
              : "Correct keys, names or passwords of the entry.",
          detail(cell));
    }
    if (!usable.isEmpty() && usable.stream().allMatch(Failing::refusedInsideTls)) {
      return found(
          Rule.REFUSED,
          controlAnswered
              ? "The server itself refuses this vantage: look at whom it lets in."
              : "Correct keys, names or passwords of the entry.",
          detail(cell));
    }
    if (!controlAnswered && usable.stream().anyMatch(Failing::refused)) {
      return found(Rule.REFUSED, "Correct keys, names or passwords of the entry.", detail(cell));
    }
    if (usable.stream().noneMatch(Failing::wrongIdentity)) {
      return Optional.empty();
    }
    boolean wrongThere = cell.controls().stream().anyMatch(Failing::wrongIdentity);
    if (!controlAnswered && wrongThere) {
      return found(Rule.WRONG_IDENTITY, "Correct the pinned certificate, CA or key.", detail(cell));
    }
    long twice =
        cell.runs().stream()
            .flatMap(run -> run.rounds().tried().stream())
            .filter(t -> Failing.wrongIdentity(t.carrier()))
            .filter(t -> t.round().before() != null && t.round().before().succeeded())
            .filter(t -> t.round().after() != null && t.round().after().succeeded())
            .count();
    return twice >= 2
        ? Optional.of(
            new Judgement(
                Rule.MITM,
                "tls.mitm",
                List.of(twice + " rounds with a wrong proof here and a right one at the control"),
                // An address may lead to several places of one owner (anycast).
                List.of("own_network", "another_server"),
                "Do not send credentials over this line."))
        : Optional.empty();
  }

  /** Nobody anywhere, or nobody here. */
  private Optional<Judgement> nobody(CellRecord cell) {
    if (cell.vantage().role() == Role.CARRIER && gates.offline(cell)) {
      return found(Rule.VANTAGE_ANCHORS, "Look at the vantage before the endpoints.");
    }
    if (!merged.answeredSomewhere(cell) && merged.controlFailures(cell) >= DOWN_ROUNDS) {
      boolean timed = cell.own().stream().anyMatch(m -> WrongClock.window(m).isPresent());
      String advice =
          timed
              ? "No answer anywhere: the server is off, the keys are wrong, or a clock is: this"
                  + " machine's or the server's."
              : cell.endpoint().silent()
                  ? "No answer anywhere: the server is off, or the keys are wrong."
                  : "No answer anywhere: look at the server.";
      return found(
          Rule.DOWN, advice, merged.controlFailures(cell) + " looks from working controls failed");
    }
    return Optional.empty();
  }

  private Judgement failing(CellRecord cell) {
    if (cell.vantage().role() == Role.CONTROL) {
      return Judgement.of(Rule.CONTROL_FAILED, "Look at the server, or take another control.");
    }
    if (merged.profile(cell) == Profile.QUICK) {
      return Judgement.of(Rule.QUICK, "Run without --quick to learn what stops it.");
    }
    if (cell.endpoint().deadlineTooShort()) {
      return Judgement.of(Rule.DEADLINE, "Remove the deadline of the entry.");
    }
    if (cell.controls().isEmpty()) {
      return Judgement.of(Rule.NO_CONTROL, "Name a control that can try the same server.");
    }
    if (cell.runs().isEmpty()) {
      return merged.sharesPort(cell)
          ? Judgement.of(Rule.SHARED_PORT, "See the other endpoint on this address and port.")
          : Judgement.of(Rule.NOT_SIGNIFICANT, "Run again with more time.", "no round was held");
    }
    CellRecord.RunRounds best = merged.best(cell);
    return numbers(cell, best.rounds());
  }

  private Judgement numbers(CellRecord cell, Rounds rounds) {
    Timing timing = merged.timing(cell);
    Numbers numbers = rounds.numbers();
    List<String> evidence = new ArrayList<>();
    evidence.add(
        "%d counted failures over %d s, %d void"
            .formatted(rounds.counted(), numbers.span().toSeconds(), rounds.voided()));
    evidence.add(
        "%d of %d witness trials failed meanwhile, p0 = %.3f"
            .formatted(numbers.witnessFailures(), numbers.witnessTrials(), numbers.p0()));
    if (!numbers.significant(timing)) {
      Optional<Judgement> elsewhere = names.impaired(cell);
      if (elsewhere.isPresent()) {
        return elsewhere.get();
      }
      boolean unwitnessed = rounds.witnesses().isEmpty();
      evidence.add("missing: " + numbers.missing(timing));
      return new Judgement(
          unwitnessed ? Rule.NO_WITNESS : Rule.NOT_SIGNIFICANT,
          null,
          evidence,
          List.of("loss", "server", "route_fault"),
          unwitnessed
              ? "Name witnesses: endpoints of the same transport at other addresses."
              : "Run again; a success at any time would settle it.");
    }
    boolean few = WitnessTrials.serversIn(rounds.witnesses()) < Witnesses.LEAST;
    if (few && merged.namedWitnesses().isEmpty()) {
      return impaired(Rule.IMPAIRED_WITNESSES, evidence, "Name a second witness.");
    }
    if (!cell.successes().isEmpty()) {
      return impaired(Rule.PROBABILISTIC, evidence, "Expect it to work at times.");
    }
    if (lessDeep(cell, rounds)) {
      return new Judgement(Rule.DEGRADED, null, evidence, OPEN_CAUSES, "");
    }
    if (cell.symptoms().filter(s -> s.twice(Mark.SMALL_SEGMENTS_PASS)).isPresent()) {
      return impaired(Rule.IMPAIRED_MTU, evidence, "");
    }
    Optional<String> mechanism = cell.symptoms().flatMap(CauseRule::mechanism);
    if (mechanism.isPresent()) {
      evidence.add("mechanism: " + mechanism.get());
      return new Judgement(Rule.BLOCKED, null, evidence, OWN_NETWORK, ADVICE_BLOCKED);
    }
    if (cell.endpoint().silent() && merged.keysUnproved(cell)) {
      return new Judgement(
          Rule.IMPAIRED_OWN_KEYS,
          null,
          evidence,
          List.of("wrong_keys", "route_fault", "server_filter"),
          "Make sure that the server knows this vantage's keys: reach it once from elsewhere with"
              + " them.");
    }
    if (rounds.contrasted().significant(timing)) {
      evidence.add(
          "beside %d of them something else on that address or a neighbour answered"
              .formatted(rounds.contrastedFailures()));
      return new Judgement(
          Rule.CONTRAST,
          null,
          evidence,
          filters(cell, "server_filter", rounds.contrastedByConnects()),
          ADVICE_BLOCKED);
    }
    Optional<Symptoms> others = cell.symptoms().filter(Symptoms::othersPassTwice);
    if (others.isPresent()) {
      String filter = others.get().at(Stage.RESOLVE) ? "own_resolver" : "server_filter";
      return new Judgement(
          Rule.EXPERIMENT,
          null,
          evidence,
          filters(cell, filter, others.get().has(Mark.ONLY_CONNECTS)),
          ADVICE_BLOCKED);
    }
    Optional<String> persistence = merged.persistence(cell);
    if (persistence.isPresent()) {
      evidence.add(persistence.get());
      return new Judgement(Rule.PERSISTENCE, null, evidence, OPEN_CAUSES, ADVICE_BLOCKED);
    }
    return impaired(
        Rule.IMPAIRED, evidence, "Run again in half an hour, or name a neighbour for contrast.");
  }

  /**
   * @param connects nothing but opened connections stood beside it, which a proxy on the way may
   *     take in the server's name
   */
  private static List<String> filters(CellRecord cell, String filter, boolean connects) {
    List<String> filters = new ArrayList<>(List.of(filter));
    if (cell.symptoms().filter(Symptoms::mayBeLargePackets).isPresent()) {
      filters.add("path_mtu");
    }
    if (connects) {
      filters.add("tcp_proxy");
    }
    return filters;
  }

  private static final String ADVICE_BLOCKED =
      "Try another port, another address or another protocol on this carrier.";

  private static Judgement impaired(Rule rule, List<String> evidence, String advice) {
    return new Judgement(rule, null, evidence, OPEN_CAUSES, advice);
  }

  /** Every counted trial was answered by the right protocol, but never as deep as asked. */
  private static boolean lessDeep(CellRecord cell, Rounds rounds) {
    return rounds.tried().stream()
        .filter(t -> t.kind() == Rounds.Kind.COUNTED)
        .allMatch(
            t -> t.carrier().reached() != null && t.carrier().reached().atLeast(Depth.HANDSHAKE));
  }

  private static String detail(CellRecord cell) {
    return cell.lastFailure()
        .flatMap(m -> Optional.ofNullable(m.failure()))
        .map(f -> f.step().id() + ": " + f.id() + (f.detail().isEmpty() ? "" : ", " + f.detail()))
        .orElse("");
  }

  private static Optional<Judgement> found(Rule rule, String advice, String... evidence) {
    return Optional.of(Judgement.of(rule, advice, evidence));
  }
}
