package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.experiment.Case;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.VantageFacts;
import org.vpnprobe.model.Variation;

/** What experiments get to see of a suspect, from the trials of one run. */
final class Cases {
  private final Trials trials;
  private final Map<String, List<String>> elsewhere = new HashMap<>();
  private final Map<String, Set<String>> taken = new HashMap<>();
  private final Map<String, List<String>> flowing = new HashMap<>();
  private @Nullable Map<String, LinkedHashSet<Integer>> portsAt;
  private @Nullable List<CellFacts> webs;

  Cases(Trials trials) {
    this.trials = trials;
  }

  Case of(String cellId) {
    CellFacts cell = trials.cell(cellId);
    Plan plan = trials.plan();
    return new Case(
        cell,
        trials.endpoint(cellId),
        trials.controlOf(cellId),
        Merged.sorted(trials.of(cellId).stream().filter(Failing::usable).toList()),
        controls(cell),
        trials.experiments(cellId),
        elsewhere.computeIfAbsent(cellId, this::elsewhere),
        beside(cell),
        ports(cellId),
        plan.diagnose(),
        plan.resolvers(),
        vantage(trials.vantage(cellId)),
        plan.pace());
  }

  /** A name asked of the host's resolver may have left elsewhere (design §4a, rules of reach). */
  private static Case.Vantage vantage(VantageFacts facts) {
    boolean elsewhere =
        facts.resolver().equals("proxy")
            || (facts.resolver().equals("host") && BOUND.contains(facts.kind()));
    return new Case.Vantage(!elsewhere, facts.rttIsTarget());
  }

  /** Servers that take a stranger's ClientHello for what it is. */
  private static final Set<String> WEB = Set.of("https", "tls");

  /** Places that the host's own resolver may not stand in. */
  private static final Set<String> BOUND = Set.of("interface", "netns", "source");

  private List<Measurement> controls(CellFacts cell) {
    List<Measurement> found = new ArrayList<>();
    for (String id : trials.controlsOf(cell)) {
      trials.of(id).stream().filter(Failing::usable).forEach(found::add);
    }
    return Merged.sorted(found);
  }

  /** Other TCP ports of the host. */
  private List<Integer> ports(String cellId) {
    Map<String, LinkedHashSet<Integer>> known = portsAt;
    if (known == null) {
      known = new HashMap<>();
      for (EndpointFacts each : trials.plan().endpoints()) {
        if (each.transport() == Transport.TCP) {
          HostPort address = HostPort.of(each.address());
          known.computeIfAbsent(address.host(), h -> new LinkedHashSet<>()).add(address.port());
        }
      }
      portsAt = known;
    }
    String host = HostPort.of(trials.endpoint(cellId).address()).host();
    return List.copyOf(known.getOrDefault(host, new LinkedHashSet<>()));
  }

  /**
   * One server that shows a certificate, has answered here, stands in another network than this
   * suspect and at an address without one, and serves no other suspect of this line. What an
   * experiment of this cell has used already stays its own.
   */
  private List<String> elsewhere(String cellId) {
    CellFacts cell = trials.cell(cellId);
    EndpointFacts endpoint = trials.endpoint(cellId);
    if (endpoint.sni() == null && !endpoint.obfuscated()) {
      return List.of(); // No experiment of such a suspect goes there: others may.
    }
    Set<String> others = taken.computeIfAbsent(cell.vantage(), v -> new LinkedHashSet<>());
    @Nullable String used = used(cell, m -> !isData(m));
    List<String> found =
        used != null
            ? List.of(used)
            : webs().stream()
                .filter(other -> other.vantage().equals(cell.vantage()))
                .filter(other -> other.family() == cell.family())
                .map(CellFacts::id)
                .filter(trials::answered)
                .filter(id -> !trials.suspectHosts().at(cell.vantage(), trials.host(id)))
                .filter(id -> !others.contains(trials.host(id)))
                .filter(id -> !Networks.same(trials.host(id), trials.host(cellId)))
                .limit(1)
                .toList();
    found.forEach(id -> others.add(trials.host(id)));
    return found;
  }

  /** The other cell of the line that experiments of this one have gone to already. */
  private @Nullable String used(CellFacts cell, Predicate<Measurement> ofThose) {
    return trials.experiments(cell.id()).stream()
        .filter(ofThose)
        .map(Measurement::cell)
        .filter(id -> trials.cell(id).vantage().equals(cell.vantage()))
        .filter(id -> !id.equals(cell.id()))
        .findFirst()
        .orElse(null);
  }

  private static boolean isData(Measurement m) {
    return m.experiment() != null && m.experiment().variation() instanceof Variation.DataAfter;
  }

  /** A cell on the same line that answered, at another address, whose sessions carry data. */
  private @Nullable String beside(CellFacts cell) {
    @Nullable String used = used(cell, Cases::isData);
    if (used != null || !trials.endpoint(cell.id()).carriesData()) {
      return used;
    }
    // What loss does to TCP says nothing of datagrams.
    String line =
        cell.vantage() + " " + cell.family() + " " + trials.endpoint(cell.id()).transport();
    String host = trials.host(cell.id());
    List<String> known = flowing.getOrDefault(line, List.of());
    if (known.stream().allMatch(id -> trials.host(id).equals(host))) {
      known = flowing(cell);
      flowing.put(line, known);
    }
    return known.stream().filter(id -> !trials.host(id).equals(host)).findFirst().orElse(null);
  }

  /** The first cells of two addresses, so that each has one that is not its own. */
  private List<String> flowing(CellFacts beside) {
    List<String> found = new ArrayList<>();
    for (CellFacts cell : trials.plan().cells()) {
      if (cell.vantage().equals(beside.vantage())
          && cell.family() == beside.family()
          && trials.endpoint(cell.id()).carriesData()
          && trials.endpoint(cell.id()).transport() == trials.endpoint(beside.id()).transport()
          && trials.answered(cell.id())
          && !trials.suspectHosts().at(cell.vantage(), trials.host(cell.id()))
          && found.stream().noneMatch(id -> trials.host(id).equals(trials.host(cell.id())))) {
        found.add(cell.id());
        if (found.size() == 2) {
          break;
        }
      }
    }
    return found;
  }

  /** The cells whose servers show a certificate, in the order of the plan. */
  private List<CellFacts> webs() {
    List<CellFacts> all = webs;
    if (all == null) {
      all =
          trials.plan().cells().stream()
              .filter(cell -> trials.endpoint(cell.id()).sni() != null)
              .filter(cell -> WEB.contains(trials.endpoint(cell.id()).protocol()))
              .toList();
      webs = all;
    }
    return all;
  }
}
