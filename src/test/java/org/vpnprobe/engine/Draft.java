package org.vpnprobe.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.VantageFacts;

/** Plans for tests, a line each. */
final class Draft {
  private final List<VantageFacts> vantages = new ArrayList<>();
  private final List<EndpointFacts> endpoints = new ArrayList<>();
  private Profile profile = Profile.STANDARD;
  private Instant createdAt = Instant.now();
  private double pace = 1000;
  private long seed = 7;
  private boolean asControl;
  private boolean controlElsewhere;

  Draft profile(Profile what) {
    profile = what;
    return this;
  }

  Draft pace(double what) {
    pace = what;
    return this;
  }

  Draft seed(long what) {
    seed = what;
    return this;
  }

  Draft createdAt(Instant at) {
    createdAt = at;
    return this;
  }

  Draft asControl() {
    asControl = true;
    return this;
  }

  Draft controlElsewhere() {
    controlElsewhere = true;
    return this;
  }

  Draft carrier(String name) {
    return vantage(name, Role.CARRIER);
  }

  Draft control(String name) {
    return vantage(name, Role.CONTROL);
  }

  private Draft vantage(String name, Role role) {
    vantages.add(
        new VantageFacts(
            name, name + " \"display\"", List.of(64512L), role, "lab", "lab", true, true, true));
    return this;
  }

  Draft endpoint(String name, String address, String... keys) {
    return endpoint(name, address, false, keys);
  }

  /** An endpoint whose settings lack what would make it answer. */
  Draft keysMissing(String name) {
    return endpoint(name, "192.0.9.9:51820", true);
  }

  private Draft endpoint(String name, String address, boolean keysMissing, String... keys) {
    endpoints.add(
        new EndpointFacts(
            name,
            "tcp",
            Transport.TCP,
            address,
            Depth.AUTHENTICATED,
            Depth.TUNNEL,
            false,
            false,
            keysMissing,
            false,
            Duration.ofSeconds(10),
            null,
            List.of(keys),
            List.of("tag"),
            new SourceMark("probes.yaml", 3, 5)));
    return this;
  }

  /** So many endpoints {@code e1, e2, …}, each at an address of its own. */
  Draft endpoints(int count) {
    for (int n = 1; n <= count; n++) {
      endpoint("e" + n, "192.0." + (2 + n / 250) + "." + (1 + n % 250) + ":443");
    }
    return this;
  }

  Plan plan() {
    List<CellFacts> cells = new ArrayList<>();
    for (EndpointFacts endpoint : endpoints) {
      for (VantageFacts vantage : vantages) {
        cells.add(cell(endpoint.name(), vantage.name()));
      }
    }
    return new Plan(
        Plan.SCHEMA_VERSION,
        "run-1",
        "0.1.0",
        createdAt,
        seed,
        profile,
        pace,
        true,
        asControl,
        vantages,
        endpoints,
        cells,
        List.of("anchor"),
        List.of(endpoints.getFirst().name()),
        List.of(new Plan.Neighbour("a", "b")),
        List.of(new Event(java.time.LocalDate.of(2027, 2, 1), "told to block")),
        List.of(new Rejected("probes.yaml", 9, 3, "port “99999” is out of range\nsecond line")),
        "probes.yaml",
        org.vpnprobe.model.Diagnose.OFF,
        List.of(),
        null,
        null,
        controlElsewhere ? true : null);
  }

  private static CellFacts cell(String endpoint, String vantage) {
    return new CellFacts(
        CellFacts.id(endpoint, vantage, Family.IP4),
        endpoint,
        vantage,
        Family.IP4,
        Expectation.REACHABLE);
  }

  /** A trial order for a cell of no plan. */
  static TrialOrder order(String endpoint, Depth goal, Duration deadline) {
    return order(endpoint, goal, deadline, null);
  }

  static TrialOrder order(
      String endpoint, Depth goal, Duration deadline, java.net.@Nullable InetAddress address) {
    CellFacts cell = cell(endpoint, "line");
    return new TrialOrder(
        cell.id() + "#screening.0.1",
        cell,
        null,
        org.vpnprobe.model.Purpose.SCREENING,
        0,
        address,
        goal,
        deadline);
  }
}
