package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.analysis.experiment.Mark;
import org.vpnprobe.analysis.experiment.Stage;
import org.vpnprobe.model.Measurement;

/**
 * Names that lead elsewhere here. Their rounds may all be void, since the control fails at the
 * false address, too: that the true one answers from here, between failures by the name, takes
 * their place. How much is said depends on who can have given the false answer.
 */
final class FalseNames {
  private static final List<String> OWN_RESOLVER = List.of("own_resolver");

  private final Merged merged;

  FalseNames(Merged merged) {
    this.merged = merged;
  }

  /** Somebody answers where no resolver is, or names what nobody has. */
  Optional<Judgement> blocked(CellRecord cell) {
    if (!isMisled(cell)) {
      return Optional.empty();
    }
    if (shown(cell, Mark.ANSWER_FORGED)) {
      return Optional.of(
          new Judgement(
              Rule.BLOCKED_NAME, null, List.of(failures(cell)), CarrierJudge.OWN_NETWORK, ""));
    }
    // A filter at home answers so, too.
    return shown(cell, Mark.ANSWER_BOGON)
        ? Optional.of(
            new Judgement(Rule.LIKELY_NAME, null, List.of(failures(cell)), OWN_RESOLVER, ""))
        : Optional.empty();
  }

  /** The address may be a real one, for this network alone, where nothing is. */
  Optional<Judgement> impaired(CellRecord cell) {
    return isMisled(cell) && cell.symptoms().filter(s -> !s.at(Stage.RESOLVE)).isPresent()
        ? Optional.of(
            new Judgement(
                Rule.IMPAIRED_NAME,
                null,
                List.of(failures(cell)),
                List.of("own_resolver", "dead_address"),
                "Name the server's address in place of its name, or ask another resolver."))
        : Optional.empty();
  }

  private boolean isMisled(CellRecord cell) {
    List<Measurement> failures = usable(cell);
    return failures.size() >= Numbers.LEAST_COUNTED
        && !Duration.between(failures.getFirst().started(), failures.getLast().started())
            .minus(merged.timing(cell).span())
            .isNegative()
        && cell.controlAnswered()
        && cell.successes().isEmpty()
        && shown(cell, Mark.TRUE_ADDRESS_PASSES);
  }

  private static List<Measurement> usable(CellRecord cell) {
    return cell.failures().stream().filter(Failing::usable).toList();
  }

  private static boolean shown(CellRecord cell, Mark mark) {
    return cell.symptoms().filter(s -> s.evidence().twice(mark)).isPresent();
  }

  private static String failures(CellRecord cell) {
    return usable(cell).size() + " trials failed by the name that the carrier resolves";
  }
}
