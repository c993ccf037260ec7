package org.vpnprobe.report.redact;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Single characters of a text, where nothing stands behind its end. A million lines are looked
 * through character by character: what can be told by the first few is not left to a pattern.
 */
final class Signs {
  private Signs() {}

  /** True for a hexadecimal digit, small or capital. */
  static boolean isHex(String text, int i) {
    if (i >= text.length()) {
      return false;
    }
    char c = text.charAt(i);
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  /** True for a decimal digit of ASCII. */
  static boolean isDigit(String text, int i) {
    return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
  }

  /** True for a letter of ASCII. */
  static boolean isLetter(String text, int i) {
    if (i >= text.length()) {
      return false;
    }
    char c = text.charAt(i);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** True for this character. */
  static boolean is(char sign, String text, int i) {
    return i < text.length() && text.charAt(i) == sign;
  }

  /** The index behind so many hexadecimal digits at most. */
  static int afterHex(String text, int from, int most) {
    int end = from;
    while (end - from < most && isHex(text, end)) {
      end++;
    }
    return end;
  }

  /** The index behind so many decimal digits at most. */
  static int afterDigits(String text, int from, int most) {
    int end = from;
    while (end - from < most && isDigit(text, end)) {
      end++;
    }
    return end;
  }

  /** What the pattern finds at this index, with all of the text around it in view; or null. */
  static @Nullable Matcher found(Pattern pattern, String text, int i) {
    Matcher matcher =
        pattern
            .matcher(text)
            .region(i, text.length())
            .useTransparentBounds(true)
            .useAnchoringBounds(false);
    return matcher.lookingAt() ? matcher : null;
  }
}
