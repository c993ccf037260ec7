package org.vpnprobe.analysis.experiment;

import java.util.Optional;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;
import org.vpnprobe.model.Variation.Alteration;

/**
 * The same ClientHello in two segments, else in two TLS records: a server reads it all the same, a
 * middlebox that looks for a name in one packet does not (science.md §7, D9).
 */
final class SplitHello implements Inquiry {
  @Override
  public String name() {
    return "split_hello";
  }

  @Override
  public Optional<Try> next(Case it) {
    if (it.stage() != Stage.TLS_RESET && it.stage() != Stage.TLS_SILENT) {
      return Optional.empty();
    }
    Alternation segments = alternation(it, Alteration.SPLIT_SEGMENTS);
    return segments
        .next()
        .or(() ->
            segments.shown() > 0
                ? Optional.empty()
                : alternation(it, Alteration.SPLIT_RECORDS).next());
  }

  private Alternation alternation(Case it, Alteration how) {
    return Alternation.of(this, it, new Variation.FirstFlight(how), Measurement::succeeded);
  }

  @Override
  public void read(Case it, Evidence evidence) {
    for (Alteration how : new Alteration[] {Alteration.SPLIT_SEGMENTS, Alteration.SPLIT_RECORDS}) {
      Alternation split = alternation(it, how);
      evidence.add(
          Mark.SPLIT_PASSES,
          split.shown(),
          "with its ClientHello in two %s it passed %d times, whole it failed %d times in between"
              .formatted(
                  how == Alteration.SPLIT_SEGMENTS ? "segments" : "TLS records",
                  split.passed(),
                  split.sameFailed()));
    }
  }
}
