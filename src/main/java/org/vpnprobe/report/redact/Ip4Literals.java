package org.vpnprobe.report.redact;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** IPv4 addresses as they are written, and listed ones with dashes, as hosts are named by them. */
final class Ip4Literals {
  private static final Pattern DOTTED = Pattern.compile("(?:\\d{1,3}\\.){3}\\d{1,3}(?!\\d|\\.\\d)");
  private static final Pattern DASHED =
      Pattern.compile("(\\d{1,3})([-_])(\\d{1,3})\\2(\\d{1,3})\\2(\\d{1,3})(?!\\d)");

  private final Known known;
  private final Pseudonyms pseudonyms;

  Ip4Literals(Known known, Pseudonyms pseudonyms) {
    this.known = known;
    this.pseudonyms = pseudonyms;
  }

  @Nullable Hit dotted(String text, int i) {
    int point = Signs.afterDigits(text, i, 3);
    boolean possible = point > i && Signs.is('.', text, point);
    MatchResult match = possible ? Signs.found(DOTTED, text, i) : null;
    Optional<InetAddress> address =
        match == null ? Optional.empty() : Literals.address(match.group());
    return match == null || address.isEmpty()
        ? null
        : new Hit(match.end(), pseudonyms.address(address.get(), match.group()));
  }

  /** Of those that the journals list: others may be dates and versions. */
  @Nullable Hit dashed(String text, int i) {
    int dash = Signs.afterDigits(text, i, 3);
    boolean possible = dash > i && (Signs.is('-', text, dash) || Signs.is('_', text, dash));
    MatchResult match = possible ? Signs.found(DASHED, text, i) : null;
    if (match == null) {
      return null;
    }
    String dotted =
        String.join(".", match.group(1), match.group(3), match.group(4), match.group(5));
    Optional<InetAddress> address = Literals.address(dotted).filter(known::lists);
    return address.isEmpty() ? null : new Hit(match.end(), pseudonyms.address(address.get()));
  }
}
