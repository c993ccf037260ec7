package org.vpnprobe.cli;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Options;
import picocli.CommandLine.Option;

/** Which part this machine has among several that measure together (design §4a.9). */
final class PartOptions {
  private static final Duration LONGEST_SURVEY = Duration.ofHours(24);

  @Option(
      names = "--as-control",
      description = "Keep probing from here as a control for journals made elsewhere.")
  private boolean asControl;

  @Option(
      names = "--survey",
      paramLabel = "DURATION",
      converter = Spans.class,
      description = "With --as-control: keep probing for so long. Default: 10m.")
  private @Nullable Duration survey;

  @Option(
      names = "--control-elsewhere",
      description =
          "A control runs on another machine meanwhile (run --as-control): the controls of the file"
              + " are left out here. “vpnprobe report” merges the journals.")
  private boolean controlElsewhere;

  /** True when this machine does not do all of the file. */
  boolean isGiven() {
    return asControl || controlElsewhere;
  }

  /**
   * The options with this machine's part.
   *
   * @throws Refused when the parts exclude each other
   */
  Options among(Options options) {
    if (survey != null && !asControl) {
      throw new Refused("--survey: has no meaning without --as-control; add that, or leave it out");
    }
    if (survey != null && (survey.isZero() || survey.compareTo(LONGEST_SURVEY) > 0)) {
      throw new Refused("--survey: expected a duration up to 24h");
    }
    if (controlElsewhere && asControl) {
      throw new Refused("--control-elsewhere: this machine is the control (--as-control)");
    }
    return options
        .withAsControl(asControl)
        .withSurveyFor(Optional.ofNullable(survey))
        .withControlElsewhere(controlElsewhere);
  }
}
