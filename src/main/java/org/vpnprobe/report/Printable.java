package org.vpnprobe.report;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text for a terminal or a line-based file. What a server or a file wrote may hold escape
 * sequences, line breaks, characters that turn the reading direction, and commands to the CI system
 * whose log it lands in.
 */
public final class Printable {
  private Printable() {}

  /**
   * What GitHub's runner takes for an order where a line begins, whatever white space stands before
   * it: {@code ::name …::}.
   */
  private static final Pattern COMMAND = Pattern.compile("^([\\p{Z}\\s]*):(?=:.*::)");

  /**
   * What CI systems obey wherever it stands in a line: {@code ##[name]} (GitHub, Azure Pipelines),
   * {@code ##vso[…]} (Azure Pipelines), {@code ##teamcity[…]}.
   */
  private static final Pattern ORDER = Pattern.compile("##(?=\\w*\\[)");

  /** The text with every control, format and separator character replaced by U+FFFD. */
  public static String of(String text) {
    String visible = visible(text);
    if (visible.contains("::")) {
      visible = COMMAND.matcher(visible).replaceFirst("$1\uFFFD");
    }
    return withoutOrders(visible, "#\uFFFD");
  }

  /**
   * The text without orders to CI systems that stand within a line.
   *
   * @param instead what takes the place of the two signs before the order's name
   */
  static String withoutOrders(String text, String instead) {
    return text.contains("##")
        ? ORDER.matcher(text).replaceAll(Matcher.quoteReplacement(instead))
        : text;
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
