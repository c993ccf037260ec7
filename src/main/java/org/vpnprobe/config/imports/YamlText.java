package org.vpnprobe.config.imports;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes endpoints as YAML that a person would have written. */
final class YamlText {
  /**
   * What every YAML reader takes for a text in plain style, also inside brackets. Possessive: else
   * each character of a long text takes its part of the stack.
   */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z/_](?:[A-Za-z0-9/_.+@=-]|:(?=[A-Za-z0-9/]))*+");

  /** Host and port; a bare 12:34 would be a sexagesimal number for YAML 1.1. */
  private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}(:\\d{1,5})?");

  private static final Pattern WORD =
      Pattern.compile("(?i)null|true|false|yes|no|on|off|y|n|~|\\.inf|\\.nan");

  /** Characters that may stand in a literal block. */
  private static final Pattern BLOCK = Pattern.compile("[\\x20-\\x7e\\n\u00a1-\ud7ff]*");

  private YamlText() {}

  /**
   * A list of mappings.
   *
   * @param indent how many spaces go before every dash
   */
  static String items(List<Map<String, Object>> mappings, int indent) {
    StringBuilder out = new StringBuilder();
    for (Map<String, Object> mapping : mappings) {
      String before = " ".repeat(indent) + "- ";
      for (Map.Entry<String, Object> entry : mapping.entrySet()) {
        out.append(before).append(scalar(entry.getKey())).append(':');
        value(out, entry.getValue(), indent + 2);
        before = " ".repeat(indent + 2);
      }
    }
    return out.toString();
  }

  private static void value(StringBuilder out, Object value, int indent) {
    if (value instanceof String text && isBlock(text)) {
      block(out, text, indent + 2);
    } else {
      out.append(' ');
      flow(out, value);
      out.append('\n');
    }
  }

  private static void flow(StringBuilder out, Object value) {
    switch (value) {
      case List<?> items -> {
        String separator = "[";
        for (Object item : items) {
          out.append(separator);
          flow(out, item);
          separator = ", ";
        }
        out.append(items.isEmpty() ? "[]" : "]");
      }
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(separator).append(scalar(String.valueOf(entry.getKey()))).append(": ");
          flow(out, entry.getValue());
          separator = ", ";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      case String text -> out.append(scalar(text));
      default -> out.append(value);
    }
  }

  private static boolean isBlock(String text) {
    return text.strip().indexOf('\n') > 0
        && !text.startsWith(" ")
        && !text.startsWith("\n")
        && BLOCK.matcher(text).matches();
  }

  /**
   * A literal block; how many line breaks end it says the indicator (YAML 1.2.2 section 8.1.1.2).
   */
  private static void block(StringBuilder out, String text, int indent) {
    boolean kept = text.endsWith("\n\n");
    out.append(kept ? " |+\n" : text.endsWith("\n") ? " |\n" : " |-\n");
    text.lines()
        .forEach(
            line -> out.append(line.isEmpty() ? "" : " ".repeat(indent)).append(line).append('\n'));
  }

  /** A text on one line, in quotes where it has to be. */
  static String scalar(String text) {
    boolean plain =
        (PLAIN.matcher(text).matches() && !WORD.matcher(text).matches())
            || ADDRESS.matcher(text).matches();
    if (plain) {
      return text;
    }
    StringBuilder out = new StringBuilder("\"");
    text.codePoints().forEach(c -> quoted(out, c));
    return out.append('"').toString();
  }

  private static void quoted(StringBuilder out, int c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        boolean shown =
            Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
        if ((c >= ' ' && c < 0x7f) || (c > 0xa0 && c < 0x10000 && shown)) {
          out.appendCodePoint(c);
        } else {
          out.append(c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\U%08x", c));
        }
      }
    }
  }
}
