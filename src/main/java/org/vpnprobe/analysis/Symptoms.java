package org.vpnprobe.analysis;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.vpnprobe.analysis.experiment.Evidence;
import org.vpnprobe.analysis.experiment.Mark;
import org.vpnprobe.analysis.experiment.Stage;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;

/**
 * What the rules of causes look at.
 *
 * @param failures the cell's own trials that failed
 * @param experiments all trials of its experiments, by number
 * @param contrast something else on the address answered beside failures that count
 */
record Symptoms(
    Stage stage,
    Evidence evidence,
    Line line,
    List<Measurement> failures,
    List<Measurement> experiments,
    boolean contrast) {

  boolean at(Stage wanted) {
    return stage == wanted;
  }

  boolean has(Mark mark) {
    return evidence.has(mark);
  }

  boolean twice(Mark mark) {
    return evidence.twice(mark);
  }

  /** Most failures are ends, which loss does not make. */
  boolean ends() {
    return stage == Stage.TLS_RESET || stage == Stage.STREAM_RESET;
  }

  /** A reset to a SYN, and not a closed port's refusal: the two look alike to some systems. */
  boolean resets() {
    return failures.stream()
        .anyMatch(m -> m.failure() != null && m.failure().kind() == FailureKind.CONNECTION_RESET);
  }

  boolean dependsOnName() {
    return twice(Mark.OTHER_SNI_PASSES);
  }

  boolean othersAtAddress() {
    return contrast || twice(Mark.OTHER_PORT_ANSWERS);
  }

  /** Something else passes to the address and back, shown twice, between its failures. */
  boolean othersPassTwice() {
    return has(Mark.FAILS_AFTERWARDS)
        && OTHERS.stream().filter(mark -> !askedInVain(mark)).anyMatch(this::twice);
  }

  /**
   * A resolver that is out of reach, or cannot find out, does not block the names it would tell.
   */
  private boolean askedInVain(Mark mark) {
    return mark == Mark.TRUE_ADDRESS_PASSES
        && (twice(Mark.NAME_UNANSWERED) || twice(Mark.NAME_FAILED));
  }

  private static final Set<Mark> OTHERS =
      EnumSet.of(
          Mark.OTHER_SNI_PASSES,
          Mark.SPLIT_PASSES,
          Mark.JUNK_PASSES,
          Mark.OTHER_PORT_ANSWERS,
          Mark.OTHER_BYTES_PASS,
          Mark.NEUTRAL_BYTE_PASSES,
          Mark.TRUE_ADDRESS_PASSES);

  /** The port takes other bytes. */
  boolean onlyTheProtocol() {
    return has(Mark.OTHER_BYTES_PASS);
  }

  /** A way that loses large packets fails like this, and was not looked for, or not excluded. */
  boolean mayBeLargePackets() {
    return (at(Stage.TLS_SILENT) || at(Stage.STREAM_SILENT)) && !has(Mark.SIZE_EXCLUDED);
  }

  /** Two hosts at least, and nobody of the transport answers on this line. */
  boolean noDatagramsAtAll() {
    return !line.transportAnswers() && line.transportFails() >= 2;
  }

  /** Two hosts at least, and nobody of the protocol answers on this line, others do. */
  boolean protocolFailsEverywhere() {
    return !line.protocolAnswers() && line.protocolFails() >= 2 && line.transportAnswers();
  }
}
