package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.analysis.experiment.Mark;
import org.vpnprobe.analysis.experiment.Stage;
import org.vpnprobe.model.Depth;

/** From counted failures to a state: number, mechanism, contrast, persistence (design §4a.5, 6). */
record Blame(Merged merged, FalseNames names) {
  private static final String ADVICE_BLOCKED =
      "Try another port, another address or another protocol on this carrier.";

  Judgement of(CellRecord cell, Rounds rounds) {
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
      return new Judgement(Rule.DEGRADED, null, evidence, CarrierJudge.OPEN_CAUSES, "");
    }
    if (cell.symptoms().filter(s -> s.twice(Mark.SMALL_SEGMENTS_PASS)).isPresent()) {
      return impaired(Rule.IMPAIRED_MTU, evidence, "");
    }
    Optional<String> mechanism = cell.symptoms().flatMap(CauseRule::mechanism);
    if (mechanism.isPresent()) {
      evidence.add("mechanism: " + mechanism.get());
      return new Judgement(Rule.BLOCKED, null, evidence, CarrierJudge.OWN_NETWORK, ADVICE_BLOCKED);
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
      return new Judgement(
          Rule.PERSISTENCE, null, evidence, CarrierJudge.OPEN_CAUSES, ADVICE_BLOCKED);
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

  private static Judgement impaired(Rule rule, List<String> evidence, String advice) {
    return new Judgement(rule, null, evidence, CarrierJudge.OPEN_CAUSES, advice);
  }

  /** Every counted trial was answered by the right protocol, but never as deep as asked. */
  private static boolean lessDeep(CellRecord cell, Rounds rounds) {
    return rounds.tried().stream()
        .filter(t -> t.kind() == Rounds.Kind.COUNTED)
        .allMatch(
            t -> t.carrier().reached() != null && t.carrier().reached().atLeast(Depth.HANDSHAKE));
  }
}
