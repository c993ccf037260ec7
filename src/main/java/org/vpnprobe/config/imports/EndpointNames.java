package org.vpnprobe.config.imports;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.vpnprobe.model.HostPort;

/** Makes names that can stand in cell ids, tables and file names; each once. */
final class EndpointNames {
  private static final int LONGEST = 60;
  private static final int REGIONAL_A = 0x1f1e6;
  private static final int REGIONAL_Z = 0x1f1ff;

  private final Set<String> taken;
  private final Map<String, Integer> next = new HashMap<>();

  EndpointNames(Set<String> taken) {
    this.taken = new HashSet<>(taken);
  }

  /** A name after the source's label; after protocol and host where it has none. */
  String name(String label, String protocol, String address) {
    String wanted = cleaned(Wordlike.named(label));
    return unique(wanted.isEmpty() ? cleaned(protocol + "-" + host(address)) : wanted);
  }

  private static String host(String address) {
    try {
      return HostPort.of(address).host().replace(':', '-');
    } catch (org.vpnprobe.model.InvalidSetting e) {
      return "";
    }
  }

  private String unique(String wanted) {
    String base = wanted.isEmpty() ? "endpoint" : wanted;
    String name = base;
    while (!taken.add(name)) {
      name = base + "-" + next.merge(base, 2, (old, first) -> old + 1);
    }
    return name;
  }

  /** Letters, digits and . _ : + - of a text, flags as letters, all else as single hyphens. */
  static String cleaned(String label) {
    StringBuilder name = new StringBuilder();
    String text = Normalizer.normalize(label, Normalizer.Form.NFC);
    text.codePoints()
        .filter(c -> !isMark(c))
        .map(c -> c >= REGIONAL_A && c <= REGIONAL_Z ? 'A' + c - REGIONAL_A : c)
        .forEach(c -> append(name, c));
    int end = name.length();
    while (end > 0 && !Character.isLetterOrDigit(name.codePointBefore(end))) {
      end -= Character.charCount(name.codePointBefore(end));
    }
    return name.substring(0, end);
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.FORMAT;
  }

  private static void append(StringBuilder name, int c) {
    if (name.length() >= LONGEST) {
      return;
    }
    if (isLetterOrNumber(c)) {
      name.appendCodePoint(c);
    } else if (!name.isEmpty()) {
      char kept = "._:+".indexOf(c) >= 0 ? (char) c : '-';
      if (kept != '-' || name.charAt(name.length() - 1) != '-') {
        name.append(kept);
      }
    }
  }

  /** As in {@code \p{L}} and {@code \p{N}}. */
  private static boolean isLetterOrNumber(int c) {
    return switch (Character.getType(c)) {
      case Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> Character.isLetterOrDigit(c);
    };
  }
}
