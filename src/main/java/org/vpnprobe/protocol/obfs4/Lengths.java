package org.vpnprobe.protocol.obfs4;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The lengths that the bursts of one connection have: a few of all that are possible, drawn anew
 * for each connection, as obfs4proxy does until the server's seed comes.
 */
final class Lengths {
  /** maxValues of obfs4proxy's table. */
  private static final int MOST = 100;

  private final RandomGenerator random;
  private final int[] table;

  /**
   * @param longest the greatest length, inclusive
   */
  Lengths(RandomGenerator random, int longest) {
    this.random = random;
    // No length of 0: a burst of whole segments is one of the greatest length.
    this.table =
        IntStream.range(0, random.nextInt(1, MOST + 1))
            .map(i -> random.nextInt(1, longest + 1))
            .toArray();
  }

  int next() {
    return table[random.nextInt(table.length)];
  }
}
