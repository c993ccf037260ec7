package org.vpnprobe.analysis.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Lines with loss and outages, servers that are down or flaky, and censors. Every packet's fate is
 * drawn; the same seed gives the same world.
 */
final class World {
  /**
   * What is wrong in a world.
   *
   * @param loss share of packets lost on every carrier's line, each way
   * @param outageEvery mean time between outages of a carrier's whole line, zero for none
   * @param outageLasts their mean length
   * @param down share of servers that are off
   * @param flaky share of servers that ignore 3 in 10 handshakes, from everywhere
   * @param routes what is wrong on the way to single addresses
   */
  record Weather(
      double loss,
      Duration outageEvery,
      Duration outageLasts,
      double down,
      double flaky,
      Routes routes) {
    Weather(double loss, Duration outageEvery, Duration outageLasts, double down, double flaky) {
      this(loss, outageEvery, outageLasts, down, flaky, Routes.SOUND);
    }

    static Weather lossy(double loss) {
      return new Weather(loss, Duration.ZERO, Duration.ZERO, 0, 0);
    }
  }

  /**
   * Faults on the way from one carrier to one address, for ten minutes on average, beginning at any
   * time from ten minutes before the run to ten minutes after its start.
   *
   * @param share of carrier and address pairs that meet one
   * @param flows share of the flows that it takes, by their ports: as when one of several equal
   *     paths is dead
   * @param loss share of those flows' packets that are lost while it lasts
   * @param spell mean length of the times of fault and of none in turn, zero for no interruption
   */
  record Routes(double share, double flows, double loss, Duration spell) {
    static final Routes SOUND = new Routes(0, 0, 0, Duration.ZERO);
  }

  /** How a protocol's handshake goes over the wire: what a real client sends again, and when. */
  record Wire(int roundTrips, long[] repeatsMs, long deadlineMs) {}

  private record Outage(long from, long to) {}

  private record Fault(List<Outage> when) {}

  private static final long ROUTE_FAULT_MS = Duration.ofMinutes(10).toMillis();
  private static final long ROUND_TRIP_MS = 120;
  private static final long HORIZON_MS = Duration.ofHours(2).toMillis();

  /** The control's line is a good one. */
  private static final double CONTROL_LOSS = 0.005;

  private static final double FLAKY = 0.3;

  private final Weather weather;
  private final Random random;
  private final Map<String, List<Outage>> outages = new HashMap<>();
  private final Map<String, Fault> faults = new HashMap<>();
  private final Map<String, Boolean> down = new HashMap<>();
  private final Map<String, Boolean> flaky = new HashMap<>();

  World(Weather weather, long seed) {
    this.weather = weather;
    this.random = new Random(seed);
  }

  /**
   * One handshake.
   *
   * @param at milliseconds since the start
   * @param censored the share of flows that the carrier stops here, 0 to 1
   * @return how long it took, negative when it failed
   */
  long handshake(
      String vantage, boolean control, String server, Wire wire, long at, double censored) {
    if (ignores(server) || (censored > 0 && random.nextDouble() < censored)) {
      return -1;
    }
    long time = at;
    for (int trip = 0; trip < wire.roundTrips(); trip++) {
      long answered = -1;
      for (long repeat : wire.repeatsMs()) {
        long sent = time + repeat;
        if (sent + ROUND_TRIP_MS <= at + wire.deadlineMs()
            && passes(vantage, control, sent)
            && passes(vantage, control, sent + ROUND_TRIP_MS / 2)) {
          answered = sent + ROUND_TRIP_MS;
          break;
        }
      }
      if (answered < 0) {
        return -1;
      }
      time = answered;
    }
    return time - at;
  }

  private boolean passes(String vantage, boolean control, long at) {
    double loss = control ? CONTROL_LOSS : weather.loss();
    return random.nextDouble() >= loss && (control || !isOut(vantage, at));
  }

  /**
   * One packet to or from an address.
   *
   * @param flow 0 to 1, the same for all packets of one pair of ports
   */
  boolean passes(String vantage, boolean control, String address, double flow, long at) {
    Routes routes = weather.routes();
    if (!control && routes.share() > 0 && flow < routes.flows()) {
      Fault fault = faults.computeIfAbsent(vantage + " " + address, f -> fault());
      if (within(fault.when(), at) && random.nextDouble() < routes.loss()) {
        return false;
      }
    }
    return passes(vantage, control, at);
  }

  /** What a server ignores today. */
  boolean ignores(String server) {
    boolean off = down.computeIfAbsent(server, s -> random.nextDouble() < weather.down());
    boolean moody = flaky.computeIfAbsent(server, s -> random.nextDouble() < weather.flaky());
    return off || (moody && random.nextDouble() < FLAKY);
  }

  private Fault fault() {
    Routes routes = weather.routes();
    if (random.nextDouble() >= routes.share()) {
      return new Fault(List.of());
    }
    long from = Math.round((2 * random.nextDouble() - 1) * ROUTE_FAULT_MS);
    long to = from + exponential(Duration.ofMillis(ROUTE_FAULT_MS));
    if (routes.spell().isZero()) {
      return new Fault(List.of(new Outage(from, to)));
    }
    List<Outage> spells = new ArrayList<>();
    for (long at = from; at < to; ) {
      long end = at + exponential(routes.spell());
      spells.add(new Outage(at, end));
      at = end + exponential(routes.spell());
    }
    return new Fault(spells);
  }

  private boolean isOut(String vantage, long at) {
    return within(outages.computeIfAbsent(vantage, v -> drawn()), at);
  }

  private static boolean within(List<Outage> outages, long at) {
    for (Outage outage : outages) {
      if (at >= outage.from() && at < outage.to()) {
        return true;
      }
    }
    return false;
  }

  /** Alternating good and bad times of exponential length (Gilbert and Elliott). */
  private List<Outage> drawn() {
    List<Outage> list = new ArrayList<>();
    if (weather.outageEvery().isZero()) {
      return list;
    }
    for (long at = exponential(weather.outageEvery()); at < HORIZON_MS; ) {
      long end = at + exponential(weather.outageLasts());
      list.add(new Outage(at, end));
      at = end + exponential(weather.outageEvery());
    }
    return list;
  }

  private long exponential(Duration mean) {
    return Math.round(-Math.log(1 - random.nextDouble()) * mean.toMillis());
  }
}
