package org.vpnprobe.lab;

/**
 * The rule by which the Great Firewall held a first packet to be fully encrypted (Wu et al., "How
 * the Great Firewall of China Detects and Blocks Fully Encrypted Traffic", USENIX Security 2023,
 * algorithm 1): everything is suspicious but what is exempt.
 */
final class FullyEncrypted {
  private static final double FEW_BITS = 3.4;
  private static final double MANY_BITS = 4.6;
  private static final int PRINTABLE_START = 6;
  private static final int PRINTABLE_RUN = 20;
  private static final String[] VERBS = {
    "GET ", "PUT ", "POST ", "HEAD ", "CONNECT ", "DELETE ", "OPTIONS ", "TRACE ", "PATCH "
  };

  private FullyEncrypted() {}

  /** True when nothing exempts the payload. */
  static boolean looksLike(byte[] payload) {
    if (payload.length == 0) {
      return false;
    }
    int bits = 0;
    int printable = 0;
    int run = 0;
    int longest = 0;
    int start = -1;
    for (int i = 0; i < payload.length; i++) {
      bits += Integer.bitCount(payload[i] & 0xff);
      if (payload[i] >= 0x20 && payload[i] <= 0x7e) {
        printable++;
        run++;
        longest = Math.max(longest, run);
      } else {
        run = 0;
        start = start < 0 ? i : start;
      }
    }
    double each = (double) bits / payload.length;
    boolean startsPrintable = (start < 0 ? payload.length : start) >= PRINTABLE_START;
    return each > FEW_BITS
        && each < MANY_BITS
        && !startsPrintable
        && 2 * printable <= payload.length
        && longest <= PRINTABLE_RUN
        && !isTls(payload)
        && !isHttp(payload);
  }

  /** The first three bytes of a TLS record: handshake or application data, any version 3.x. */
  private static boolean isTls(byte[] payload) {
    return payload.length >= 3
        && (payload[0] == 0x16 || payload[0] == 0x17)
        && payload[1] == 3
        && payload[2] >= 0
        && payload[2] <= 9;
  }

  private static boolean isHttp(byte[] payload) {
    String text =
        new String(
            payload, 0, Math.min(8, payload.length), java.nio.charset.StandardCharsets.US_ASCII);
    for (String verb : VERBS) {
      if (text.startsWith(verb)) {
        return true;
      }
    }
    return false;
  }
}
