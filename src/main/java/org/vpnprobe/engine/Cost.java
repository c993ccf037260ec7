package org.vpnprobe.engine;

import java.time.Duration;
import java.util.Objects;
import org.vpnprobe.analysis.WitnessRun;
import org.vpnprobe.config.Limits;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.VantageFacts;

/**
 * What a plan will take, said before a byte leaves.
 *
 * @param cells how many cells there are
 * @param shortest when every server answers at once
 * @param longest when no server answers and every suspect needs all its rounds
 * @param leastPackets first flights that leave when every server answers
 */
public record Cost(int cells, Duration shortest, Duration longest, long leastPackets) {
  /** Computes the cost of a plan. */
  public static Cost of(Plan plan, Limits limits) {
    Duration shortest = lowerBound(plan, limits, 0);
    Duration silent = lowerBound(plan, limits, 1);
    Duration rounds =
        plan.profile() == Profile.QUICK
            ? Duration.ZERO
            : paced(WitnessRun.longestExamination(plan).plus(deadline(plan).multipliedBy(3)), plan);
    return new Cost(plan.cells().size(), shortest, silent.plus(rounds), plan.cells().size());
  }

  /**
   * Nothing faster is to be expected within the caps when this share of the cells is silent: the
   * first flows start one by one, in random order, so that the last of the silent ones starts
   * almost at the end; it holds its place until the deadline (twice in the quick profile, with 2 s
   * between). All flows have to start, and the silent ones have to find places.
   */
  public static Duration lowerBound(Plan plan, Limits limits, double silentShare) {
    int places =
        Math.min(
            Objects.requireNonNullElse(limits.concurrency(), Caps.CONCURRENCY),
            Objects.requireNonNullElse(limits.perVantage(), Caps.CONCURRENCY)
                * Math.max(1, plan.vantages().size()));
    int tries = plan.profile() == Profile.QUICK ? 2 : 1;
    double cells = plan.cells().size();
    double silent = cells * silentShare;
    double flows = Caps.FLOWS_PER_SECOND * plan.pace();
    double lastSilent = silent == 0 ? 0 : busiest(plan) * (1 - 1 / (silent + 1)) / flows;
    double starting = busiest(plan) * (1 + silentShare * (tries - 1)) / flows;
    double deadline = seconds(deadline(plan)) / plan.pace();
    double chain = silent == 0 ? 0 : tries * deadline + (tries - 1) * 2 / plan.pace();
    double holding = silent * tries * deadline / places;
    double bound = Math.max(Math.max(lastSilent + chain, starting), holding);
    return Duration.ofMillis(Math.round(1000 * bound));
  }

  private static long busiest(Plan plan) {
    return plan.vantages().stream()
        .map(VantageFacts::name)
        .mapToLong(
            name -> plan.cells().stream().map(CellFacts::vantage).filter(name::equals).count())
        .max()
        .orElse(0);
  }

  private static Duration deadline(Plan plan) {
    return plan.endpoints().stream()
        .filter(endpoint -> !endpoint.keysMissing())
        .map(EndpointFacts::deadline)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static Duration paced(Duration duration, Plan plan) {
    return Duration.ofMillis(Math.round(duration.toMillis() / plan.pace()));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
