package org.vpnprobe.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.compare.Change;
import org.vpnprobe.analysis.compare.Changes;
import org.vpnprobe.analysis.compare.Seen;
import org.vpnprobe.analysis.compare.Standing;
import org.vpnprobe.report.Printable;

/** What changed, for people: short enough for a mail. */
final class ChangeText {
  /** Of one kind, so many cells are listed; of more, how many there are of each protocol where. */
  private static final int MOST_LISTED = 20;

  private static final int WIDEST_NAME = 40;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Changes changes;
  private final Map<String, Instant> since;
  private final Paint paint;
  private final StringBuilder out = new StringBuilder();

  private ChangeText(Changes changes, Map<String, Instant> since, Paint paint) {
    this.changes = changes;
    this.since = since;
    this.paint = paint;
  }

  /**
   * The changes as text, ending in a line break; empty when there is none.
   *
   * @param since when a change was first seen, by cell, where that is another run
   */
  static String of(Changes changes, Map<String, Instant> since, boolean colour) {
    if (changes.isEmpty()) {
      return "";
    }
    ChangeText text = new ChangeText(changes, since, new Paint(colour));
    text.head();
    for (Change.Kind kind : Change.Kind.values()) {
      text.kind(kind, changes.changes().stream().filter(c -> c.kind() == kind).toList());
    }
    text.foot();
    return text.out.toString();
  }

  private void head() {
    int count = changes.changes().size();
    out.append(
        paint.bold(
            "%d of %d cells changed".formatted(count, changes.compared())
                + " between "
                + TIME.format(changes.before().finishedAt())
                + " and "
                + TIME.format(changes.after().finishedAt())
                + " UTC"));
    out.append('\n');
    if (changes.before().rehearsal() != changes.after().rehearsal()) {
      out.append("one of the two is a rehearsal\n");
    }
  }

  private void kind(Change.Kind kind, List<Change> of) {
    if (of.isEmpty()) {
      return;
    }
    out.append(kind.title()).append(":\n");
    if (of.size() > MOST_LISTED) {
      counted(of);
      return;
    }
    int width =
        of.stream()
            .mapToInt(change -> Printable.of(change.cell()).length())
            .filter(length -> length <= WIDEST_NAME)
            .max()
            .orElse(0);
    for (Change change : of) {
      String name = Printable.of(change.cell());
      out.append("  ")
          .append(symbol(change))
          .append(' ')
          .append(name)
          .append(" ".repeat(Math.max(0, width - name.length())))
          .append("  ")
          .append(passage(change))
          .append(first(change))
          .append('\n');
    }
  }

  /** Too many to list. */
  private void counted(List<Change> of) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Change change : of) {
      Seen known = known(change);
      if (known != null) {
        counts.merge(known.protocol() + " on " + known.carrier(), 1, Integer::sum);
      }
    }
    List<Map.Entry<String, Integer>> most = new ArrayList<>(counts.entrySet());
    most.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    most.stream()
        .limit(MOST_LISTED)
        .forEach(entry ->
            out.append("  ")
                .append(entry.getValue())
                .append(entry.getValue() == 1 ? " cell: " : " cells: ")
                .append(Printable.of(entry.getKey()))
                .append('\n'));
    if (most.size() > MOST_LISTED) {
      int rest = most.stream().skip(MOST_LISTED).mapToInt(Map.Entry::getValue).sum();
      out.append("  and ").append(rest).append(" more\n");
    }
  }

  private void foot() {
    int undecided = changes.undecided().size();
    if (undecided > 0) {
      out.append(undecided)
          .append(undecided == 1 ? " cell" : " cells")
          .append(" could not be judged this time\n");
    }
  }

  private String symbol(Change change) {
    Seen after = change.after();
    return after == null ? "-" : paint.state(after.state(), Paint.symbol(after.state()));
  }

  private String passage(Change change) {
    if (change.before() == null || change.after() == null) {
      Seen known = known(change);
      String verdict = known == null ? "" : verdict(known);
      return change.after() == null ? "was " + verdict : verdict;
    }
    return verdict(change.before()) + " → " + verdict(change.after());
  }

  /**
   * The state, with the cause where one is known; of an open failure the rule says what is open.
   */
  private static String verdict(Seen seen) {
    if (seen.cause() != null) {
      return seen.state().id() + " (" + Printable.of(seen.cause()) + ")";
    }
    return seen.standing() == Standing.FAILS ? Printable.of(seen.rule()) : seen.state().id();
  }

  private String first(Change change) {
    Instant first = since.get(change.cell());
    return first == null || !first.isBefore(changes.after().startedAt())
        ? ""
        : paint.faint(", since " + TIME.format(first) + " UTC");
  }

  private static @Nullable Seen known(Change change) {
    return change.after() == null ? change.before() : change.after();
  }
}
