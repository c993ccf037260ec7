package org.vpnprobe.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** What of the user's text may be repeated in a message. */
final class Shown {
  private static final int MOST_CHARS = 60;

  /** Keys whose values are secret or may be, whatever type they have. */
  private static final Pattern SECRET_KEY =
      Pattern.compile("pass|secret|private|psk|shared|token|key|auth|crypt|uuid|proxy|login|cert");

  /** What a key looks like; anything after it may be a value that lost its space or colon. */
  private static final Pattern KEY = Pattern.compile("[\\p{L}\\p{N}_.*-]{1,40}");

  /** Everything before an @ may be a login. */
  private static final Pattern LOGIN = Pattern.compile("[^\\s,]*@");

  /** Variables have capital letters by convention (POSIX.1-2024 XBD section 8.1). */
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{(env:[A-Z_][A-Z0-9_]{0,99}|(file|lab):[\\p{L}\\p{N}_./ -]{1,200})\\}");

  private Shown() {}

  /** True when the value of this key must not be repeated. */
  static boolean hides(String key) {
    return SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).find();
  }

  /** A key as it may be shown: no more of it than looks like a key. */
  static String key(String text) {
    var start = KEY.matcher(text);
    if (start.matches()) {
      return text;
    }
    return start.lookingAt() ? start.group() + "…" : "…";
  }

  /** A reference as it may be shown: nothing of what may be a secret that lost its quotes. */
  static String reference(String text) {
    return REFERENCE.matcher(text).matches() ? text : "${…}";
  }

  /** A text as it may be shown: short, on one line, printable, without a login. */
  static String text(String text) {
    if (text.contains("-----BEGIN")) {
      return "-----BEGIN…"; // A private key in the place of a certificate is one all the same.
    }
    String start = text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) + "…" : text;
    return printable(LOGIN.matcher(start).replaceAll("…@"));
  }

  /** The text with what a terminal would obey made visible. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().forEach(c -> append(shown, c));
    return shown.toString();
  }

  private static void append(StringBuilder shown, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          shown.append(String.format("\\u%04x", c));
      default -> shown.appendCodePoint(c);
    }
  }
}
