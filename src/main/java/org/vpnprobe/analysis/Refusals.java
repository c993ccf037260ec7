package org.vpnprobe.analysis;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Measurement;

/** The server answered and refused us, or its proof is wrong: everywhere, or here alone. */
final class Refusals {
  private Refusals() {}

  static Optional<Judgement> of(CellRecord cell) {
    List<Measurement> usable = cell.own().stream().filter(Failing::usable).toList();
    boolean controlAnswered = cell.controlAnswered();
    if (!usable.isEmpty() && usable.stream().allMatch(Failing::understoodAndRefused)) {
      return CarrierJudge.found(
          Rule.REFUSED,
          controlAnswered
              ? "Correct the key or password of this vantage: the control's are accepted."
              : "Correct keys, names or passwords of the entry.",
          CarrierJudge.detail(cell));
    }
    if (!usable.isEmpty() && usable.stream().allMatch(Failing::refusedInsideTls)) {
      return CarrierJudge.found(
          Rule.REFUSED,
          controlAnswered
              ? "The server itself refuses this vantage: look at whom it lets in."
              : "Correct keys, names or passwords of the entry.",
          CarrierJudge.detail(cell));
    }
    if (!controlAnswered && usable.stream().anyMatch(Failing::refused)) {
      return CarrierJudge.found(
          Rule.REFUSED,
          "Correct keys, names or passwords of the entry.",
          CarrierJudge.detail(cell));
    }
    if (usable.stream().noneMatch(Failing::wrongIdentity)) {
      return Optional.empty();
    }
    boolean wrongThere = cell.controls().stream().anyMatch(Failing::wrongIdentity);
    if (!controlAnswered && wrongThere) {
      return CarrierJudge.found(
          Rule.WRONG_IDENTITY,
          "Correct the pinned certificate, CA or key.",
          CarrierJudge.detail(cell));
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
}
