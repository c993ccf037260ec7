package org.vpnprobe.report.redact;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What tells a server by its key, and can be looked up in public scans. */
final class Fingerprints {
  private static final String SHA256 = "SHA256:";

  private static final Pattern FINGERPRINT =
      Pattern.compile(
          "("
              + SHA256
              + ")[A-Za-z0-9+/]{43}=?|()(?:[0-9a-f]{2}:){15,127}[0-9a-f]{2}|()[0-9a-f]{32,}"
              + "|()[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])",
          Pattern.CASE_INSENSITIVE);

  /** No form has fewer letters and digits in a row, but that of pairs. */
  private static final int LEAST = 32;

  private final Known known;
  private final Pseudonyms pseudonyms;

  Fingerprints(Known known, Pseudonyms pseudonyms) {
    this.known = known;
    this.pseudonyms = pseudonyms;
  }

  @Nullable Hit at(String text, int i) {
    boolean possible =
        isPairs(text, i)
            || isLong(text, i)
            || text.regionMatches(true, i, SHA256, 0, SHA256.length());
    MatchResult key = possible ? Signs.found(FINGERPRINT, text, i) : null;
    return key == null ? null : new Hit(key.end(), shown(key));
  }

  private static boolean isPairs(String text, int i) {
    return Signs.is(':', text, i + 2) && Signs.is(':', text, i + 5) && Signs.isHex(text, i);
  }

  private static boolean isLong(String text, int i) {
    if (text.length() - i < LEAST) {
      return false;
    }
    for (int at = i; at < i + LEAST; at++) {
      boolean base64 =
          Signs.isLetter(text, at)
              || Signs.isDigit(text, at)
              || Signs.is('+', text, at)
              || Signs.is('/', text, at);
      if (!base64) {
        return false;
      }
    }
    return true;
  }

  /** An address in 32 digits is one, and no key. */
  private String shown(MatchResult key) {
    return known
        .number(key.group().toLowerCase(Locale.ROOT))
        .map(pseudonyms::address)
        .orElseGet(
            () -> (key.group(1) == null ? "" : key.group(1)) + pseudonyms.of("key", key.group()));
  }
}
