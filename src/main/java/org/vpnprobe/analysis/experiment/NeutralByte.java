package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;
import org.vpnprobe.model.Variation.Payload;

/**
 * A connection with one meaningless byte, right after a failed handshake and again when every
 * penalty is over (science.md §7, D3 and D6): tells what any data does, and whether a failed
 * handshake is punished for a while.
 */
final class NeutralByte implements Inquiry {
  private static final Variation BYTE = new Variation.RawBytes(Payload.ONE_BYTE, false);
  private static final Variation SAME = new Variation.Same();
  private static final int TIMES = 2;

  @Override
  public String name() {
    return "neutral_byte";
  }

  @Override
  public Optional<Try> next(Case it) {
    if (!it.stage().afterConnect() || !it.foreignBytes() || it.control() == null) {
      return Optional.empty();
    }
    List<Measurement> atControl = it.of(this, it.control());
    if (atControl.isEmpty()) {
      return Optional.of(Try.soon(it.control(), BYTE));
    }
    if (!passes(atControl.getFirst())) {
      return Optional.empty(); // The server itself ends such connections.
    }
    String here = it.cell().id();
    List<Measurement> done = it.of(this, here);
    List<Measurement> bytes = bytes(done);
    if (done.stream().anyMatch(m -> !isByte(m) && m.succeeded())) {
      return Optional.empty();
    }
    if (bytes.isEmpty()) {
      // The handshake fails once more, so that a penalty is on.
      return Optional.of(done.isEmpty() ? Try.soon(here, SAME) : Try.soon(here, BYTE));
    }
    if (passes(bytes.getFirst())) {
      return bytes.size() < TIMES ? Optional.of(Try.soon(here, BYTE)) : Optional.empty();
    }
    boolean everPassed = bytes.stream().anyMatch(NeutralByte::passes);
    if (!everPassed) {
      return bytes.size() <= TIMES ? Optional.of(Try.clean(it, here, BYTE)) : Optional.empty();
    }
    // Punished, then free again: the same once more.
    if (curves(done) >= TIMES || bytes.size() > 3 * TIMES) {
      return Optional.empty();
    }
    Measurement last = done.getLast();
    if (!isByte(last)) {
      return Optional.of(Try.soon(here, BYTE));
    }
    return Optional.of(passes(last) ? Try.soon(here, SAME) : Try.clean(it, here, BYTE));
  }

  /** Right after a failed handshake bytes pass: nothing is punished here, nobody has to wait. */
  static boolean noPenalty(Case it) {
    List<Measurement> done = it.of(new NeutralByte(), it.cell().id());
    List<Measurement> bytes = bytes(done);
    return bytes.size() >= TIMES
        && bytes.stream().allMatch(NeutralByte::passes)
        && done.stream().anyMatch(m -> !isByte(m));
  }

  private static boolean isByte(Measurement m) {
    return Case.experiment(m).variation().equals(BYTE);
  }

  private static List<Measurement> bytes(List<Measurement> done) {
    return done.stream().filter(NeutralByte::isByte).toList();
  }

  /** Neither reset nor swallowed at the connect. */
  private static boolean passes(Measurement m) {
    return m.failure() == null || m.failure().kind() == FailureKind.EOF_ERROR;
  }

  /** Where silence is what is to be explained, a byte that meets it tells nothing. */
  private static boolean tells(Case it, Measurement m) {
    return it.stage().ends() || !m.observed("reaction").orElse("silence").equals("silence");
  }

  /**
   * How often a failed handshake was followed by a byte that failed and later by one that passed.
   */
  private static int curves(List<Measurement> done) {
    int curves = 0;
    boolean punished = false;
    for (Measurement m : done) {
      if (!isByte(m)) {
        punished = false;
      } else if (!passes(m)) {
        punished = true;
      } else if (punished) {
        curves++;
        punished = false;
      }
    }
    return curves;
  }

  @Override
  public void read(Case it, Evidence evidence) {
    List<Measurement> done = it.of(this, it.cell().id());
    List<Measurement> bytes = bytes(done);
    if (bytes.isEmpty() || it.of(this, it.control()).stream().noneMatch(NeutralByte::passes)) {
      return;
    }
    int passed = (int) bytes.stream().filter(NeutralByte::passes).count();
    int shown = (int) bytes.stream().filter(m -> passes(m) && tells(it, m)).count();
    int curves = curves(done);
    evidence.add(
        Mark.NEUTRAL_BYTE_PASSES,
        shown,
        "a connection with one meaningless byte stayed unharmed %d of %d times"
            .formatted(passed, bytes.size()));
    evidence.add(
        Mark.RESIDUAL,
        curves,
        "%d times nothing passed right after a failed handshake, and did again %d s later"
            .formatted(curves, RESIDUAL_SECONDS));
    evidence.add(
        Mark.ANY_DATA_FAILS,
        passed == 0 && bytes.size() > TIMES ? bytes.size() : 0,
        "any byte on the connection failed %d times, at the control none did"
            .formatted(bytes.size()));
  }

  /** Longer than the longest known penalty, 180 s (science.md §4.1). */
  static final int RESIDUAL_SECONDS = 190;
}
