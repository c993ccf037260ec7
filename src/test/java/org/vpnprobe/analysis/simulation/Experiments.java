package org.vpnprobe.analysis.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.simulation.Server.Kind;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;
import org.vpnprobe.model.VantageFacts;

/**
 * One kind of world, many times, with experiments: 160 endpoints of eight kinds, two on each
 * address, seen from three carriers and a control.
 *
 * @param meddlings each meets one server on one carrier's line, or all of its kind there
 */
record Experiments(String name, World.Weather weather, List<Meddling> meddlings) {
  static final int ENDPOINTS = 160;
  private static final String CONTROL = "control";
  private static final int[] PENALTIES = {0, 0, 60, 90, 180};

  Experiments {
    meddlings = List.copyOf(meddlings);
  }

  /** What became of cells. */
  record Tally(
      long cells, long blocked, long likely, long impaired, long missed, long named, long right) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0);

    Tally plus(Tally other) {
      return new Tally(
          cells + other.cells,
          blocked + other.blocked,
          likely + other.likely,
          impaired + other.impaired,
          missed + other.missed,
          named + other.named,
          right + other.right);
    }

    static Tally of(Report.Cell cell, String cause) {
      long blocked = cell.state() == State.BLOCKED ? 1 : 0;
      long likely = cell.state() == State.LIKELY_BLOCKED ? 1 : 0;
      long impaired =
          switch (cell.state()) {
            case IMPAIRED, DEGRADED -> 1;
            default -> 0;
          };
      long named = blocked + likely + impaired;
      return new Tally(
          1, blocked, likely, impaired, 1 - named, named, cause.equals(cell.cause()) ? named : 0);
    }
  }

  /**
   * What became of all cells.
   *
   * @param innocent nobody stops these
   * @param filtered the server itself refuses the carrier
   * @param stopped by what stops them
   */
  record Tallies(Tally innocent, Tally filtered, Map<Meddling, Tally> stopped) {
    static final Tallies NONE = new Tallies(Tally.NONE, Tally.NONE, Map.of());

    Tallies {
      stopped = Map.copyOf(stopped);
    }

    Tallies plus(Tallies other) {
      Map<Meddling, Tally> sum = new EnumMap<>(Meddling.class);
      sum.putAll(stopped);
      other.stopped.forEach((kind, tally) -> sum.merge(kind, tally, Tally::plus));
      return new Tallies(innocent.plus(other.innocent), filtered.plus(other.filtered), sum);
    }
  }

  Tallies run(long seed) {
    Random random = new Random(seed);
    List<Server> servers = servers();
    List<Meddler> meddlers = meddlers(servers, random);
    World world = new World(weather, seed);
    Report report =
        new Rehearsed(plan(seed, servers), new Network(world, CONTROL, servers, meddlers, seed))
            .report();
    Map<String, Meddling> stopped = stopped(servers, meddlers);
    Tallies tallies = Tallies.NONE;
    for (Report.Cell cell : report.cells()) {
      if (Scenario.CARRIERS.contains(cell.carrier())) {
        tallies = tallies.plus(counted(cell, stopped.get(cell.id())));
      }
    }
    return tallies;
  }

  private static Tallies counted(Report.Cell cell, @Nullable Meddling by) {
    if (by == null) {
      return new Tallies(Tally.of(cell, ""), Tally.NONE, Map.of());
    }
    Tally tally = Tally.of(cell, by.cause(cell.protocol()));
    return by.own()
        ? new Tallies(Tally.NONE, tally, Map.of())
        : new Tallies(Tally.NONE, Tally.NONE, Map.of(by, tally));
  }

  private static List<Server> servers() {
    List<Server> servers = new ArrayList<>();
    Kind[] kinds = Kind.values();
    for (int i = 0; i < ENDPOINTS; i++) {
      int host = i / 2;
      // Two endpoints on each address, of different kinds, in changing company.
      int other = 1 + host / kinds.length % (kinds.length - 1);
      Kind kind = kinds[(host + i % 2 * other) % kinds.length];
      servers.add(
          new Server(
              "e" + i,
              kind,
              "198.18." + host + ".1", // Each in a network of its own.
              1000 + i,
              kind == Kind.NAMED ? "n" + i + ".example" : null));
    }
    return servers;
  }

  private List<Meddler> meddlers(List<Server> servers, Random random) {
    List<Meddler> meddlers = new ArrayList<>();
    List<Server> shuffled = new ArrayList<>(servers);
    Collections.shuffle(shuffled, random);
    Set<String> taken = new HashSet<>();
    for (Meddling kind : meddlings) {
      for (Server server : shuffled) {
        if (kind.fits(server.kind()) && taken.add(server.ip())) {
          int penalty = kind.own() || !punishes(kind) ? 0 : PENALTIES[random.nextInt(5)];
          meddlers.add(
              new Meddler(
                  kind,
                  Scenario.CARRIERS.get(random.nextInt(3)),
                  server,
                  random.nextBoolean(),
                  random.nextInt(3),
                  penalty));
          break;
        }
      }
    }
    return meddlers;
  }

  private static boolean punishes(Meddling kind) {
    return kind == Meddling.NAME_RESET || kind == Meddling.NAME_DROPPED;
  }

  private static Map<String, Meddling> stopped(List<Server> servers, List<Meddler> meddlers) {
    Map<String, Meddling> stopped = new HashMap<>();
    for (Meddler m : meddlers) {
      for (Server server : servers) {
        boolean meets =
            server.equals(m.server())
                || (m.kind().everywhere() && server.kind() == m.server().kind())
                || (hostWide(m.kind()) && server.ip().equals(m.server().ip()));
        if (meets) {
          stopped.putIfAbsent(CellFacts.id(server.name(), m.vantage(), Family.IP4), m.kind());
        }
      }
    }
    return stopped;
  }

  private static boolean hostWide(Meddling kind) {
    return kind == Meddling.ADDRESS || kind == Meddling.OWN_ADDRESS;
  }

  private static Plan plan(long seed, List<Server> servers) {
    List<VantageFacts> vantages = new ArrayList<>();
    Scenario.CARRIERS.forEach(name -> vantages.add(vantage(name, Role.CARRIER)));
    vantages.add(vantage(CONTROL, Role.CONTROL));
    List<EndpointFacts> endpoints = servers.stream().map(Server::facts).toList();
    List<CellFacts> cells = new ArrayList<>();
    for (EndpointFacts endpoint : endpoints) {
      for (VantageFacts vantage : vantages) {
        String id = CellFacts.id(endpoint.name(), vantage.name(), Family.IP4);
        cells.add(
            new CellFacts(
                Objects.requireNonNull(id),
                endpoint.name(),
                vantage.name(),
                Family.IP4,
                Expectation.REACHABLE));
      }
    }
    return new Plan(
        Plan.SCHEMA_VERSION,
        "run-" + seed,
        "simulation",
        Instant.parse("2027-01-01T00:00:00Z"),
        seed,
        Profile.STANDARD,
        1,
        false,
        false,
        vantages,
        endpoints,
        cells,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        Diagnose.SAFE,
        List.of("far"),
        null,
        null,
        null);
  }

  private static VantageFacts vantage(String name, Role role) {
    return new VantageFacts(name, name, List.of(), role, "direct", "host", true, true, true);
  }
}
