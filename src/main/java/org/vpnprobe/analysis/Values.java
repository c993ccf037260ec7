package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values that many measurements say alike, each kept once and called by a number; 0 is null. */
final class Values<T> {
  /** A file that says something new everywhere must not fill a table, too. */
  private static final int MOST = 1 << 19;

  private final List<T> values = new ArrayList<>();
  private Map<T, Integer> known = new HashMap<>();

  int number(@Nullable T value) {
    if (value == null) {
      return 0;
    }
    Integer before = known.get(value);
    if (before != null) {
      return before;
    }
    values.add(value);
    if (known.size() < MOST) {
      known.put(value, values.size());
    }
    return values.size();
  }

  T get(int number) {
    return values.get(number - 1);
  }

  @Nullable T orNull(int number) {
    return number == 0 ? null : values.get(number - 1);
  }

  /** No further value will be added. */
  void close() {
    known = Map.of();
  }
}
