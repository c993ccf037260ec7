package org.vpnprobe.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.SourceMark;

/** Collects what is wrong, so that all of it is reported at once. The same is said once. */
final class Problems {
  /** The comparison is dear; nobody reads that many suggestions. */
  private static final int MOST_SUGGESTED = 100;

  private final Set<Problem> found = new LinkedHashSet<>();

  void add(@Nullable SourceMark at, String offending, String expected) {
    add(new Problem(at, offending, expected, null));
  }

  /** Something that is not among {@code known}; suggests the nearest, else lists them. */
  void unknown(
      @Nullable SourceMark at, String offending, String expected, Collection<String> known) {
    String nearest = found.size() < MOST_SUGGESTED ? Nearest.to(offending, known) : null;
    String all = nearest == null && !known.isEmpty() ? "; expected " + oneOf(known) : "";
    add(new Problem(at, offending, expected + all, nearest));
  }

  void add(Problem problem) {
    found.add(problem);
  }

  void addAll(Problems others) {
    found.addAll(others.found);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  int size() {
    return found.size();
  }

  List<Problem> list() {
    return List.copyOf(found);
  }

  /** {@code one of a, b, c}, cut short when there are many. */
  static String oneOf(Collection<String> words) {
    int most = 12;
    List<String> shown = new ArrayList<>(words.stream().limit(most).toList());
    if (words.size() > most) {
      shown.add("… (" + words.size() + " in all)");
    }
    return (shown.size() == 1 ? "" : "one of ") + String.join(", ", shown);
  }
}
