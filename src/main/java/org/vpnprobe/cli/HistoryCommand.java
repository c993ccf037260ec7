package org.vpnprobe.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.change.Comparison;
import org.vpnprobe.model.Event;
import org.vpnprobe.store.Filter;
import org.vpnprobe.store.History;
import org.vpnprobe.store.PastCell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = {
      "Show cells over time: what runs with --history found, when it changed, and how sure that is.",
      "With --event: a carrier before and after a dated order."
    })
final class HistoryCommand implements Callable<Integer> {
  private static final int WIDEST = 60;
  private static final int NARROWEST = 20;

  /** What stands beside a ribbon: name, share and state. */
  private static final int BESIDE = 84;

  private static final Duration USUAL = Duration.ofDays(30);
  private static final int MOST_NAMES = 8;

  private final Streams streams;
  private final Map<String, String> environment;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CELL|CARRIER",
      description = "endpoint@carrier, or a carrier. Default: everything.")
  private @Nullable String what;

  @Option(
      names = "--history",
      paramLabel = "FILE|URL",
      description = "Default: history.db under $XDG_STATE_HOME/vpnprobe.")
  private String where = "";

  @Option(
      names = "--since",
      paramLabel = "DURATION|DATE",
      description = "From 90d ago, or from 2027-02-01 on. Default: 30d; with --event: all.")
  private @Nullable String since;

  @Option(
      names = "--event",
      paramLabel = "NAME|DATE",
      description = "Compare before and after: an event of your file by name, or a date.")
  private @Nullable String event;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      converter = Spans.class,
      description = "With --event: how long before and after. Default: 7d.")
  private Duration window = Duration.ofDays(7);

  @Option(names = "--rehearsal", description = "Show rehearsals on the lab in place of real runs.")
  private boolean rehearsal;

  @Option(names = "--json", description = "For programs.")
  private boolean json;

  @Option(names = "--plain", description = "ASCII and no colour.")
  private boolean plain;

  @Option(
      names = "--keep",
      paramLabel = "DURATION",
      converter = Spans.class,
      description = "Forget the runs that ended longer ago, and show nothing.")
  private @Nullable Duration keep;

  HistoryCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    if (window.isZero()) {
      throw new Refused("--window: expected a duration above 0");
    }
    try (History history = History.existing(HistoryOption.place(where, environment))) {
      if (keep != null) {
        int runs = history.forget(Instant.now().minus(keep));
        streams.say(runs + " runs forgotten");
        return 0;
      }
      Filter filter = filter(history);
      if (event != null) {
        compare(history, filter, moment(history, event));
      } else {
        show(history, filter);
      }
    }
    return 0;
  }

  private Filter filter(History history) throws IOException {
    Filter all = Filter.all().rehearsal(rehearsal);
    if (since != null) {
      all = all.since(time(since, "--since"));
    } else if (event == null) {
      all = all.since(Instant.now().minus(USUAL));
    }
    if (what == null) {
      return all;
    }
    if (history.cells(named(Filter.all(), what)).isEmpty()) {
      throw new Refused(unknown(history));
    }
    return named(all, what);
  }

  private static Filter named(Filter filter, String what) {
    return what.contains("@") ? filter.ofCell(what) : filter.ofCarrier(what);
  }

  private String unknown(History history) throws IOException {
    String part = String.valueOf(what).split("@", 2)[0];
    List<String> near = new ArrayList<>();
    for (PastCell cell : history.cells(Filter.all())) {
      near.add(cell.carrier());
      if (cell.name().contains(part)) {
        near.add(cell.name());
      }
    }
    List<String> shown = near.stream().distinct().limit(MOST_NAMES).toList();
    return "the history knows no cell or carrier “"
        + what
        + "”"
        + (shown.isEmpty() ? "" : "; it knows " + String.join(", ", shown));
  }

  private void show(History history, Filter filter) throws IOException {
    List<Instant> times = times(history, filter);
    int pieces =
        Math.clamp(Math.min(WIDEST, streams.terminal().width() - BESIDE), NARROWEST, WIDEST);
    Ribbon all = new Ribbon(times.getFirst(), times.getLast(), pieces);
    List<Lifeline> lines = Lifeline.in(history, filter, times, pieces, all);
    List<Event> events =
        history.events().stream()
            .filter(e -> !day(e.date()).isBefore(times.getFirst()))
            .filter(e -> !day(e.date()).isAfter(times.getLast()))
            .toList();
    if (json) {
      HistoryJson out = new HistoryJson(times);
      out.cells(lines);
      out.events(events);
      streams.out().println(out);
    } else {
      text().overview(what == null ? history.shown() : what, times, all, lines, events);
    }
  }

  private static Instant day(LocalDate date) {
    return date.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private List<Instant> times(History history, Filter filter) throws IOException {
    List<Instant> times = history.times(filter);
    if (times.isEmpty()) {
      throw new Refused(
          "the history holds no "
              + (rehearsal ? "rehearsal" : "run")
              + " of that"
              + (since == null && event == null
                  ? " in the last 30 days; look further by --since"
                  : "")
              + (rehearsal ? "" : "; those on the lab are shown by --rehearsal"));
    }
    return times;
  }

  private HistoryText text() {
    boolean colour = streams.terminal().colour() && !plain;
    return new HistoryText(streams.out(), new Paint(colour), plain);
  }

  /**
   * An event's moment.
   *
   * @param name as the user knows it
   */
  private record Moment(String name, Instant at) {}

  private static Moment moment(History history, String named) throws IOException {
    List<Event> events = history.events();
    String lower = named.toLowerCase(Locale.ROOT);
    List<Event> found = events.stream().filter(e -> e.name().equals(named)).toList();
    if (found.isEmpty()) {
      found =
          events.stream().filter(e -> e.name().toLowerCase(Locale.ROOT).contains(lower)).toList();
    }
    if (found.size() == 1) {
      return new Moment(found.getFirst().name(), day(found.getFirst().date()));
    }
    if (found.isEmpty() && named.matches("\\d{4}-.*")) {
      return new Moment(named, time(named, "--event"));
    }
    List<String> known = events.stream().map(e -> e.date() + " " + e.name()).limit(20).toList();
    throw new Refused(
        "--event: "
            + (found.isEmpty() ? "no" : "more than one")
            + " event is called “"
            + named
            + "”; give a date (2027-02-01)"
            + (known.isEmpty() ? "" : " or one of these: " + String.join("; ", known)));
  }

  private void compare(History history, Filter filter, Moment moment) throws IOException {
    List<Instant> times = times(history, filter);
    Map<String, Comparison> found = EventComparisons.of(history, filter, moment.at(), window);
    if (found.isEmpty()) {
      throw new Refused(
          "no cell was judged both before and after "
              + moment.at()
              + "; the history reaches from "
              + times.getFirst()
              + " to "
              + times.getLast());
    }
    if (json) {
      HistoryJson out = new HistoryJson(times);
      found.forEach((carrier, comparison) -> out.comparison(carrier, moment.name(), comparison));
      streams.out().println(out);
    } else {
      found.forEach((carrier, comparison) -> text().comparison(carrier, moment.name(), comparison));
    }
  }

  /** A date, a moment, or so long ago. */
  private static Instant time(String text, String option) {
    try {
      return text.length() > 10 ? Instant.parse(text) : day(LocalDate.parse(text));
    } catch (DateTimeParseException e) {
      if (text.matches("\\d{1,5}[dhm]")) {
        return Instant.now().minus(new Spans().convert(text));
      }
      throw new Refused(option + ": expected 2027-02-01, 2027-02-01T08:00:00Z or 30d");
    }
  }
}
