package org.vpnprobe.analysis.change;

import java.util.Random;

/**
 * The sign-flip permutation test (Fisher 1935): were the shifts of the endpoints as likely to be
 * upward as downward, how often would their sum be as large? One number for each endpoint: that its
 * runs resemble each other does no harm. What hits all endpoints at once does.
 */
final class SignFlips {
  /** Up to so many, every combination is tried. */
  private static final int EXACT = 16;

  private static final int SAMPLES = 20_000;
  private static final long SEED = 20_270_201;
  private static final double ROUNDING = 1e-9;

  private SignFlips() {}

  /** The two-sided p-value; 1 for no endpoint. */
  static double pValue(double[] shifts) {
    double sum = 0;
    for (double shift : shifts) {
      sum += shift;
    }
    double limit = Math.abs(sum) - ROUNDING;
    return shifts.length <= EXACT ? exact(shifts, limit) : sampled(shifts, limit);
  }

  /** The least that so many endpoints can give. */
  static double least(int endpoints) {
    return Math.min(1, Math.pow(2, 1.0 - endpoints));
  }

  private static double exact(double[] shifts, double limit) {
    int all = 1 << shifts.length;
    int asLarge = 0;
    for (int signs = 0; signs < all; signs++) {
      double sum = 0;
      for (int i = 0; i < shifts.length; i++) {
        sum += (signs >> i & 1) == 0 ? shifts[i] : -shifts[i];
      }
      asLarge += Math.abs(sum) >= limit ? 1 : 0;
    }
    return (double) asLarge / all;
  }

  private static double sampled(double[] shifts, double limit) {
    Random random = new Random(SEED);
    int asLarge = 1; // The one that was seen.
    for (int i = 0; i < SAMPLES; i++) {
      double sum = 0;
      for (double shift : shifts) {
        sum += random.nextBoolean() ? shift : -shift;
      }
      asLarge += Math.abs(sum) >= limit ? 1 : 0;
    }
    return (double) asLarge / (SAMPLES + 1);
  }
}
