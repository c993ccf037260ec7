package org.vpnprobe.report.redact;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
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

  /** What came out of here once goes through unchanged. */
  private static final Pattern OURS =
      Pattern.compile(
          "(?:host|ip4|ip6|key|name)-[0-9a-f]{8,64}(?![\\p{L}\\p{N}])"
              + "(?:\\.(?:in-addr|ip6)\\.arpa)?");

  /**
   * What a million trials say each in its own way does not come again, and is not kept for that.
   */
  private static final int MOST_DONE = 1 << 12;

  private static final int LONGEST_DONE = 256;

  private final Urls urls = new Urls(this::of);
  private final Folders folders;
  private final ReverseNames reverseNames;
  private final Fingerprints fingerprints;
  private final Ip6Literals ip6;
  private final Ip4Literals ip4;
  private final AddressDigits digits;
  private final Hosts hosts;
  private final Map<Mode, Map<String, String>> done = new EnumMap<>(Mode.class);

  Texts(Known known, Pseudonyms pseudonyms) {
    folders = new Folders(known.folders());
    reverseNames = new ReverseNames(pseudonyms);
    fingerprints = new Fingerprints(known, pseudonyms);
    ip6 = new Ip6Literals(known, pseudonyms);
    ip4 = new Ip4Literals(known, pseudonyms);
    digits = new AddressDigits(known, pseudonyms);
    hosts = new Hosts(known, pseudonyms);
    for (Mode mode : Mode.values()) {
      done.put(mode, new HashMap<>());
    }
  }

  /** The text without addresses and host names; the same object when there are none. */
  String of(String text, Mode mode) {
    if (text.length() > LONGEST_DONE) {
      return replaced(text, mode);
    }
    Map<String, String> cache = done.computeIfAbsent(mode, m -> new HashMap<>());
    String shown = cache.get(text);
    if (shown == null) {
      shown = replaced(text, mode);
      if (cache.size() == MOST_DONE) {
        cache.clear(); // The same comes out again.
      }
      cache.put(text, shown);
    }
    return shown.equals(text) ? text : shown;
  }

  private String replaced(String text, Mode mode) {
    StringBuilder out = new StringBuilder();
    int kept = 0;
    for (int i = 0; i < text.length(); ) {
      Hit hit = at(text, i, mode);
      if (hit == null) {
        i++;
      } else {
        out.append(text, kept, i).append(hit.instead());
        i = hit.end();
        kept = i;
      }
    }
    return kept == 0 ? text : out.append(text, kept, text.length()).toString();
  }

  private @Nullable Hit at(String text, int i, Mode mode) {
    char before = i == 0 ? ' ' : text.charAt(i - 1);
    boolean begins = !Character.isLetterOrDigit(before);
    Hit hit = begins ? atBeginning(text, i, mode) : null;
    return hit == null && Signs.isHex(text, i) ? literal(text, i, mode, begins) : hit;
  }

  private @Nullable Hit atBeginning(String text, int i, Mode mode) {
    Hit hit = ours(text, i, mode);
    if (hit == null) {
      hit = urls.at(text, i, mode);
    }
    if (hit == null) {
      hit = folders.at(text, i);
    }
    if (hit == null) {
      hit = reverseNames.at(text, i);
    }
    if (hit == null) {
      hit = fingerprints.at(text, i);
    }
    if (hit == null) {
      hit = ip6.at(text, i, false);
    }
    return hit == null ? hosts.at(text, i, mode) : hit;
  }

  private @Nullable Hit ours(String text, int i, Mode mode) {
    boolean possible = Signs.is('-', text, i + 3) || Signs.is('-', text, i + 4);
    Matcher name = possible ? Signs.found(OURS, text, i) : null;
    if (name == null || hosts.listed(text, i, mode) > 0 || Hosts.formed(text, i) > name.end()) {
      return null;
    }
    return new Hit(name.end(), name.group());
  }

  /** Literals that may stand behind a letter. */
  private @Nullable Hit literal(String text, int i, Mode mode, boolean begins) {
    char before = i == 0 ? ' ' : text.charAt(i - 1);
    boolean hex = i > 0 && Signs.isHex(text, i - 1);
    // Where something begins, any IPv6 address has been looked for.
    Hit hit = begins || hex ? null : ip6.at(text, i, true);
    if (hit == null && !Character.isDigit(before) && before != '.') {
      hit = ip4.dotted(text, i);
    }
    if (hit == null && !Character.isDigit(before)) {
      hit = ip4.dashed(text, i);
    }
    return hit == null && !hex && mode != Mode.NAMES ? digits.at(text, i) : hit;
  }
}
