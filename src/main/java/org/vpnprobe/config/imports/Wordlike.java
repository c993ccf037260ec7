package org.vpnprobe.config.imports;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words of a foreign file as they may be shown. In a broken file anything may stand where a word of
 * some vocabulary should: of what looks like a key, a UUID or a password made by a machine an
 * ellipsis is left.
 */
public final class Wordlike {
  /** What of a text could be one: shorter ones are none. */
  private static final Pattern RUN = Pattern.compile("[\\p{L}\\p{N}+/=_-]{8,}+");

  /** Between signs: letters with a number before, behind or within, as in v2ray or poly1305. */
  private static final Pattern PIECE =
      Pattern.compile(
          "\\p{N}{1,10}|\\p{N}{0,2}\\p{L}{1,20}\\p{N}{0,5}|\\p{L}{1,4}\\p{N}\\p{L}{1,12}");

  /** Capitals within a word, as in allowInsecure: base64 has more. */
  private static final Pattern CAPITAL = Pattern.compile("\\p{Ll}\\p{Lu}");

  private static final int MOST_CAPITALS = 4;
  private static final Pattern SIGNS = Pattern.compile("[+/=_-]+");
  private static final Pattern QUOTED = Pattern.compile("“([^”]*)”");

  /** In a name, where a short one may be somebody's number of a server. */
  private static final Pattern IN_NAME =
      Pattern.compile(
          "\\p{XDigit}{4,}(?:-\\p{XDigit}{4}){2,3}-\\p{XDigit}{6,}|[\\p{L}\\p{N}]{16,}");

  private Wordlike() {}

  /** A name without what may be a secret. */
  static String named(String label) {
    return IN_NAME
        .matcher(label)
        .replaceAll(run -> isWord(run.group()) ? Matcher.quoteReplacement(run.group()) : "");
  }

  /** The text without what may be a secret. */
  public static String shown(String text) {
    return RUN.matcher(text)
        .replaceAll(run -> Matcher.quoteReplacement(isWord(run.group()) ? run.group() : "…"));
  }

  /** A sentence of ours without what may be a secret in the texts that it quotes. */
  static String quoted(String sentence) {
    return QUOTED
        .matcher(sentence)
        .replaceAll(quote -> Matcher.quoteReplacement("“" + shown(quote.group(1)) + "”"));
  }

  private static boolean isWord(String run) {
    for (String piece : SIGNS.split(run, -1)) {
      if (!piece.isEmpty() && !PIECE.matcher(piece).matches()) {
        return false;
      }
    }
    return CAPITAL.matcher(run).results().count() <= MOST_CAPITALS;
  }
}
