package org.vpnprobe.report.redact;

import java.util.function.BiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.report.redact.Texts.Mode;

/** A place in a URL says whose it is (RFC 3986 section 3): paths may hold an account. */
final class Urls {
  private static final Pattern URL =
      Pattern.compile(
          "([a-z][a-z0-9+.-]{0,30}://)([^\\s/?#\"'<>“”]*)([/?#][^\\s\"'<>“”]*)?",
          Pattern.CASE_INSENSITIVE);

  private static final int LONGEST_SCHEME = 31;

  private final BiFunction<String, Mode, String> redacted;

  /**
   * @param redacted what becomes of the server's name and port
   */
  Urls(BiFunction<String, Mode, String> redacted) {
    this.redacted = redacted;
  }

  @Nullable Hit at(String text, int i, Mode mode) {
    MatchResult url = hasScheme(text, i) ? Signs.found(URL, text, i) : null;
    return url == null ? null : new Hit(url.end(), shown(url, mode));
  }

  private static boolean hasScheme(String text, int i) {
    if (!Signs.isLetter(text, i)) {
      return false;
    }
    int end = i + 1;
    while (end - i < LONGEST_SCHEME && isOfScheme(text, end)) {
      end++;
    }
    return text.startsWith("://", end);
  }

  private static boolean isOfScheme(String text, int i) {
    return Signs.isLetter(text, i)
        || Signs.isDigit(text, i)
        || (i < text.length() && "+.-".indexOf(text.charAt(i)) >= 0);
  }

  private String shown(MatchResult url, Mode mode) {
    String authority = url.group(2);
    int at = authority.lastIndexOf('@');
    String path = url.group(3);
    boolean bare = path == null || path.equals("/");
    return url.group(1)
        + (at < 0 ? "" : "…@")
        + redacted.apply(authority.substring(at + 1), mode)
        + (bare ? path == null ? "" : path : "/…");
  }
}
