package org.vpnprobe.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.vpnprobe.analysis.Extent;
import org.vpnprobe.analysis.experiment.Inquest;
import org.vpnprobe.config.Limits;
import org.vpnprobe.engine.exercise.Exercise;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.VantageFacts;

/**
 * What a plan will take, said before a byte leaves.
 *
 * @param cells how many cells there are
 * @param servers different hosts that they contact
 * @param shortest when every server answers at once
 * @param longest when no server answers and every suspect needs all its rounds and experiments
 * @param leastPackets first flights that leave when every server answers
 * @param mostTrials when no server answers and every suspect needs all its rounds
 */
public record Cost(
    int cells,
    int servers,
    Duration shortest,
    Duration longest,
    long leastPackets,
    long mostTrials) {

  /** New flows a second from one vantage, at most. */
  public static final int FLOWS_PER_SECOND = Caps.FLOWS_PER_SECOND;

  /** Trials at a time, at most. */
  public static int concurrency(Limits limits) {
    return Objects.requireNonNullElse(limits.concurrency(), Caps.CONCURRENCY);
  }

  /** Trials of a plan that may run at the same time: one to a server, as far as the caps go. */
  static long atOnce(Plan plan, Limits limits) {
    Reckoning reckoning = new Reckoning(plan, limits);
    return Math.min(reckoning.places, reckoning.byServer.size());
  }

  /** Computes the cost of a plan. */
  public static Cost of(Plan plan, Limits limits) {
    return new Reckoning(plan, limits).cost();
  }

  /**
   * Nothing faster is to be expected within the caps when this share of the cells is silent: the
   * first flows start one by one, in random order, so that the last of the silent ones starts
   * almost at the end; it holds its place until the deadline (twice in the quick profile, with 2 s
   * between). All flows have to start, and the silent ones have to find places; those at one server
   * or with one key come one after the other, however luckily they are spread.
   */
  public static Duration lowerBound(Plan plan, Limits limits, double silentShare) {
    return new Reckoning(plan, limits).least(silentShare);
  }

  /** A cell that is tried: who else it has to wait for, and how long when nothing answers. */
  private record Tried(CellFacts cell, EndpointFacts endpoint, String host) {
    double deadline() {
      return endpoint.deadline().toMillis() / 1e3;
    }
  }

  /** In seconds of the rules; the pace divides at the end. */
  private static final class Reckoning {
    /** Between the two flows of a repeat. */
    private static final double SECOND_FLOW = 2;

    private final Plan plan;
    private final Limits limits;
    private final List<Tried> tried = new ArrayList<>();
    private final Map<String, List<Tried>> byServer;
    private final Map<String, List<Tried>> byVantage;
    private final Collection<List<Tried>> byKey;
    private final int places;
    private final int tries;

    Reckoning(Plan plan, Limits limits) {
      this.plan = plan;
      this.limits = limits;
      Map<String, EndpointFacts> endpoints =
          plan.endpoints().stream()
              .collect(Collectors.toMap(EndpointFacts::name, Function.identity()));
      for (CellFacts cell : plan.cells()) {
        EndpointFacts endpoint = Objects.requireNonNull(endpoints.get(cell.endpoint()));
        if (!endpoint.keysMissing()) {
          tried.add(new Tried(cell, endpoint, HostPort.of(endpoint.address()).host()));
        }
      }
      byServer = tried.stream().collect(Collectors.groupingBy(Tried::host));
      byVantage = tried.stream().collect(Collectors.groupingBy(t -> t.cell().vantage()));
      byKey = byKey(tried);
      places =
          Math.min(
              Objects.requireNonNullElse(limits.concurrency(), Caps.CONCURRENCY),
              Objects.requireNonNullElse(limits.perVantage(), Caps.CONCURRENCY)
                  * Math.max(1, byVantage.size()));
      tries = plan.profile() == Profile.QUICK ? 2 : 1;
    }

    private static Collection<List<Tried>> byKey(List<Tried> tried) {
      Map<String, List<Tried>> keys = new HashMap<>();
      for (Tried each : tried) {
        for (String key : each.endpoint().exclusive()) {
          keys.computeIfAbsent(key, k -> new ArrayList<>()).add(each);
        }
      }
      return keys.values();
    }

    Cost cost() {
      long suspects = suspects(tried).size();
      double survey = Extent.survey(plan).toMillis() / 1e3;
      double longest = screening() + Math.max(examination() + experiments(), survey);
      return new Cost(
          plan.cells().size(),
          byServer.size(),
          longer(least(0), real(survey)),
          real(longest),
          tried.size(),
          (long) tried.size() * tries
              + Extent.mostRepeats(plan)
                  * tried.stream().filter(t -> t.endpoint().residual()).count()
              + suspects
                  * (Extent.mostRounds(plan) * 4L + (experiments() > 0 ? Inquest.MOST_TRIALS : 0)));
    }

    /** Those of one server's suspects come one after the other, each within its budget. */
    private double experiments() {
      if (plan.diagnose() == Diagnose.OFF || plan.profile() == Profile.QUICK) {
        return 0;
      }
      long most =
          suspects(tried).stream()
              .collect(
                  Collectors.groupingBy(
                      t -> t.cell().vantage() + " " + t.host(), Collectors.counting()))
              .values()
              .stream()
              .mapToLong(Long::longValue)
              .max()
              .orElse(0);
      // The budget is looked at between two trials; the last may be one with data.
      double last = longestDeadline() + Exercise.LONGEST_BEYOND.toSeconds();
      return most * (Inquest.LONGEST.toSeconds() + last);
    }

    Duration least(double silentShare) {
      double silent = tried.size() * silentShare;
      double busiest = byVantage.values().stream().mapToInt(List::size).max().orElse(0);
      double flows = Caps.FLOWS_PER_SECOND;
      double starting = busiest * (1 + silentShare * (tries - 1)) / flows;
      double lastSilent = silent == 0 ? 0 : busiest * (1 - 1 / (silent + 1)) / flows;
      double chain = silent == 0 ? 0 : silence(longestDeadline()) + lastSilent;
      double holding = silent * tries * longestDeadline() / places;
      double queued = queued(silent) * tries * shortestDeadline();
      double bound = Math.max(Math.max(chain, starting), Math.max(holding, queued));
      return longer(real(bound), hours());
    }

    /** How long a cell takes that never answers. */
    private double silence(double deadline) {
      return tries * deadline + (tries - 1) * SECOND_FLOW;
    }

    /** So many silent ones at least stand behind each other somewhere. */
    private double queued(double silent) {
      double answering = tried.size() - silent;
      double most = byServer.isEmpty() ? 0 : Math.floor(silent / byServer.size());
      for (List<Tried> group : groups()) {
        most = Math.max(most, group.size() - answering);
      }
      return most;
    }

    private List<List<Tried>> groups() {
      List<List<Tried>> groups = new ArrayList<>(byServer.values());
      groups.addAll(byKey);
      return groups;
    }

    /** Screening when nothing answers: starting, waiting for places, and the longest queue. */
    private double screening() {
      double starting =
          byVantage.values().stream().mapToInt(List::size).max().orElse(0)
              * tries
              / (double) Caps.FLOWS_PER_SECOND;
      double holding = tried.stream().mapToDouble(Tried::deadline).sum() * tries / places;
      double queue =
          groups().stream()
              .mapToDouble(group -> group.stream().mapToDouble(t -> silence(t.deadline())).sum())
              .max()
              .orElse(0);
      return starting + holding + queue + hours().toMillis() / 1e3 * plan.pace();
    }

    /**
     * All rounds of all suspects when the controls answer and nothing else does: 40 s apart, but
     * those at one server or with one key one after the other, and all within the caps.
     */
    private double examination() {
      int rounds = Extent.mostRounds(plan);
      List<Tried> all = suspects(tried);
      double queue = 0;
      for (List<Tried> group : groups()) {
        queue = Math.max(queue, silence(suspects(group)));
      }
      double gaps = Extent.longestExamination(plan).toMillis() / 1e3;
      double longest = Math.max(gaps, rounds * Math.max(queue, silence(all) / places));
      // The one control may have to start two trials in each round.
      longest = Math.max(longest, 2.0 * rounds * all.size() / Caps.FLOWS_PER_SECOND);
      return rounds == 0 ? 0 : longest + 3 * longestDeadline();
    }

    /** In a round the suspect's own trial and the contrast may be silent. */
    private static double silence(List<Tried> suspects) {
      return suspects.stream().mapToDouble(t -> 2 * t.deadline()).sum();
    }

    /** One for each address and port on each carrier, but all in the thorough profile. */
    private List<Tried> suspects(List<Tried> of) {
      Set<String> carriers =
          plan.vantages().stream()
              .filter(vantage -> vantage.role() == Role.CARRIER)
              .map(VantageFacts::name)
              .collect(Collectors.toSet());
      Set<String> doors = new HashSet<>();
      return of.stream()
          .filter(t -> carriers.contains(t.cell().vantage()))
          .filter(t ->
              plan.profile() == Profile.THOROUGH
                  || doors.add(t.cell().vantage() + " " + t.endpoint().address()))
          .toList();
    }

    /** What the cap on servers within an hour adds. */
    private Duration hours() {
      Integer cap = limits.serversPerHour();
      if (cap == null) {
        return Duration.ZERO;
      }
      long most =
          byVantage.values().stream()
              .mapToLong(cells -> cells.stream().map(Tried::host).distinct().count())
              .max()
              .orElse(0);
      return Duration.ofHours(most <= cap ? 0 : (most - 1) / cap);
    }

    private double longestDeadline() {
      return tried.stream().mapToDouble(Tried::deadline).max().orElse(0);
    }

    private double shortestDeadline() {
      return tried.stream().mapToDouble(Tried::deadline).min().orElse(0);
    }

    private Duration real(double seconds) {
      return Duration.ofMillis(Math.round(1000 * seconds / plan.pace()));
    }

    private static Duration longer(Duration a, Duration b) {
      return Comparator.<Duration>naturalOrder().compare(a, b) >= 0 ? a : b;
    }
  }
}
