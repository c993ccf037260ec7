package org.vpnprobe.cli;

/**
 * Columns that text takes on a terminal: none for a mark upon the letter before it, two for
 * Chinese, Japanese and Korean letters and full-width forms (Unicode Standard Annex 11).
 */
final class Width {
  private Width() {}

  /** Of the whole text; it holds no control characters. */
  static int of(String text) {
    return text.codePoints().map(Width::of).sum();
  }

  /** Cut or filled up with spaces to exactly this width; a cut text ends in “…”. */
  static String pad(String text, int width) {
    int own = of(text);
    if (own <= width) {
      return text + " ".repeat(width - own);
    }
    StringBuilder out = new StringBuilder();
    int used = 0;
    for (int code : text.codePoints().toArray()) {
      int next = of(code);
      if (used + next > width - 1) {
        break;
      }
      out.appendCodePoint(code);
      used += next;
    }
    return out.append('…').append(" ".repeat(width - 1 - used)).toString();
  }

  private static int of(int code) {
    if (code < 0x300) {
      return 1;
    }
    int type = Character.getType(code);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    if (code >= 0xFF00 && code <= 0xFFEF) {
      return code <= 0xFF60 || code >= 0xFFE0 && code <= 0xFFE6 ? 2 : 1;
    }
    return switch (Character.UnicodeScript.of(code)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, YI -> 2;
      default -> Character.isEmojiPresentation(code) ? 2 : 1;
    };
  }
}
