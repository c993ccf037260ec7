package org.vpnprobe.report.redact;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Addresses and host names as they are written. */
final class Literals {
  /** Nobody's: they tell what a resolver or a path answered, or what an experiment asked for. */
  private static final Set<String> SPARED =
      Set.of(
          "localhost", "www.example.com", "www.example.org", "0.0.0.0", "::", "127.0.0.1", "::1");

  /**
   * Ends of host names: every country's (two letters), the generic ones that servers are found
   * under, those for special use (RFC 6761, RFC 7686, RFC 8375) and those that private networks
   * use. A listed name needs no known end. Those in Punycode come first, or two letters of one
   * would be an end; a port behind a dash is none of it.
   */
  private static final String ENDS =
      "xn--[a-z0-9]{1,59}(?:-(?=[0-9]*[a-z])[a-z0-9]{1,59})?|[a-z]{2}|com|net|org|info|biz|name|pro|edu|gov|mil|int|arpa|mobi|app|dev"
          + "|cloud|online|site|website|store|shop|tech|space|live|link|click|host|hosting|network"
          + "|systems|services|solutions|digital|agency|company|email|world|global|group|team|work"
          + "|works|zone|blog|wiki|news|media|social|club|fun|top|xyz|vip|win|icu|bond|cfd|sbs|lol"
          + "|tel|asia|eu|onion|internal|intranet|private|corp|home|lan|local|localdomain|test"
          + "|example|invalid|vpn|page|run|center|studio|tools|support|security|foundation|science"
          + "|engineering|education|academy|institute|report|press|express|direct|money|finance"
          + "|rocks|ninja|guru|expert|life|today|city|berlin|paris|london|tokyo|moscow|xin|ren|wang";

  /** One or more labels and an end (RFC 1123 section 2.1, with underscores and letters of IDNs). */
  static final Pattern HOST =
      Pattern.compile(
          "(?:[\\p{L}\\p{N}_][\\p{L}\\p{N}\\p{M}_-]{0,62}\\.){1,30}(?:"
              + ENDS
              + "|[\\p{L}&&[^\\p{ASCII}]][\\p{L}\\p{M}]*)(?![\\p{L}\\p{N}_]|\\.[\\p{L}\\p{N}])",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  /** Of an IPv6 address whose end is written as an IPv4 address (RFC 4291 section 2.2). */
  private static final int LEAST_COLONS = 6;

  private static final Pattern DOTTED =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  private Literals() {}

  /** True for words and addresses that stand for no place of their own. */
  static boolean isSpared(String text) {
    return SPARED.contains(text.toLowerCase(Locale.ROOT));
  }

  /** The address of a literal, IPv4-mapped ones as the IPv4 address; empty for anything else. */
  static Optional<InetAddress> address(String text) {
    int zone = text.indexOf('%');
    String bare = zone < 0 ? text : text.substring(0, zone);
    if (bare.indexOf(':') < 0) {
      return bare.indexOf('.') < 0 ? Optional.empty() : dotted(bare);
    }
    if (!bare.contains("::") && colons(bare) < LEAST_COLONS) {
      return Optional.empty(); // A time of day.
    }
    try {
      return Optional.of(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static long colons(String text) {
    return text.chars().filter(c -> c == ':').count();
  }

  private static Optional<InetAddress> dotted(String text) {
    var parts = DOTTED.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      int part = Integer.parseInt(parts.group(i + 1));
      if (part > 255) {
        return Optional.empty();
      }
      bytes[i] = (byte) part;
    }
    return bytes(bytes);
  }

  /** The address of these bytes, empty when there are too many or too few. */
  static Optional<InetAddress> bytes(byte[] bytes) {
    try {
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (java.net.UnknownHostException e) {
      return Optional.empty();
    }
  }
}
