package org.vpnprobe.analysis.experiment;

import org.vpnprobe.model.Variation;

/**
 * A trial that an experiment wants.
 *
 * @param cell from whose vantage, to whose endpoint
 * @param variation what to do
 * @param clean only when every penalty for what was sent before is over (residual blocking, 180 s)
 * @param afterSeconds else so long after the experiment's last trial, real seconds
 */
public record Try(String cell, Variation variation, boolean clean, int afterSeconds) {
  static Try soon(String cell, Variation variation) {
    return new Try(cell, variation, false, 2);
  }

  /**
   * When nothing that the suspect's trials may have set off can be left; at once where nothing is.
   */
  static Try clean(Case it, String cell, Variation variation) {
    return NeutralByte.noPenalty(it) ? soon(cell, variation) : new Try(cell, variation, true, 0);
  }
}
