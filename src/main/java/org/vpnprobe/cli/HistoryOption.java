package org.vpnprobe.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Earlier;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.analysis.Targets;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.Report;
import org.vpnprobe.store.Filter;
import org.vpnprobe.store.History;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The history that a command reads and adds to, when the user wants one. */
final class HistoryOption {
  /** How far back a report shows earlier runs, and how many verdicts at most. */
  private static final Duration SHOWN = Duration.ofDays(30);

  private static final int MOST_SHOWN = 400_000;

  /** Longer than any run is remembered for persistence. */
  private static final Duration REMEMBERED = Duration.ofDays(9);

  private final Map<String, String> environment;

  @Option(
      names = "--history",
      paramLabel = "FILE|URL",
      arity = "0..1",
      preprocessor = OnlyAttached.class,
      description =
          "Use a history of runs: run and report add theirs, and earlier ones count for persistence."
              + " --history=FILE or --history=jdbc:postgresql://HOST/DATABASE; alone: history.db"
              + " under $XDG_STATE_HOME/vpnprobe.")
  private @Nullable String where;

  HistoryOption(Map<String, String> environment) {
    this.environment = environment;
  }

  /** What a word after {@code --history} is: something else, unless “=” joins them. */
  static final class OnlyAttached implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (!"=".equals(info.get("separator"))) {
        args.push("");
      }
      return false;
    }
  }

  /**
   * What a history says of the time before.
   *
   * @param earlier for persistence
   * @param verdicts of the cells of the report, oldest first
   */
  record Past(List<Earlier> earlier, List<PastVerdict> verdicts) {}

  /** Where the history is, null when none is wanted. */
  @Nullable String place() {
    return where == null ? null : place(where, environment);
  }

  /** Where a history is; the usual place when none is named. */
  static String place(String named, Map<String, String> environment) {
    return named.isEmpty() ? StateFolder.of(environment).history().toString() : named;
  }

  /**
   * Looks before anything is measured: a file that is something else is a mistake to correct, a
   * server that does not answer is none to wait for.
   */
  void check(Streams streams) throws IOException {
    String place = place();
    if (place == null) {
      return;
    }
    try {
      History.open(place).close();
    } catch (IOException e) {
      if (!History.isServer(place)) {
        throw e;
      }
      streams.say("the run begins without its history: " + e.getMessage());
    }
  }

  /** What is known of the time before these journals; nothing, with a word of why, on failure. */
  Past past(List<Recorded> journals, Streams streams) {
    String place = place();
    if (place == null) {
      return new Past(List.of(), List.of());
    }
    try (History history = History.open(place)) {
      Instant begin =
          journals.stream()
              .map(recorded -> recorded.plan().createdAt())
              .max(Comparator.naturalOrder())
              .orElseThrow();
      return new Past(
          history.earlier(begin.minus(REMEMBERED), begin), shown(history, journals, begin));
    } catch (IOException e) {
      streams.say("the history was not used: " + e.getMessage());
      return new Past(List.of(), List.of());
    }
  }

  private static List<PastVerdict> shown(History history, List<Recorded> journals, Instant begin)
      throws IOException {
    Set<String> cells = new HashSet<>();
    journals.forEach(r -> r.plan().cells().forEach(cell -> cells.add(cell.id())));
    boolean rehearsal = journals.getFirst().plan().rehearsal();
    Filter before = Filter.all().until(begin).rehearsal(rehearsal);
    List<Instant> times = history.times(before.since(begin.minus(SHOWN)));
    if (times.isEmpty()) {
      return List.of();
    }
    int runs = Math.clamp(MOST_SHOWN / Math.max(1, cells.size()), 1, times.size());
    return history.verdicts(before.since(times.get(times.size() - runs))).stream()
        .filter(verdict -> cells.contains(verdict.cell()))
        .toList();
  }

  /** Adds what was found; a history that fails changes nothing about the run. */
  void keep(Report report, List<Recorded> journals, Streams streams) {
    String place = place();
    if (place == null) {
      return;
    }
    try (History history = History.open(place)) {
      history.append(report, Targets.of(journals));
    } catch (IOException e) {
      streams.say(
          "the run is not in the history: "
              + e.getMessage()
              + "; “vpnprobe report --history” adds it from the journal");
    }
  }
}
