package org.vpnprobe.analysis.change;

/**
 * Where a row of answers is best cut in two, and how much better two shares fit it than one.
 *
 * <p>The gain is the logarithm of the likelihood ratio of the two shares to the one, over the
 * split. Runs that resemble their neighbours say less than their number: the gain is multiplied by
 * (1 − ρ)/(1 + ρ), the share of independent runs in a first-order process of correlation ρ
 * (Bartlett 1946).
 *
 * @param at the first index after the cut
 * @param first the first cut that fits nearly as well
 * @param last the last one
 * @param dependence ρ, 0 to 0.9
 * @param gain natural logarithm
 * @param pValue an upper bound: the number of cuts times the number of possible counts on both
 *     sides times e to the minus gain (method of types, Cover and Thomas, theorem 11.1.4)
 */
record Split(int at, int first, int last, double dependence, double gain, double pValue) {
  /** Cuts up to 20 times less likely than the best one may be the true one. */
  private static final double NEARLY = Math.log(20);

  private static final double MOST_DEPENDENCE = 0.9;

  /**
   * The best cut of the answers from one index up to, not including, another.
   *
   * @param works how many answers below an index are good
   */
  static Split of(int[] works, int from, int to) {
    int best = from + 1;
    double most = -1;
    for (int at = from + 1; at < to; at++) {
      double gain = gain(works, from, at, to);
      if (gain > most) {
        most = gain;
        best = at;
      }
    }
    double rho = dependence(works, from, best, to);
    double weight = (1 - rho) / (1 + rho);
    int first = best;
    int last = best;
    for (int at = from + 1; at < to; at++) {
      if (weight * (most - gain(works, from, at, to)) <= NEARLY) {
        first = Math.min(first, at);
        last = Math.max(last, at);
      }
    }
    double gain = weight * Math.max(0, most);
    double types = (double) (to - from) * (best - from + 1) * (to - best + 1);
    return new Split(best, first, last, rho, gain, Math.min(1, types * Math.exp(-gain)));
  }

  private static double gain(int[] works, int from, int at, int to) {
    return fit(works, from, at) + fit(works, at, to) - fit(works, from, to);
  }

  /** The log-likelihood of a piece by its own share. */
  private static double fit(int[] works, int from, int to) {
    int good = works[to] - works[from];
    int bad = to - from - good;
    double n = to - from;
    return (good == 0 ? 0 : good * Math.log(good / n)) + (bad == 0 ? 0 : bad * Math.log(bad / n));
  }

  /** Lag-one correlation of what differs from the share of its own side. */
  private static double dependence(int[] works, int from, int at, int to) {
    double before = (works[at] - works[from]) / (double) (at - from);
    double after = (works[to] - works[at]) / (double) (to - at);
    double squares = 0;
    double products = 0;
    double previous = 0;
    for (int i = from; i < to; i++) {
      double rest = works[i + 1] - works[i] - (i < at ? before : after);
      squares += rest * rest;
      products += i == from || i == at ? 0 : rest * previous;
      previous = rest;
    }
    return squares == 0 ? 0 : Math.clamp(products / squares, 0, MOST_DEPENDENCE);
  }
}
