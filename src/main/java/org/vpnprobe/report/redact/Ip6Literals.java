package org.vpnprobe.report.redact;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * IPv6 addresses as they are written (RFC 4291 section 2.2), with their zones; a port that stands
 * behind one without a bracket stays.
 */
final class Ip6Literals {
  /** Also as it stands in a URL's query ({@code %3A}). */
  private static final Pattern COLONS =
      Pattern.compile(
          "(?:[0-9a-f]{0,4}(?::|%3a)){2,9}(?:[0-9a-f]{1,4}(?![0-9a-f]))?(?:(?:\\.\\d{1,3}){3})?",
          Pattern.CASE_INSENSITIVE);

  private static final String ENCODED = "%3a";
  private static final Pattern PERCENT = Pattern.compile(ENCODED, Pattern.CASE_INSENSITIVE);
  private static final Pattern ZONE = Pattern.compile("%(?:25)?[A-Za-z0-9_.-]*[A-Za-z0-9]");

  private final Known known;
  private final Pseudonyms pseudonyms;

  Ip6Literals(Known known, Pseudonyms pseudonyms) {
    this.known = known;
    this.pseudonyms = pseudonyms;
  }

  /**
   * @param listedOnly others than those that the journals list are left
   */
  @Nullable Hit at(String text, int i, boolean listedOnly) {
    int second = afterColon(text, i);
    boolean possible = second >= 0 && afterColon(text, second) >= 0;
    Matcher run = possible ? Signs.found(COLONS, text, i) : null;
    return run == null ? null : longest(text, i, run.group(), listedOnly);
  }

  /** The index behind some digits and a colon; negative when none is there. */
  private static int afterColon(String text, int from) {
    int end = Signs.afterHex(text, from, 4);
    if (Signs.is(':', text, end)) {
      return end + 1;
    }
    return text.regionMatches(true, end, ENCODED, 0, ENCODED.length())
        ? end + ENCODED.length()
        : -1;
  }

  /** The longest listed address that a run of digits and colons begins with, else the longest. */
  private @Nullable Hit longest(String text, int i, String run, boolean listedOnly) {
    InetAddress found = null;
    int to = 0;
    for (int end = run.length(); end > 1; end--) {
      boolean whole = end == run.length() || run.charAt(end) == ':' || run.charAt(end) == '%';
      Optional<InetAddress> address = whole ? Literals.address(plain(run, end)) : Optional.empty();
      if (address.isPresent()) {
        boolean listed = known.lists(address.get());
        if (listed || (found == null && !listedOnly)) {
          found = address.get();
          to = end;
        }
        if (listed) {
          break;
        }
      }
    }
    if (found == null) {
      return null;
    }
    Matcher zone = to == run.length() ? Signs.found(ZONE, text, i + to) : null;
    return new Hit(zone == null ? i + to : zone.end(), pseudonyms.address(found, plain(run, to)));
  }

  private static String plain(String run, int end) {
    String part = run.substring(0, end);
    return part.indexOf('%') < 0 ? part : PERCENT.matcher(part).replaceAll(":");
  }
}
