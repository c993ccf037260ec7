package org.vpnprobe.analysis.experiment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;
import org.vpnprobe.model.Variation.Payload;

/**
 * How long a failed handshake is punished, once {@link NeutralByte} has shown that it is: one more
 * failed handshake, and meaningless bytes after it in growing distances (science.md §7, D6), the
 * first from the same local port as well: a penalty of one flow spares a new port.
 */
final class ResidualTime implements Inquiry {
  private static final Variation SAME = new Variation.Same();
  private static final Variation NEW_PORT = new Variation.RawBytes(Payload.ONE_BYTE, false);
  private static final Variation SAME_PORT = new Variation.RawBytes(Payload.ONE_BYTE, true);

  /** Seconds between the looks: known penalties last 60, 90, 120 and 180 s (science.md §4.1). */
  private static final int STEP = 30;

  private static final int LOOKS = 8;

  @Override
  public String name() {
    return "residual_time";
  }

  @Override
  public Optional<Try> next(Case it) {
    Evidence shown = new Evidence();
    new NeutralByte().read(it, shown);
    if (!shown.has(Mark.RESIDUAL)) {
      return Optional.empty();
    }
    String here = it.cell().id();
    List<Measurement> done = it.of(this, here);
    if (done.isEmpty()) {
      return Optional.of(Try.clean(it, here, SAME));
    }
    if (done.getFirst().succeeded()) {
      return Optional.empty();
    }
    if (done.size() == 1) {
      return Optional.of(Try.soon(here, SAME_PORT));
    }
    List<Measurement> looks = looks(done);
    boolean over = looks.size() >= LOOKS || looks.stream().anyMatch(ResidualTime::passes);
    return over ? Optional.empty() : Optional.of(new Try(here, NEW_PORT, false, STEP));
  }

  private static List<Measurement> looks(List<Measurement> done) {
    return done.stream().filter(m -> Case.experiment(m).variation().equals(NEW_PORT)).toList();
  }

  private static boolean passes(Measurement m) {
    return m.failure() == null || m.failure().kind() == FailureKind.EOF_ERROR;
  }

  @Override
  public void read(Case it, Evidence evidence) {
    List<Measurement> done = it.of(this, it.cell().id());
    if (done.isEmpty()) {
      return;
    }
    List<Measurement> looks = looks(done);
    List<Measurement> passed =
        new ArrayList<>(looks.stream().filter(ResidualTime::passes).toList());
    List<Measurement> failed = looks.stream().filter(m -> !passes(m)).toList();
    if (passed.isEmpty() || failed.isEmpty()) {
      return;
    }
    evidence.add(
        Mark.RESIDUAL_MEASURED,
        1,
        "the penalty for a failed handshake lasts between %d and %d s, from any local port"
            .formatted(
                seconds(it, done.getFirst(), failed.getLast()),
                seconds(it, done.getFirst(), passed.getFirst())));
  }

  /** Real seconds from the end of the handshake to the look. */
  private static long seconds(Case it, Measurement handshake, Measurement look) {
    Duration apart = Duration.between(handshake.ended(), look.started());
    return Math.round(apart.toMillis() / 1e3 * it.pace());
  }
}
