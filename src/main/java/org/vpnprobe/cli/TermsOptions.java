package org.vpnprobe.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.State;
import org.vpnprobe.report.Outcome;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What decides the exit code of {@code run} and {@code report}. */
final class TermsOptions {
  /** States in which we are not sure: what {@code unsure} stands for. */
  private static final Set<State> UNSURE =
      EnumSet.of(State.IMPAIRED, State.INSUFFICIENT, State.VANTAGE_OFFLINE);

  @Option(
      names = "--min-reachable",
      paramLabel = "N|P%",
      converter = MinimumConverter.class,
      description =
          "Exit 1 when fewer cells of a carrier are reachable, in place of the expectations.")
  private Outcome.@Nullable Minimum minimum;

  @Option(
      names = "--fail-on",
      paramLabel = "STATE",
      split = ",",
      completionCandidates = Words.States.class,
      description =
          "Exit 1 when a carrier's cell is in one of these states, in place of the expectations;"
              + " also “unsure” for impaired, insufficient and vantage_offline.")
  private @Nullable List<String> failOn;

  @Option(
      names = "--inconclusive-ok",
      description = "What could not be judged does not change the exit code.")
  private boolean inconclusiveOk;

  /** True when something else than the expectations decides. */
  boolean areGiven() {
    return failOn != null || minimum != null;
  }

  /** Refuses unknown states before anything is measured. */
  void check() {
    terms();
  }

  Outcome.Terms terms() {
    return new Outcome.Terms(failOn == null ? null : states(failOn), minimum, inconclusiveOk);
  }

  private static Set<State> states(List<String> words) {
    Set<State> states = EnumSet.noneOf(State.class);
    for (String word : words) {
      if (word.equals("unsure")) {
        states.addAll(UNSURE);
      } else {
        states.add(
            Arrays.stream(State.values())
                .filter(state -> state.id().equals(word))
                .findFirst()
                .orElseThrow(() -> new Refused(unknown(word))));
      }
    }
    return states;
  }

  private static String unknown(String word) {
    List<String> known = new ArrayList<>(List.of("unsure"));
    Arrays.stream(State.values()).map(State::id).forEach(known::add);
    return Unknown.word("--fail-on", word, known);
  }

  /** Binds {@code N} and {@code P%}. */
  static final class MinimumConverter implements ITypeConverter<Outcome.Minimum> {
    @Override
    public Outcome.Minimum convert(String value) {
      try {
        return Outcome.Minimum.of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
