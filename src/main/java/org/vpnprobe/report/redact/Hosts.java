package org.vpnprobe.report.redact;

import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.report.redact.Texts.Mode;

/** Host names: those that the journals list, and those that are ones by their form. */
final class Hosts {
  /** More of a text is looked at by nobody (RFC 1035 section 2.3.4 has 255 for all of a name). */
  private static final int LONGEST_TOKEN = 255;

  private static final int LONGEST_LABEL = 63;

  private final Known known;
  private final Pseudonyms pseudonyms;

  Hosts(Known known, Pseudonyms pseudonyms) {
    this.known = known;
    this.pseudonyms = pseudonyms;
  }

  /** A host name: a listed one, or one by its form; the longer of the two. */
  @Nullable Hit at(String text, int i, Mode mode) {
    int end = Math.max(listed(text, i, mode), mode == Mode.NAMES ? -1 : formed(text, i));
    if (end < 0) {
      return null;
    }
    String name = text.substring(i, end);
    return new Hit(end, Literals.isSpared(name) ? name : pseudonyms.host(Known.canonical(name)));
  }

  /** Where what looks like a host name ends; negative when nothing does. */
  static int formed(String text, int i) {
    Matcher name = mayBe(text, i) ? Signs.found(Literals.HOST, text, i) : null;
    return name == null ? -1 : name.end();
  }

  /** Behind its first label comes one that begins with a letter; beyond ASCII the pattern tells. */
  private static boolean mayBe(String text, int i) {
    int point = i;
    while (point - i <= LONGEST_LABEL && isOfLabel(text, point)) {
      point++;
    }
    if (point < text.length() && text.charAt(point) >= 0x80) {
      return true;
    }
    if (point == i || point - i > LONGEST_LABEL || Signs.is('-', text, i)) {
      return false;
    }
    int last = Math.min(text.length() - 1, i + 30 * (LONGEST_LABEL + 1));
    for (int at = point; at < last; at++) {
      boolean parts = text.charAt(at) == '.';
      if (parts && (Signs.isLetter(text, at + 1) || text.charAt(at + 1) >= 0x80)) {
        return true;
      }
      if (!parts && !isOfLabel(text, at)) {
        return text.charAt(at) >= 0x80;
      }
    }
    return false;
  }

  private static boolean isOfLabel(String text, int i) {
    return Signs.isLetter(text, i)
        || Signs.isDigit(text, i)
        || Signs.is('_', text, i)
        || Signs.is('-', text, i);
  }

  /** Where a listed host name ends; negative when none is there. */
  int listed(String text, int i, Mode mode) {
    if (!known.listsHosts()) {
      return -1;
    }
    int end = tokenEnd(text, i);
    if (end == i) {
      return -1;
    }
    int point = text.indexOf('.', i, end);
    if (point > i && known.begins(Known.canonical(text.substring(i, point)))) {
      for (int to = end; to > point; to--) {
        boolean bounded =
            Character.isLetterOrDigit(text.charAt(to - 1))
                && (to == text.length() || !Character.isLetterOrDigit(text.charAt(to)));
        if (bounded && known.host(Known.canonical(text.substring(i, to)), false)) {
          return to;
        }
      }
    }
    return mode == Mode.TEXT && known.listsWords() ? word(text, i, end, point) : -1;
  }

  /** A host name of one label may be a word: it has to stand alone. */
  private int word(String text, int i, int end, int point) {
    boolean alone = point < 0 || point >= end - 1;
    alone &= i == 0 || "-_.".indexOf(text.charAt(i - 1)) < 0;
    int to = end;
    while (to > i && (text.charAt(to - 1) == '.' || text.charAt(to - 1) == '-')) {
      to--;
    }
    return alone && known.host(Known.canonical(text.substring(i, to)), true) ? to : -1;
  }

  /** Where letters, digits and what may stand between them in a name end. */
  private static int tokenEnd(String text, int i) {
    int end = i;
    for (int count = 0; count < LONGEST_TOKEN && end < text.length(); count++) {
      int code = text.codePointAt(end);
      if (!isOfToken(code)) {
        break;
      }
      end += Character.charCount(code);
    }
    return end;
  }

  private static boolean isOfToken(int code) {
    return code < 0x80
        ? Character.isLetterOrDigit(code) || code == '_' || code == '.' || code == '-'
        : switch (Character.getType(code)) {
          case Character.UPPERCASE_LETTER,
              Character.LOWERCASE_LETTER,
              Character.TITLECASE_LETTER,
              Character.MODIFIER_LETTER,
              Character.OTHER_LETTER,
              Character.DECIMAL_DIGIT_NUMBER,
              Character.LETTER_NUMBER,
              Character.OTHER_NUMBER,
              Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK ->
              true;
          default -> false;
        };
  }
}
