package org.vpnprobe.cli;

/** Our own signs and quotation marks in ASCII, each as wide as before. Letters stay. */
final class Plain {
  private static final String SIGNS = "✓◐✗≈↓–—…“”‘’·×≥≤→";
  private static final String ASCII = "+oX~v--.\"\"''*x><>";

  private Plain() {}

  /** The text with its signs replaced. */
  static String of(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      int sign = SIGNS.indexOf(out.charAt(i));
      if (sign >= 0) {
        out.setCharAt(i, ASCII.charAt(sign));
      }
    }
    return out.toString();
  }
}
