package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.Transport;

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
    Map<Line, Set<String>> hosts = hosts(plan, trials);
    Map<String, List<String>> limits = new LinkedHashMap<>();
    for (CellFacts cell : plan.cells()) {
      for (String sentence : limits(plan, trials, hosts, cell)) {
        limits.computeIfAbsent(sentence, s -> new ArrayList<>()).add(cell.id());
      }
    }
    List<Limit> list = new ArrayList<>();
    limits.forEach((sentence, cells) -> list.add(new Limit(cells, sentence)));
    return list;
  }

  private static List<String> limits(
      Plan plan, Trials trials, Map<Line, Set<String>> hosts, CellFacts cell) {
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
    if (!plan.hasControlElsewhere() && !hasControl(plan, trials, cell)) {
      limits.add("at most insufficient: no control tries the same server");
    }
    int witnesses = witnesses(hosts, trials, cell);
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

  /** The servers of one transport on one line. */
  private record Line(String vantage, Family family, Transport transport) {}

  private static Line line(Trials trials, CellFacts cell) {
    return new Line(cell.vantage(), cell.family(), trials.endpoint(cell.id()).transport());
  }

  private static Map<Line, Set<String>> hosts(Plan plan, Trials trials) {
    Map<Line, Set<String>> hosts = new HashMap<>();
    for (CellFacts cell : plan.cells()) {
      if (!trials.endpoint(cell.id()).keysMissing()) {
        hosts.computeIfAbsent(line(trials, cell), l -> new HashSet<>()).add(trials.host(cell.id()));
      }
    }
    return hosts;
  }

  /** Other servers of the same transport on the line, if all of them answer. */
  private static int witnesses(Map<Line, Set<String>> hosts, Trials trials, CellFacts cell) {
    Set<String> all = hosts.getOrDefault(line(trials, cell), Set.of());
    return all.size() - (all.contains(trials.host(cell.id())) ? 1 : 0);
  }
}
