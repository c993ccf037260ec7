package org.vpnprobe.analysis.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.VantageFacts;

/**
 * One kind of world, many times: 300 endpoints of four protocols, two on each server address, seen
 * from three carriers and a control.
 */
record Scenario(String name, World.Weather weather, Censor censor) {
  static final int ENDPOINTS = 300;
  private static final String CONTROL = "control";
  static final List<String> CARRIERS = List.of("mobile", "unicom", "telecom");

  /** Who is stopped, and how often. */
  enum Censor {
    NONE,
    /** One cell of all 900. */
    LONE,
    /** One carrier stops one protocol altogether. */
    PROTOCOL,
    /** One carrier stops half of the endpoints. */
    HALF,
    /** One cell, 26 % of whose flows are stopped. */
    CHANCE
  }

  private static final double CHANCE = 0.26;

  /** Timers of the real clients (reference: protocols.md): sends, and what a trial may take. */
  static final Map<String, World.Wire> WIRES =
      Map.of(
          "wireguard", new World.Wire(1, new long[] {0, 5150, 10300}, 15_700),
          "openvpn", new World.Wire(6, new long[] {0, 2000, 6000, 14000}, 20_000),
          "ikev2", new World.Wire(2, new long[] {0, 4000, 11200}, 20_000),
          "tls", new World.Wire(3, new long[] {0, 1000, 3000, 7000}, 10_000));

  private static final List<String> PROTOCOLS = List.of("wireguard", "openvpn", "ikev2", "tls");

  /** What came of the cells of a world. */
  record Tally(
      long innocent,
      long blamed,
      long impaired,
      long blocked,
      long found,
      long foundImpaired,
      long missed) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0);

    Tally plus(Tally other) {
      return new Tally(
          innocent + other.innocent,
          blamed + other.blamed,
          impaired + other.impaired,
          blocked + other.blocked,
          found + other.found,
          foundImpaired + other.foundImpaired,
          missed + other.missed);
    }
  }

  Tally run(long seed) {
    return run(seed, Profile.STANDARD);
  }

  Tally run(long seed, Profile profile) {
    Plan plan = plan(seed, profile);
    Map<String, Double> censored = censored(new Random(seed));
    Report report =
        new Rehearsed(plan, behaviour(plan, new World(weather, seed), censored)).report();
    Tally tally = Tally.NONE;
    for (Report.Cell cell : report.cells()) {
      if (CARRIERS.contains(cell.carrier())) {
        tally = tally.plus(counted(cell, censored.containsKey(cell.id())));
      }
    }
    return tally;
  }

  private static Rehearsed.Behaviour behaviour(
      Plan plan, World world, Map<String, Double> censored) {
    Map<String, World.Wire> wires = new HashMap<>();
    plan.endpoints()
        .forEach(endpoint ->
            wires.put(endpoint.name(), Objects.requireNonNull(WIRES.get(endpoint.protocol()))));
    return (cell, purpose, at) -> {
      World.Wire wire = Objects.requireNonNull(wires.get(cell.endpoint()));
      long took =
          world.handshake(
              cell.vantage(),
              cell.vantage().equals(CONTROL),
              cell.endpoint(),
              wire,
              at,
              censored.getOrDefault(cell.id(), 0.0));
      return took < 0 ? Rehearsed.Outcome.silent(wire.deadlineMs()) : Rehearsed.Outcome.up(took);
    };
  }

  private static Tally counted(Report.Cell cell, boolean stopped) {
    long blamed =
        switch (cell.state()) {
          case BLOCKED, LIKELY_BLOCKED -> 1;
          default -> 0;
        };
    long impaired =
        switch (cell.state()) {
          case IMPAIRED, DEGRADED -> 1;
          default -> 0;
        };
    return stopped
        ? new Tally(0, 0, 0, 1, blamed, impaired, 1 - blamed - impaired)
        : new Tally(1, blamed, impaired, 0, 0, 0, 0);
  }

  private Map<String, Double> censored(Random random) {
    Map<String, Double> cells = new HashMap<>();
    String carrier = CARRIERS.get(random.nextInt(CARRIERS.size()));
    switch (censor) {
      case NONE -> {}
      case LONE -> cells.put(cell(random.nextInt(ENDPOINTS), carrier), 1.0);
      case CHANCE -> cells.put(cell(random.nextInt(ENDPOINTS), carrier), CHANCE);
      case PROTOCOL -> {
        int protocol = random.nextInt(PROTOCOLS.size());
        for (int i = protocol; i < ENDPOINTS; i += PROTOCOLS.size()) {
          cells.put(cell(i, carrier), 1.0);
        }
      }
      case HALF -> {
        for (int i = 0; i < ENDPOINTS; i++) {
          if (random.nextBoolean()) {
            cells.put(cell(i, carrier), 1.0);
          }
        }
      }
    }
    return cells;
  }

  private static String cell(int endpoint, String carrier) {
    return CellFacts.id("e" + endpoint, carrier, Family.IP4);
  }

  private static Plan plan(long seed, Profile profile) {
    List<VantageFacts> vantages = new ArrayList<>();
    CARRIERS.forEach(name -> vantages.add(vantage(name, Role.CARRIER)));
    vantages.add(vantage(CONTROL, Role.CONTROL));
    List<EndpointFacts> endpoints = new ArrayList<>();
    List<CellFacts> cells = new ArrayList<>();
    for (int i = 0; i < ENDPOINTS; i++) {
      EndpointFacts endpoint = endpoint(i);
      endpoints.add(endpoint);
      for (VantageFacts vantage : vantages) {
        cells.add(
            new CellFacts(
                CellFacts.id(endpoint.name(), vantage.name(), Family.IP4),
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
        profile,
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
        null);
  }

  private static EndpointFacts endpoint(int i) {
    String protocol = PROTOCOLS.get(i % PROTOCOLS.size());
    // Two endpoints on each address, of different protocols.
    int host = i / 2;
    return new EndpointFacts(
        "e" + i,
        protocol,
        protocol.equals("tls") ? Transport.TCP : Transport.UDP,
        "198.18." + host / 200 + "." + (1 + host % 200) + ":" + (1000 + i),
        Depth.AUTHENTICATED,
        Depth.AUTHENTICATED,
        false,
        false,
        false,
        false,
        Duration.ofMillis(Objects.requireNonNull(WIRES.get(protocol)).deadlineMs()),
        null,
        List.of(),
        List.of(),
        null);
  }

  private static VantageFacts vantage(String name, Role role) {
    return new VantageFacts(name, name, List.of(), role, "direct", "host", true, true, true);
  }
}
