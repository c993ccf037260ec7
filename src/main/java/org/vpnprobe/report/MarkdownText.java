package org.vpnprobe.report;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Text of others in GitHub Flavored Markdown. Names and ids stand as code, in which no forge links
 * a mention, an issue or an address; what could end the code is written as character references,
 * which cannot take the place of symbols that give structure (CommonMark 0.31 section 2.5).
 */
final class MarkdownText {
  /** Says nothing to Markdown inside a code span, also within a table. */
  private static final Pattern PLAIN_CODE =
      Pattern.compile(
          "[\\p{L}\\p{M}\\p{N}._:/@+=,;()'-](?:[\\p{L}\\p{M}\\p{N} ._:/@+=,;()'-]*"
              + "[\\p{L}\\p{M}\\p{N}._:/@+=,;()'-])?");

  /** A word, number or sign that says nothing to Markdown nor to a forge. */
  private static final Pattern PLAIN_WORD =
      Pattern.compile(
          "[\\p{L}\\p{M}\\p{N}]+(?:[-'’/–][\\p{L}\\p{M}\\p{N}]+)*(?:\\.\\p{N}+)?|[=≥≤·×–—%/]");

  /** What stands around a word: an opening, the word, punctuation. */
  private static final Pattern WORD = Pattern.compile("([(“‘]*)(.*?)([.,;:?)%”’]*)");

  private MarkdownText() {}

  /** A name, an id or whatever a server said, as code. */
  static String code(String text) {
    String shown = Printable.of(text);
    if (PLAIN_CODE.matcher(shown).matches()) {
      return "`" + shown + "`";
    }
    StringBuilder out = new StringBuilder("<code>");
    shown
        .codePoints()
        .forEach(code -> {
          if (code >= 0x80 || Character.isLetterOrDigit(code) || code == ' ') {
            out.appendCodePoint(code);
          } else {
            out.append("&#").append(code).append(';');
          }
          if (code == '@') {
            out.append("<wbr>"); // An address of mail is linked even here; a broken one is not.
          }
        });
    return out.append("</code>").toString();
  }

  /** A sentence of ours that may have words of others in it: those stand as code. */
  static String sentence(String text) {
    return Arrays.stream(Printable.of(text).strip().split("\\s+"))
        .map(MarkdownText::word)
        .collect(Collectors.joining(" "));
  }

  private static String word(String text) {
    Matcher parts = WORD.matcher(text);
    if (!parts.matches() || parts.group(2).isEmpty()) {
      return text.isEmpty() || PLAIN_WORD.matcher(text).matches() ? text : code(text);
    }
    String word = parts.group(2);
    return parts.group(1)
        + (PLAIN_WORD.matcher(word).matches() ? word : code(word))
        + parts.group(3);
  }
}
