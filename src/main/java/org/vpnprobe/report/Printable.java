package org.vpnprobe.report;

/**
 * Text for a terminal or a line-based file. What a server or a file wrote may hold escape
 * sequences, line breaks, characters that turn the reading direction, and commands to the CI system
 * whose log it lands in.
 */
public final class Printable {
  private Printable() {}

  /** The text with every control, format and separator character replaced by U+FFFD. */
  public static String of(String text) {
    String visible = visible(text);
    // What GitHub's runner obeys in any step's log: “::name …::” where a line begins, and
    // “##[name]”.
    if (visible.startsWith("::") && visible.indexOf("::", 2) > 0) {
      visible = '\uFFFD' + visible.substring(1);
    }
    return visible.replace("##[", "#\uFFFD[");
  }

  private static String visible(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); ) {
      int code = text.codePointAt(i);
      int width = Character.charCount(code);
      if (harmful(code)) {
        if (out == null) {
          out = new StringBuilder(text.length()).append(text, 0, i);
        }
        out.append('\uFFFD');
      } else if (out != null) {
        out.appendCodePoint(code);
      }
      i += width;
    }
    return out == null ? text : out.toString();
  }

  /** True for what is acted upon in place of being shown. */
  static boolean harmful(int code) {
    return switch (Character.getType(code)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
