package org.vpnprobe.analysis.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Variation;

/** What lies between carriers and servers, and how the trials of a run fare there. */
final class Network implements Rehearsed.Behaviour {
  private final World world;
  private final String control;
  private final Map<String, Server> servers = new HashMap<>();
  private final List<Meddler> meddlers;
  private final Random random;
  private final Map<String, Long> roundTrips = new HashMap<>();
  private final Map<String, Long> penalties = new HashMap<>();

  Network(World world, String control, List<Server> servers, List<Meddler> meddlers, long seed) {
    this.world = world;
    this.control = control;
    this.meddlers = List.copyOf(meddlers);
    this.random = new Random(seed);
    servers.forEach(server -> this.servers.put(server.name(), server));
  }

  @Override
  public Rehearsed.Outcome of(CellFacts cell, Purpose purpose, long at) {
    Server server = server(cell);
    boolean round = purpose == Purpose.CONTROL_BEFORE || purpose == Purpose.CONTROL_AFTER;
    if (round && meddlers.stream().anyMatch(m -> misleads(m) && m.server().equals(server))) {
      return Rehearsed.Outcome.silent(server.kind().deadlineMs()); // At the false address.
    }
    return new Attempt(this, cell.vantage(), server, at).made(new Variation.Same());
  }

  private static boolean misleads(Meddler meddler) {
    return meddler.kind() == Meddling.NAME_FORGED || meddler.kind() == Meddling.OWN_DEAD_ADDRESS;
  }

  @Override
  public Rehearsed.Outcome of(CellFacts cell, Experiment experiment, long at) {
    return new Attempt(this, cell.vantage(), server(cell), at).made(experiment.variation());
  }

  private Server server(CellFacts cell) {
    return Objects.requireNonNull(servers.get(cell.endpoint()));
  }

  Random random() {
    return random;
  }

  List<Meddler> meddlers(String vantage) {
    return meddlers.stream().filter(m -> m.vantage().equals(vantage)).toList();
  }

  boolean ignores(Server server) {
    return world.ignores(server.name());
  }

  /** Some hosts drop what comes to a closed port; most refuse it. */
  boolean open(String ip, int port) {
    return servers.values().stream()
        .anyMatch(s -> s.ip().equals(ip) && s.kind().tcp() && s.port() == port);
  }

  boolean refuses(String ip) {
    return ip.hashCode() % 4 != 0;
  }

  boolean passes(String vantage, String ip, double flow, long at) {
    return world.passes(vantage, vantage.equals(control), ip, flow, at);
  }

  /** From 20 to 60 ms at the control, from 60 to 260 ms elsewhere, and some jitter. */
  long roundTripMs(String vantage, String ip) {
    long base =
        roundTrips.computeIfAbsent(
            vantage + " " + ip,
            r -> vantage.equals(control) ? 20L + random.nextInt(40) : 60L + random.nextInt(200));
    return base + Math.round(-Math.log(1 - random.nextDouble()) * 8);
  }

  boolean punished(String vantage, String ip, int port, long at) {
    return penalties.getOrDefault(vantage + " " + ip + " " + port, 0L) > at;
  }

  void punish(Meddler by, String ip, int port, long at) {
    if (by.penaltySeconds() > 0) {
      penalties.put(by.vantage() + " " + ip + " " + port, at + by.penaltySeconds() * 1000L);
    }
  }
}
