package org.vpnprobe.config.imports;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A section of a WireGuard .conf; the last of several lines with one key counts, as for wg. */
final class WireGuardSection {
  private static final int LONGEST_LABEL = 40;

  private final boolean isInterface;
  private final int first;
  private int last;
  private String label;
  private @Nullable Span broken;
  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final List<String> addresses = new ArrayList<>();

  private WireGuardSection(boolean isInterface, int line, String label) {
    this.isInterface = isInterface;
    this.first = line;
    this.last = line;
    this.label = label;
  }

  /**
   * A line of a section.
   *
   * @param key as it is written
   */
  record Setting(String key, String value, Span at) {}

  /** The sections of a file; what is no line of one is rejected. */
  static List<WireGuardSection> all(Source source, Account account) {
    List<WireGuardSection> sections = new ArrayList<>();
    @Nullable WireGuardSection current = null;
    String remark = "";
    for (int number = 1; number <= source.lines().size(); number++) {
      String written = source.line(number);
      String line = uncommented(written);
      boolean peer = line.equalsIgnoreCase("[Peer]");
      if (peer || line.equalsIgnoreCase("[Interface]")) {
        current = new WireGuardSection(!peer, number, remark);
        sections.add(current);
        account.cover(Span.line(number));
      } else if (line.isEmpty()) {
        account.cover(Span.line(number));
        remark = written.isBlank() ? "" : comment(written);
        if (current != null && current.settings.isEmpty() && !remark.isEmpty()) {
          current.label = remark;
        }
        continue;
      } else if (current != null) {
        current.setting(number, written, line, account);
      }
      remark = "";
    }
    return sections;
  }

  private static String comment(String line) {
    String text = line.strip().replaceFirst("^[#;]+\\s*(?i:(?:friendly_)?name\\s*[=:])?\\s*", "");
    return text.contains("=") || text.length() > LONGEST_LABEL ? "" : text;
  }

  /** A line without its comment and the blanks around it. */
  static String uncommented(String line) {
    int hash = line.indexOf('#');
    String bare = (hash < 0 ? line : line.substring(0, hash)).strip();
    return bare.startsWith(";") ? "" : bare;
  }

  private void setting(int number, String written, String line, Account account) {
    int equals = line.indexOf('=');
    Span at = Span.at(number, written.indexOf(line) + 1);
    if (equals <= 0) {
      // What a mangled line meant nobody knows; it may have been part of a disguise.
      broken = at;
      account.reject(at, "", "expected key = value");
      return;
    }
    last = number;
    String key = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
    String value = line.substring(equals + 1).strip();
    settings.put(key, new Setting(line.substring(0, equals).strip(), value, at));
    if (key.equals("address")) {
      for (String each : value.split(",", -1)) {
        if (!each.isBlank()) {
          addresses.add(each.strip());
        }
      }
    }
  }

  /** True for [Interface], false for [Peer]. */
  boolean isInterface() {
    return isInterface;
  }

  Span span() {
    return Span.lines(first, last);
  }

  /** What a comment calls it, possibly empty. */
  String label() {
    return label;
  }

  /** A line that could not be read, null when there is none. */
  @Nullable Span broken() {
    return broken;
  }

  /** By their keys in small letters. */
  Map<String, Setting> settings() {
    return Collections.unmodifiableMap(settings);
  }

  /** Those of all lines with addresses. */
  List<String> addresses() {
    return Collections.unmodifiableList(addresses);
  }

  /** A value, null when it is left out or empty. */
  @Nullable String value(String key) {
    Setting setting = settings.get(key);
    return setting == null || setting.value.isEmpty() ? null : setting.value;
  }

  /** Where a key that is there stands. */
  Span at(String key) {
    return Objects.requireNonNull(settings.get(key)).at;
  }
}
