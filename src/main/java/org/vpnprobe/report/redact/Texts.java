package org.vpnprobe.report.redact;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces addresses and host names within text. What stands around them, ports and prefix lengths
 * too, stays as it is. Not for several threads.
 */
final class Texts {
  /** How far a text may be taken apart. */
  enum Mode {
    /** What people or servers wrote. */
    TEXT,
    /** Sentences of our own and the user's tags: a word alone is no host name. */
    WORDS,
    /** Names of rules, carriers, files: only what is listed, and address literals. */
    NAMES
  }

  /** A place in a URL says whose it is (RFC 3986 section 3): paths may hold an account. */
  private static final Pattern URL =
      Pattern.compile(
          "([a-z][a-z0-9+.-]{0,30}://)([^\\s/?#\"'<>“”]*)([/?#][^\\s\"'<>“”]*)?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern HOME =
      Pattern.compile(
          "(?:(?:/var|/export)?/(?:home|Users)/[^\\s/:“”\"']+|/root|~|[A-Za-z]:\\\\Users\\\\[^\\s\\\\“”\"']+)"
              + "[/\\\\](?:[^\\s/\\\\:“”\"']+[/\\\\]){0,40}");

  /** RFC 1035 section 3.5 and RFC 3596 section 2.5. */
  private static final Pattern REVERSE =
      Pattern.compile(
          "((?:\\d{1,3}\\.){4})(in-addr\\.arpa)|((?:[0-9a-f]\\.){32})(ip6\\.arpa)",
          Pattern.CASE_INSENSITIVE);

  /** Also as it stands in a URL's query ({@code %3A}). */
  private static final Pattern COLONS =
      Pattern.compile(
          "(?:[0-9a-f]{0,4}(?::|%3a)){2,9}(?:[0-9a-f]{1,4}(?![0-9a-f]))?(?:(?:\\.\\d{1,3}){3})?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern PERCENT = Pattern.compile("%3a", Pattern.CASE_INSENSITIVE);
  private static final Pattern ZONE = Pattern.compile("%(?:25)?[A-Za-z0-9_.-]*[A-Za-z0-9]");
  private static final Pattern DOTTED = Pattern.compile("(?:\\d{1,3}\\.){3}\\d{1,3}(?!\\d|\\.\\d)");
  private static final Pattern DASHED =
      Pattern.compile("(\\d{1,3})([-_])(\\d{1,3})\\2(\\d{1,3})\\2(\\d{1,3})(?!\\d)");
  private static final Pattern ENDING = Pattern.compile("[.-]+$");
  private static final Pattern DIGITS = Pattern.compile("[0-9A-Fa-f]{8,}");
  private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{N}\\p{M}_.-]{1,255}");

  /** What tells a server by its key, and can be looked up in public scans. */
  private static final Pattern FINGERPRINT =
      Pattern.compile(
          "(SHA256:)[A-Za-z0-9+/]{43}=?|()(?:[0-9a-f]{2}:){15,127}[0-9a-f]{2}|()[0-9a-f]{32,}"
              + "|()[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])",
          Pattern.CASE_INSENSITIVE);

  /** What came out of here once goes through unchanged. */
  private static final Pattern OURS =
      Pattern.compile(
          "(?:host|ip4|ip6|key|name)-[0-9a-f]{8,64}(?![\\p{L}\\p{N}])"
              + "(?:\\.(?:in-addr|ip6)\\.arpa)?");

  private static final int MOST_DONE = 1 << 16;

  private final Known known;
  private final Pseudonyms pseudonyms;
  private final Map<Mode, Map<String, String>> done = new HashMap<>();

  Texts(Known known, Pseudonyms pseudonyms) {
    this.known = known;
    this.pseudonyms = pseudonyms;
  }

  /** What stands in a text up to an index, and what comes in its place. */
  private record Hit(int end, String instead) {}

  /** The text without addresses and host names. */
  String of(String text, Mode mode) {
    Map<String, String> cache = done.computeIfAbsent(mode, m -> new HashMap<>());
    String shown = cache.get(text);
    if (shown == null) {
      shown = replaced(text, mode);
      if (cache.size() == MOST_DONE) {
        cache.clear(); // The same comes out again; a million trials say something of their own.
      }
      cache.put(text, shown);
    }
    return shown;
  }

  private String replaced(String text, Mode mode) {
    StringBuilder out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      Hit hit = at(text, i, mode);
      if (hit == null) {
        out.append(text.charAt(i++));
      } else {
        out.append(hit.instead);
        i = hit.end;
      }
    }
    return out.toString();
  }

  private @Nullable Hit at(String text, int i, Mode mode) {
    char before = i == 0 ? ' ' : text.charAt(i - 1);
    boolean begins = !Character.isLetterOrDigit(before);
    Hit hit = begins ? atBeginning(text, i, mode) : null;
    if (hit == null && isHex(text.charAt(i))) {
      hit = literal(text, i, before, mode);
    }
    return hit;
  }

  private @Nullable Hit atBeginning(String text, int i, Mode mode) {
    Hit hit = ours(text, i, mode);
    if (hit == null) {
      hit = found(URL, text, i, url -> url(url, mode));
    }
    if (hit == null) {
      hit = folder(text, i);
    }
    if (hit == null) {
      hit = found(REVERSE, text, i, this::reverse);
    }
    if (hit == null) {
      hit = found(FINGERPRINT, text, i, this::fingerprint);
    }
    if (hit == null) {
      hit = colons(text, i, false);
    }
    return hit == null ? host(text, i, mode) : hit;
  }

  private @Nullable Hit ours(String text, int i, Mode mode) {
    Hit hit = found(OURS, text, i, MatchResult::group);
    if (hit == null || listed(text, i, mode) > 0) {
      return null;
    }
    return formed(text, i) > hit.end ? null : hit;
  }

  /** Literals that may stand behind a letter. */
  private @Nullable Hit literal(String text, int i, char before, Mode mode) {
    boolean within = isHex(before) || before == ':';
    Hit hit = within ? null : colons(text, i, true);
    boolean digit = Character.isDigit(before) || before == '.';
    if (hit == null && !digit) {
      hit =
          found(
              DOTTED,
              text,
              i,
              m -> Literals.address(m.group()).map(a -> shown(a, m.group())).orElse(null));
    }
    if (hit == null && !Character.isDigit(before)) {
      hit = found(DASHED, text, i, this::dashed);
    }
    if (hit == null && !isHex(before) && mode != Mode.NAMES) {
      hit = found(DIGITS, text, i, this::digits);
    }
    return hit;
  }

  private interface Instead {
    @Nullable String of(MatchResult match);
  }

  private static @Nullable Hit found(Pattern pattern, String text, int i, Instead instead) {
    Matcher matcher = matcher(pattern, text, i);
    if (!matcher.lookingAt()) {
      return null;
    }
    String shown = instead.of(matcher);
    return shown == null ? null : new Hit(matcher.end(), shown);
  }

  private static Matcher matcher(Pattern pattern, String text, int i) {
    return pattern
        .matcher(text)
        .region(i, text.length())
        .useTransparentBounds(true)
        .useAnchoringBounds(false);
  }

  private String url(MatchResult url, Mode mode) {
    String authority = url.group(2);
    int at = authority.lastIndexOf('@');
    String path = url.group(3);
    boolean bare = path == null || path.equals("/");
    return url.group(1)
        + (at < 0 ? "" : "…@")
        + of(authority.substring(at + 1), mode)
        + (bare ? path == null ? "" : path : "/…");
  }

  private @Nullable Hit folder(String text, int i) {
    for (String folder : known.folders()) {
      if (text.startsWith(folder, i)) {
        return new Hit(i + folder.length(), "");
      }
    }
    return found(HOME, text, i, home -> "");
  }

  private @Nullable String reverse(MatchResult name) {
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

  private String fingerprint(MatchResult key) {
    Optional<InetAddress> number = known.number(key.group().toLowerCase(Locale.ROOT));
    return number
        .map(pseudonyms::address)
        .orElseGet(
            () -> (key.group(1) == null ? "" : key.group(1)) + pseudonyms.of("key", key.group()));
  }

  /** An IPv6 address, with its zone; a port that stands behind it without a bracket stays. */
  private @Nullable Hit colons(String text, int i, boolean listedOnly) {
    Matcher matcher = matcher(COLONS, text, i);
    if (!matcher.lookingAt()) {
      return null;
    }
    String run = matcher.group();
    Hit listed = address(text, i, run, true);
    return listed != null || listedOnly ? listed : address(text, i, run, false);
  }

  /** The longest address that a run of digits and colons begins with. */
  private @Nullable Hit address(String text, int i, String run, boolean listedOnly) {
    for (int end = run.length(); end > 1; end--) {
      boolean whole = end == run.length() || run.charAt(end) == ':' || run.charAt(end) == '%';
      String part = PERCENT.matcher(run.substring(0, end)).replaceAll(":");
      Optional<InetAddress> address = whole ? Literals.address(part) : Optional.empty();
      if (address.isPresent() && (!listedOnly || known.lists(address.get()))) {
        Matcher zone = matcher(ZONE, text, i + end);
        boolean zoned = end == run.length() && zone.lookingAt();
        return new Hit(zoned ? zone.end() : i + end, shown(address.get(), part));
      }
    }
    return null;
  }

  private String shown(InetAddress address, String written) {
    return Literals.isSpared(written) || written.equals("100.64.0.0")
        ? written
        : pseudonyms.address(address);
  }

  private @Nullable String dashed(MatchResult match) {
    String dotted =
        String.join(".", match.group(1), match.group(3), match.group(4), match.group(5));
    return Literals.address(dotted).filter(known::lists).map(pseudonyms::address).orElse(null);
  }

  /** Listed addresses within digits, as the bytes of a message are shown. */
  private @Nullable String digits(MatchResult run) {
    String digits = run.group().toLowerCase(Locale.ROOT);
    StringBuilder out = new StringBuilder();
    boolean changed = false;
    for (int i = 0; i < digits.length(); ) {
      Hit hit = number(digits, i);
      out.append(hit == null ? run.group().substring(i, i + 1) : hit.instead);
      changed |= hit != null;
      i = hit == null ? i + 1 : hit.end;
    }
    return changed ? out.toString() : null;
  }

  private @Nullable Hit number(String digits, int from) {
    for (int length : new int[] {32, 8, 10, 9}) {
      int end = from + length;
      boolean decimal = length > 8 && length < 32;
      if (end > digits.length() || (decimal && (from > 0 || end < digits.length()))) {
        continue;
      }
      Optional<InetAddress> address = known.number(digits.substring(from, end));
      if (address.isPresent() && (!decimal || address.get() instanceof Inet4Address)) {
        return new Hit(end, pseudonyms.address(address.get()));
      }
    }
    return null;
  }

  /** A host name: a listed one, or one by its form; the longer of the two. */
  private @Nullable Hit host(String text, int i, Mode mode) {
    int end = Math.max(listed(text, i, mode), mode == Mode.NAMES ? -1 : formed(text, i));
    if (end < 0) {
      return null;
    }
    String name = text.substring(i, end);
    return Literals.isSpared(name)
        ? new Hit(end, name)
        : new Hit(end, pseudonyms.host(Known.canonical(name)));
  }

  private static int formed(String text, int i) {
    Matcher matcher = matcher(Literals.HOST, text, i);
    return matcher.lookingAt() ? matcher.end() : -1;
  }

  private int listed(String text, int i, Mode mode) {
    Matcher token = matcher(TOKEN, text, i);
    if (!token.lookingAt()) {
      return -1;
    }
    String whole = token.group();
    int label = whole.indexOf('.');
    boolean possible = label > 0 && known.begins(Known.canonical(whole.substring(0, label)));
    for (int end = token.end(); possible && end > i + label; end--) {
      boolean bounded =
          Character.isLetterOrDigit(text.charAt(end - 1))
              && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
      if (bounded && known.host(Known.canonical(text.substring(i, end)), false)) {
        return end;
      }
    }
    // A host name of one label may be a word: it has to stand alone.
    boolean alone = label < 0 || label >= whole.length() - 1;
    alone &= i == 0 || "-_.".indexOf(text.charAt(i - 1)) < 0;
    String word = ENDING.matcher(whole).replaceAll("");
    return alone && mode == Mode.TEXT && known.host(Known.canonical(word), true)
        ? i + word.length()
        : -1;
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
