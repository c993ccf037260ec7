package org.vpnprobe.analysis;

import java.time.Duration;
import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * The number behind a verdict (design §4a.5): how likely an innocent endpoint fails like this on
 * this line, now.
 *
 * @param counted failures in a row that count
 * @param span from the first to the last of them
 * @param witnessTrials N
 * @param witnessFailures x
 * @param p0 max(0.02, 95 % upper Clopper–Pearson bound of x/N)
 * @param suspects S
 * @param pValue p0ⁿ, or the inverse of the mixture e-value in the thorough profile
 * @param qValue min(1, S·p)
 */
record Numbers(
    int counted,
    Duration span,
    int witnessTrials,
    int witnessFailures,
    double p0,
    int suspects,
    double pValue,
    double qValue) {

  static final int LEAST_COUNTED = 4;
  static final double P_LIMIT = 0.001;
  static final double Q_LIMIT = 0.05;

  /** Nobody's line is taken to be better than this. */
  private static final double P0_FLOOR = 0.02;

  private static final double CONFIDENCE = 0.95;

  /** Points of the grid over which the e-value is mixed. */
  private static final int GRID = 200;

  static Numbers of(int counted, Duration span, int n, int failed, int suspects) {
    double p0 = p0(n, failed);
    double p = counted == 0 ? 1 : Math.pow(p0, counted);
    return new Numbers(counted, span, n, failed, p0, suspects, p, q(p, suspects));
  }

  /**
   * The same for a cell that also succeeds: E = ∫ Π (θ/p0)^f ((1−θ)/(1−p0))^s dθ over θ in (p0, 1),
   * a mixture of likelihood ratios, is an e-value; 1/E takes the place of p.
   */
  static Numbers mixed(
      int failures, int successes, Duration span, int n, int failed, int suspects) {
    double p0 = p0(n, failed);
    double sum = 0;
    for (int i = 0; i < GRID && p0 < 1; i++) {
      double theta = p0 + (1 - p0) * (i + 0.5) / GRID;
      double log = failures * Math.log(theta / p0) + successes * Math.log((1 - theta) / (1 - p0));
      sum += Math.exp(log) / GRID;
    }
    double p = sum <= 1 ? 1 : 1 / sum;
    return new Numbers(failures, span, n, failed, p0, suspects, p, q(p, suspects));
  }

  private static double q(double p, int suspects) {
    return Math.min(1, Math.max(1, suspects) * p);
  }

  static double p0(int n, int failed) {
    return Math.max(P0_FLOOR, upperBound(n, failed));
  }

  /** One-sided 95 % upper Clopper–Pearson bound (Clopper and Pearson 1934). */
  private static double upperBound(int n, int failed) {
    return failed >= n
        ? 1
        : BetaDistribution.of(failed + 1.0, n - failed).inverseCumulativeProbability(CONFIDENCE);
  }

  boolean significant(Timing timing) {
    return counted >= LEAST_COUNTED
        && span.compareTo(timing.span()) >= 0
        && pValue <= P_LIMIT
        && qValue <= Q_LIMIT;
  }

  /** What is missing to significance, in words; empty when nothing is. */
  String missing(Timing timing) {
    if (counted < LEAST_COUNTED) {
      return counted + " of " + LEAST_COUNTED + " counted failures";
    }
    if (span.compareTo(timing.span()) < 0) {
      return "the counted failures span " + span.toSeconds() + " s of " + timing.span().toSeconds();
    }
    if (pValue > P_LIMIT) {
      return "p = %.2g is above %s".formatted(pValue, P_LIMIT);
    }
    if (qValue > Q_LIMIT) {
      return "q = %.2g is above %s".formatted(qValue, Q_LIMIT);
    }
    return "";
  }
}
