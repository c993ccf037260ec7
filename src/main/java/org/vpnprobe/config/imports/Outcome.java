package org.vpnprobe.config.imports;

import org.vpnprobe.config.Problem;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.model.SourceMark;

/** What became of one entry of a source. Shows no secret, but for an imported endpoint itself. */
public sealed interface Outcome {
  /** Where it begins. */
  SourceMark at();

  /** It is an endpoint now. */
  record Imported(SourceMark at, Endpoint endpoint) implements Outcome {
    /** As if it stood in probes.yaml. */
    public Yaml.Mapping node() {
      return endpoint.node();
    }
  }

  /**
   * It is understood, and there is nothing to probe or no way to.
   *
   * @param what a word or two for what it is
   */
  record Skipped(SourceMark at, String what, String reason) implements Outcome {
    /** The message without its place. */
    public String message() {
      return (what.isEmpty() ? "" : "“" + what + "” – ") + "skipped: " + reason;
    }
  }

  /** It is not understood, or cannot be used as it is. */
  record Rejected(SourceMark at, Problem problem) implements Outcome {
    /** The message without its place. */
    public String message() {
      return problem.message();
    }
  }
}
