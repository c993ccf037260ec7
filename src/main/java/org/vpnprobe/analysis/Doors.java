package org.vpnprobe.analysis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Plan;

/**
 * Which cells of a line stand at one host: what tells one server from another is the address that
 * was contacted, and the host as written until one was.
 */
final class Doors {
  /** A host as one line sees it. */
  private record Door(String vantage, Family family, String host) {}

  private final Plan plan;
  private final Map<String, String> hosts = new HashMap<>();
  private @Nullable Street street;

  Doors(Plan plan) {
    this.plan = plan;
    Map<String, String> written = new HashMap<>();
    plan.endpoints().forEach(e -> written.put(e.name(), hostOf(e.address())));
    for (CellFacts cell : plan.cells()) {
      hosts.put(cell.id(), Objects.requireNonNull(written.get(cell.endpoint()), cell.id()));
    }
  }

  /** Notes the address, {@code ip:port}, that was contacted for a cell. */
  void contacted(CellFacts cell, String address) {
    String host = hostOf(address);
    String before = Objects.requireNonNull(hosts.get(cell.id()), cell.id());
    if (!host.equals(before)) {
      hosts.put(cell.id(), host);
      if (street != null) {
        street.moves(cell, before, host);
      }
    }
  }

  /** The host of a cell's server. */
  String host(String cellId) {
    return Objects.requireNonNull(hosts.get(cellId), cellId);
  }

  /** The cells of a line at this host, in the order of the plan. */
  List<String> at(CellFacts line, String host) {
    return street().at(line, host).stream().map(place -> plan.cells().get(place).id()).toList();
  }

  /** Where a cell stands in the plan. */
  int place(String cellId) {
    return street().place(cellId);
  }

  /** Who lives where is asked while a run goes on, and by no report. */
  private Street street() {
    Street known = street;
    if (known == null) {
      known = new Street(plan, hosts);
      street = known;
    }
    return known;
  }

  /** Which cells stand at each door. */
  private static final class Street {
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<Door, TreeSet<Integer>> at = new HashMap<>();

    Street(Plan plan, Map<String, String> hosts) {
      for (CellFacts cell : plan.cells()) {
        places.put(cell.id(), places.size());
        stands(cell, Objects.requireNonNull(hosts.get(cell.id()), cell.id()));
      }
    }

    private void stands(CellFacts cell, String host) {
      at.computeIfAbsent(door(cell, host), d -> new TreeSet<>()).add(place(cell.id()));
    }

    void moves(CellFacts cell, String from, String to) {
      Objects.requireNonNull(at.get(door(cell, from))).remove(place(cell.id()));
      stands(cell, to);
    }

    TreeSet<Integer> at(CellFacts line, String host) {
      return at.getOrDefault(door(line, host), new TreeSet<>());
    }

    int place(String cellId) {
      return Objects.requireNonNull(places.get(cellId), cellId);
    }

    private static Door door(CellFacts cell, String host) {
      return new Door(cell.vantage(), cell.family(), host);
    }
  }

  /** The host of {@code host:port}; what is neither stays as it is. */
  static String hostOf(String address) {
    try {
      return HostPort.of(address).host();
    } catch (IllegalArgumentException e) {
      return address;
    }
  }
}
