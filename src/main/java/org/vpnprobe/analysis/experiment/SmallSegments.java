package org.vpnprobe.analysis.experiment;

import java.util.Optional;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation;
import org.vpnprobe.model.Variation.Alteration;

/**
 * The own handshake on a connection whose segments are small both ways: where packets of full size
 * are lost and nobody is told (RFC 2923 section 2.1), a server's certificate never comes, while
 * connects and small answers do. The ClientHello leaves as it is.
 */
final class SmallSegments implements Inquiry {
  private static final Variation SMALL = new Variation.FirstFlight(Alteration.SMALL_SEGMENTS);

  /** Some of an answer of so many bytes came in a packet of full size (1500 bytes on the wire). */
  private static final long LARGE = 2000;

  @Override
  public String name() {
    return "small_segments";
  }

  @Override
  public Optional<Try> next(Case it) {
    return fits(it) && !largePassed(it) ? alternation(it).next() : Optional.empty();
  }

  private static boolean fits(Case it) {
    return it.stage() == Stage.TLS_SILENT || it.stage() == Stage.STREAM_SILENT;
  }

  private Alternation alternation(Case it) {
    return Alternation.of(this, it, SMALL, Measurement::succeeded);
  }

  /** Otherwise than by the own handshake an answer of full size has come. */
  private static boolean largePassed(Case it) {
    return it.experiments().stream()
        .filter(m -> m.cell().equals(it.cell().id()))
        .filter(m -> !Case.experiment(m).variation().equals(SMALL))
        .flatMap(m -> m.steps().stream())
        .anyMatch(step -> step.name() != StepName.RESOLVE && step.received() >= LARGE);
  }

  @Override
  public void read(Case it, Evidence evidence) {
    if (!fits(it)) {
      return;
    }
    Alternation small = alternation(it);
    evidence.add(
        Mark.SMALL_SEGMENTS_PASS,
        small.shown(),
        "in small segments it passed %d times, in full ones it failed %d times in between"
            .formatted(small.passed(), small.sameFailed()));
    evidence.add(
        Mark.SIZE_EXCLUDED,
        small.neverPasses() ? small.failed() : 0,
        "small segments fail as well");
    evidence.add(
        Mark.SIZE_EXCLUDED, largePassed(it) ? 1 : 0, "packets of full size pass from the server");
  }
}
