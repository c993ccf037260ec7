package org.vpnprobe.lab;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Host names as a carrier's lists have them. */
final class Patterns {
  private Patterns() {}

  static <T> List<T> or(@Nullable List<T> list) {
    return Objects.requireNonNullElse(list, List.of());
  }

  /** True when one of the patterns covers the name. */
  static boolean cover(@Nullable List<String> patterns, @Nullable String name) {
    return name != null && or(patterns).stream().anyMatch(pattern -> covers(pattern, name));
  }

  /** {@code *.suffix} covers every name below the suffix, and not the suffix itself. */
  private static boolean covers(String pattern, String name) {
    String wanted = pattern.toLowerCase(Locale.ROOT);
    String found = name.toLowerCase(Locale.ROOT);
    return wanted.startsWith("*.") ? found.endsWith(wanted.substring(1)) : found.equals(wanted);
  }
}
