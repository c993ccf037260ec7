package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;

/**
 * A variation and the endpoint's own handshake in turn: does the one pass where the other keeps
 * failing? First the control has to pass with the variation. One failure of the variation may be a
 * penalty for the handshake before it, so it gets another try when that is over.
 *
 * @param cell where both are tried
 * @param passes what a variation has to give
 * @param wanted how often it has to pass: twice where failures are resets, which loss does not
 *     make, else three times, and more often where datagrams are lost
 */
record Alternation(
    Inquiry inquiry,
    Case it,
    String cell,
    @Nullable String control,
    Variation variation,
    Predicate<Measurement> passes,
    int wanted) {

  /**
   * Of several equal paths one may be dead, so that datagrams pass or not by their ports; a TCP
   * connection that opened has shown that its path is not.
   */
  private static final int OF_DATAGRAMS = 5;

  private static final int MOST_FAILURES = 2;
  private static final int CONTROL_TRIES = 2;

  static Alternation of(
      Inquiry inquiry, Case it, Variation variation, Predicate<Measurement> passes) {
    int wanted = it.stage() == Stage.DATAGRAMS_SILENT ? OF_DATAGRAMS : it.stage().ends() ? 2 : 3;
    return new Alternation(inquiry, it, it.cell().id(), it.control(), variation, passes, wanted);
  }

  Optional<Try> next() {
    if (control != null && !controlPasses()) {
      return varied(control).size() < CONTROL_TRIES
          ? Optional.of(Try.soon(control, variation))
          : Optional.empty();
    }
    List<Measurement> done = done();
    if (failed() > MOST_FAILURES || sameSucceeded()) {
      return Optional.empty();
    }
    // It ends as it began: a fault that is over by then was no block.
    if (passed() >= wanted && !isVaried(done.getLast())) {
      return Optional.empty();
    }
    if (done.isEmpty()) {
      return Optional.of(Try.soon(cell, variation));
    }
    Measurement last = done.getLast();
    if (!isVaried(last)) {
      boolean penalty = failed() > 0;
      return Optional.of(penalty ? Try.clean(it, cell, variation) : Try.soon(cell, variation));
    }
    if (passes.test(last)) {
      return Optional.of(Try.soon(cell, new Variation.Same()));
    }
    // Not even when clean, and never before: it does not help.
    boolean hopeless = passed() == 0 && failed() >= MOST_FAILURES;
    return hopeless ? Optional.empty() : Optional.of(Try.clean(it, cell, variation));
  }

  private List<Measurement> done() {
    return it.of(inquiry, cell).stream()
        .filter(m -> isVaried(m) || Case.experiment(m).variation() instanceof Variation.Same)
        .toList();
  }

  private List<Measurement> varied(@Nullable String at) {
    return it.of(inquiry, at).stream().filter(this::isVaried).toList();
  }

  private boolean isVaried(Measurement m) {
    return Case.experiment(m).variation().equals(variation);
  }

  boolean controlPasses() {
    return control == null || varied(control).stream().anyMatch(passes);
  }

  /** How often the variation passed. */
  int passed() {
    return (int) varied(cell).stream().filter(passes).count();
  }

  /** How often it failed. */
  int failed() {
    return varied(cell).size() - passed();
  }

  /** How often the endpoint's own handshake failed in between. */
  int sameFailed() {
    return (int) done().stream().filter(m -> !isVaried(m) && !m.succeeded()).count();
  }

  private boolean sameSucceeded() {
    return done().stream().anyMatch(m -> !isVaried(m) && m.succeeded());
  }

  /** Shown as often as the variation passed, if it did so often enough and alone. */
  int shown() {
    return passed() >= wanted && sameFailed() >= wanted && !sameSucceeded() && controlPasses()
        ? passed()
        : 0;
  }

  /** It never helped, though it was tried when clean, and helps nobody to blame the server. */
  boolean neverPasses() {
    return passed() == 0 && failed() >= MOST_FAILURES && control != null && controlPasses();
  }
}
