package org.vpnprobe.config;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names picked on the command line, with {@code *} for any characters and {@code ?} for one.
 *
 * @param flag what the user typed before them, for messages
 */
record Selection(String flag, List<String> patterns) {
  /** True when nothing was picked (then everything is), or a pattern fits one of the names. */
  boolean picks(Stream<String> names) {
    return patterns.isEmpty()
        || names.anyMatch(name -> patterns.stream().anyMatch(pattern -> fits(pattern, name)));
  }

  /** Adds a problem for each pattern that fits none of the names. */
  void check(Collection<String> names, Problems problems) {
    for (String pattern : patterns) {
      if (names.stream().noneMatch(name -> fits(pattern, name))) {
        problems.unknown(null, pattern, flag + " selects nothing", names);
      }
    }
  }

  /** Greedy matching that goes back to the last star only: linear memory, no recursion. */
  static boolean fits(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
