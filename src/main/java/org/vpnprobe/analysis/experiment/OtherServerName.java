package org.vpnprobe.analysis.experiment;

import java.util.Optional;
import org.vpnprobe.model.Variation;

/** The same handshake with a harmless server name (science.md §7, D4). */
final class OtherServerName implements Inquiry {
  /** RFC 2606 section 3: reserved, and nobody's. */
  private static final String HARMLESS = "www.example.com";

  private static final String OTHER_HARMLESS = "www.example.org";

  @Override
  public String name() {
    return "other_sni";
  }

  @Override
  public Optional<Try> next(Case it) {
    boolean fits = it.stage() == Stage.TLS_RESET || it.stage() == Stage.TLS_SILENT;
    return fits && it.endpoint().sni() != null ? alternation(it).next() : Optional.empty();
  }

  private Alternation alternation(Case it) {
    String name = HARMLESS.equals(it.endpoint().sni()) ? OTHER_HARMLESS : HARMLESS;
    return Alternation.of(this, it, new Variation.OtherSni(name), Case::answered);
  }

  @Override
  public void read(Case it, Evidence evidence) {
    Alternation swap = alternation(it);
    evidence.add(
        Mark.OTHER_SNI_PASSES,
        swap.shown(),
        "with another server name the server answered %d times, with its own it failed %d times in between"
            .formatted(swap.passed(), swap.sameFailed()));
    if (swap.neverPasses()) {
      evidence.add(
          Mark.OTHER_SNI_FAILS,
          swap.failed(),
          "another server name fails as well, %d times".formatted(swap.failed()));
    }
  }
}
