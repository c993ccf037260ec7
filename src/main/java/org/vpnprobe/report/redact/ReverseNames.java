package org.vpnprobe.report.redact;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses as names, their last part first (RFC 1035 section 3.5 and RFC 3596 section 2.5). */
final class ReverseNames {
  private static final Pattern REVERSE =
      Pattern.compile(
          "((?:\\d{1,3}\\.){4})(in-addr\\.arpa)|((?:[0-9a-f]\\.){32})(ip6\\.arpa)",
          Pattern.CASE_INSENSITIVE);

  private final Pseudonyms pseudonyms;

  ReverseNames(Pseudonyms pseudonyms) {
    this.pseudonyms = pseudonyms;
  }

  @Nullable Hit at(String text, int i) {
    MatchResult name = isPossible(text, i) ? Signs.found(REVERSE, text, i) : null;
    String shown = name == null ? null : shown(name);
    return name == null || shown == null ? null : new Hit(name.end(), shown);
  }

  /** Four numbers with a point behind each, or two digits of many. */
  private static boolean isPossible(String text, int i) {
    if (Signs.isHex(text, i)
        && Signs.is('.', text, i + 1)
        && Signs.isHex(text, i + 2)
        && Signs.is('.', text, i + 3)) {
      return true;
    }
    int end = i;
    for (int part = 0; part < 4; part++) {
      int digits = Signs.afterDigits(text, end, 3);
      if (digits == end || !Signs.is('.', text, digits)) {
        return false;
      }
      end = digits + 1;
    }
    return true;
  }

  private @Nullable String shown(MatchResult name) {
    String digits = name.group(1) == null ? name.group(3) : name.group(1);
    String[] labels = digits.split("\\.");
    StringBuilder forward = new StringBuilder();
    for (int i = labels.length - 1; i >= 0; i--) {
      forward.append(labels[i]).append(name.group(1) != null && i > 0 ? "." : "");
    }
    Optional<InetAddress> address =
        name.group(1) == null
            ? Literals.bytes(HexFormat.of().parseHex(forward))
            : Literals.address(forward.toString());
    String end = name.group(1) == null ? name.group(4) : name.group(2);
    return address.map(a -> pseudonyms.address(a) + "." + end).orElse(null);
  }
}
