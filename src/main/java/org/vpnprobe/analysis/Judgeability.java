package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Role;

/** What a plan cannot find out, and why: said before a byte leaves. */
public final class Judgeability {
  /**
   * One limit.
   *
   * @param cells to which it applies
   * @param sentence what cannot be said and what would help
   */
  public record Limit(List<String> cells, String sentence) {
    public Limit {
      cells = List.copyOf(cells);
    }
  }

  private Judgeability() {}

  /** The limits of a plan; empty when every cell can be judged to the end. */
  public static List<Limit> of(Plan plan) {
    Trials trials = new Trials(plan);
    Map<String, List<String>> limits = new LinkedHashMap<>();
    for (CellFacts cell : plan.cells()) {
      for (String sentence : limits(plan, trials, cell)) {
        limits.computeIfAbsent(sentence, s -> new ArrayList<>()).add(cell.id());
      }
    }
    List<Limit> list = new ArrayList<>();
    limits.forEach((sentence, cells) -> list.add(new Limit(cells, sentence)));
    return list;
  }

  private static List<String> limits(Plan plan, Trials trials, CellFacts cell) {
    EndpointFacts endpoint = trials.endpoint(cell.id());
    List<String> limits = new ArrayList<>();
    if (endpoint.keysMissing()) {
      limits.add("insufficient: this protocol answers nobody without keys, and none are given");
      return limits;
    }
    if (trials.role(cell.id()) == Role.CONTROL || plan.profile() == Profile.QUICK) {
      return limits;
    }
    if (endpoint.deadlineTooShort()) {
      limits.add("at most insufficient: the deadline is shorter than three sends of a real client");
    }
    if (!hasControl(plan, trials, cell)) {
      limits.add("at most insufficient: no control tries the same server");
    }
    int witnesses = witnesses(plan, trials, cell);
    if (witnesses == 0) {
      limits.add("at most insufficient: no other server of its transport could be a witness here");
    } else if (witnesses < Witnesses.LEAST && plan.witnesses().isEmpty()) {
      limits.add("at most impaired: fewer than two servers could be witnesses here");
    }
    return limits;
  }

  private static boolean hasControl(Plan plan, Trials trials, CellFacts cell) {
    return plan.vantages().stream()
        .filter(vantage -> vantage.role() == Role.CONTROL)
        .anyMatch(v -> trials.knows(CellFacts.id(cell.endpoint(), v.name(), cell.family())));
  }

  /** Other servers of the same transport on the line, if all of them answer. */
  private static int witnesses(Plan plan, Trials trials, CellFacts cell) {
    EndpointFacts endpoint = trials.endpoint(cell.id());
    Set<String> hosts = new LinkedHashSet<>();
    for (CellFacts other : plan.cells()) {
      EndpointFacts candidate = trials.endpoint(other.id());
      if (other.vantage().equals(cell.vantage())
          && other.family() == cell.family()
          && candidate.transport() == endpoint.transport()
          && !candidate.keysMissing()) {
        hosts.add(trials.host(other.id()));
      }
    }
    hosts.remove(trials.host(cell.id()));
    return hosts.size();
  }
}
