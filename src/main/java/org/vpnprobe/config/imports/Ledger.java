package org.vpnprobe.config.imports;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.vpnprobe.config.Problem;
import org.vpnprobe.model.SourceMark;

/** What the formats have said of all sources, in order. Bounded. */
final class Ledger {
  /** As many as a file can hold. */
  static final int MOST_ENTRIES = 100_000;

  /** What may come out of everything that is packed, together. */
  static final long MOST_UNPACKED = 2L * Source.MOST_BYTES;

  private static final int MOST_REMARKS = 500;

  /** A line of the ledger. */
  sealed interface Line {}

  /**
   * An entry that has yet to be checked.
   *
   * @param inner where it stands in what is packed at its place; empty when nothing is
   */
  record Open(Entry entry, SourceMark at, Map<String, SourceMark> places, String inner)
      implements Line {}

  /** An entry of which all is said. */
  record Closed(Outcome outcome) implements Line {}

  private final List<Line> lines = new ArrayList<>();
  private final Set<String> remarks = new LinkedHashSet<>();
  private long unpacked;

  void found(Entry entry, Function<Span, SourceMark> mark, String inner) {
    Map<String, SourceMark> places =
        entry.places().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, place -> mark.apply(place.getValue())));
    add(mark.apply(entry.span()), new Open(entry, mark.apply(entry.span()), places, inner));
  }

  void reject(Problem problem) {
    SourceMark at = Objects.requireNonNull(problem.at());
    add(new Outcome.Rejected(at, problem));
  }

  void add(Outcome outcome) {
    add(outcome.at(), new Closed(outcome));
  }

  private void add(SourceMark at, Line line) {
    if (lines.size() < MOST_ENTRIES) {
      lines.add(line);
    } else if (lines.size() == MOST_ENTRIES) {
      String expected = "more than " + MOST_ENTRIES + " entries; what follows is not read";
      lines.add(new Closed(new Outcome.Rejected(at, new Problem(at, "", expected, null))));
    }
  }

  void remark(String sentence) {
    if (remarks.size() < MOST_REMARKS) {
      remarks.add(sentence);
    }
  }

  /** True when so many bytes more may come out of something packed. */
  boolean afford(int bytes) {
    unpacked += bytes;
    return unpacked <= MOST_UNPACKED;
  }

  int size() {
    return lines.size();
  }

  List<Line> lines() {
    return lines;
  }

  List<String> remarks() {
    return List.copyOf(remarks);
  }
}
