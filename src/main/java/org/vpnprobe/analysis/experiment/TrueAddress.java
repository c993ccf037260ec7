package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;

/**
 * The handshake at an address that a control found for the name, where the carrier's resolver gave
 * none or another one (science.md §7, D1).
 */
final class TrueAddress implements Inquiry {
  @Override
  public String name() {
    return "true_address";
  }

  @Override
  public Optional<Try> next(Case it) {
    return it.vantage().names()
        ? address(it).flatMap(address -> alternation(it, address).next())
        : Optional.empty();
  }

  /** Empty when the carrier's own trials went to an address that a control knows, too. */
  static Optional<String> address(Case it) {
    Set<String> known = known(it);
    Set<String> here = addresses(it.own(), false);
    boolean differs = it.stage() == Stage.RESOLVE || here.stream().noneMatch(known::contains);
    return differs && !isLiteral(it) ? known.stream().sorted().findFirst() : Optional.empty();
  }

  /** Addresses at which a control got its answer. */
  static Set<String> known(Case it) {
    return addresses(it.controls(), true);
  }

  private static boolean isLiteral(Case it) {
    String host = HostPort.of(it.endpoint().address()).host();
    return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
  }

  private static Set<String> addresses(List<Measurement> trials, boolean succeeded) {
    return trials.stream()
        .filter(m -> m.succeeded() || !succeeded)
        .flatMap(m -> Optional.ofNullable(m.address()).stream())
        .map(address -> HostPort.of(address).host())
        .collect(Collectors.toSet());
  }

  private Alternation alternation(Case it, String address) {
    return new Alternation(
        this,
        it,
        it.cell().id(),
        null, // The control's own trials have shown that it answers there.
        new Variation.OtherAddress(address),
        Measurement::succeeded,
        3);
  }

  @Override
  public void read(Case it, Evidence evidence) {
    address(it)
        .ifPresent(address -> {
          Alternation swap = alternation(it, address);
          evidence.add(
              Mark.TRUE_ADDRESS_PASSES,
              swap.shown(),
              "at the address that the control finds it passed %d times, by its name it failed %d times in between"
                  .formatted(swap.passed(), swap.sameFailed()));
        });
  }
}
