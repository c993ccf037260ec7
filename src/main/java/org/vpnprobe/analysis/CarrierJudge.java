package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.analysis.experiment.Mark;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;

/** Applies the rules of design §4a.6 to one cell, in their order. */
final class CarrierJudge {
  /** What else makes counted failures, or data that hardly flows. */
  static final List<String> OPEN_CAUSES = List.of("route_fault", "server_filter");

  /** What stands at home cannot be told from what the carrier has. */
  static final List<String> OWN_NETWORK = List.of("own_network");

  private static final int DOWN_ROUNDS = 3;

  private final Merged merged;
  private final Gates gates;
  private final Fitness fitness;
  private final FalseNames names;
  private final Blame blame;

  CarrierJudge(Merged merged, Gates gates) {
    this.merged = merged;
    this.gates = gates;
    this.fitness = new Fitness(gates);
    this.names = new FalseNames(merged);
    this.blame = new Blame(merged, names);
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
        .or(() -> Refusals.of(cell))
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
    return blame.of(cell, best.rounds());
  }

  static String detail(CellRecord cell) {
    return cell.lastFailure()
        .flatMap(m -> Optional.ofNullable(m.failure()))
        .map(f -> f.step().id() + ": " + f.id() + (f.detail().isEmpty() ? "" : ", " + f.detail()))
        .orElse("");
  }

  static Optional<Judgement> found(Rule rule, String advice, String... evidence) {
    return Optional.of(Judgement.of(rule, advice, evidence));
  }
}
