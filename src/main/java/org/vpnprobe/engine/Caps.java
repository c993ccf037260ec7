package org.vpnprobe.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Limits;

/**
 * How much may be under way: in all, from one vantage, to one server address, and with a key that
 * only one client may use at a time. Used by the run's thread alone.
 */
final class Caps {
  /** File descriptor limits are often 20,000 or less, and a trial may hold several. */
  static final int CONCURRENCY = 2000;

  /** Trials of QUIC at once: the library that speaks it starts seven threads for each. */
  static final int QUIC = 128;

  /** New flows a second from one vantage: what a busy office makes; more looks like a scan. */
  static final int FLOWS_PER_SECOND = 200;

  /** A late wake-up may catch up on so much. */
  private static final Duration BURST = Duration.ofMillis(50);

  private static final Duration HOUR = Duration.ofHours(1);

  private final int concurrency;
  private final int perVantage;
  private final int serversPerHour;
  private final double pace;
  private int underWay;
  private int quic;
  private final Map<String, Integer> ofVantage = new HashMap<>();
  private final Set<String> busyServers = new HashSet<>();
  private final Set<String> busyKeys = new HashSet<>();
  private final Map<String, Duration> nextFlow = new HashMap<>();
  private final Map<String, LinkedHashMap<String, Duration>> contacted = new HashMap<>();
  private final Map<String, Duration> looked = new HashMap<>();
  private @Nullable Duration wakeUp;

  Caps(Limits limits, double pace) {
    this.concurrency = Objects.requireNonNullElse(limits.concurrency(), CONCURRENCY);
    this.perVantage = Objects.requireNonNullElse(limits.perVantage(), CONCURRENCY);
    this.serversPerHour = Objects.requireNonNullElse(limits.serversPerHour(), Integer.MAX_VALUE);
    this.pace = pace;
  }

  /**
   * What a job will use.
   *
   * @param quic it speaks QUIC
   */
  record Use(Set<String> vantages, String server, Set<String> keys, boolean quic) {
    Use {
      vantages = Set.copyOf(vantages);
      keys = Set.copyOf(keys);
    }
  }

  boolean full() {
    return underWay >= concurrency;
  }

  boolean isBusy(String server) {
    return busyServers.contains(server);
  }

  /** True when nothing stands against this job now. */
  boolean permits(Use use, Duration now) {
    if (isBusy(use.server()) || !areFree(use.keys()) || !isOpen(use.vantages(), use.quic(), now)) {
      return false;
    }
    for (String vantage : use.vantages()) {
      if (!mayContact(vantage, use.server(), now)) {
        return false;
      }
    }
    return true;
  }

  /** True when nobody uses one of these keys now. */
  boolean areFree(Set<String> keys) {
    for (String key : keys) {
      if (busyKeys.contains(key)) {
        return false;
      }
    }
    return true;
  }

  /** True when some job from these vantages may begin now, whatever server it goes to. */
  boolean isOpen(Set<String> vantages, boolean speaksQuic, Duration now) {
    if (full() || (speaksQuic && quic >= QUIC)) {
      return false;
    }
    for (String vantage : vantages) {
      if (ofVantage.getOrDefault(vantage, 0) >= perVantage
          || later(nextFlow.getOrDefault(vantage, Duration.ZERO), now)) {
        return false;
      }
    }
    return true;
  }

  private boolean later(Duration at, Duration now) {
    if (at.compareTo(now) <= 0) {
      return false;
    }
    wakeUpAt(at);
    return true;
  }

  private void wakeUpAt(Duration at) {
    wakeUp = wakeUp == null || at.compareTo(wakeUp) < 0 ? at : wakeUp;
  }

  private boolean mayContact(String vantage, String server, Duration now) {
    if (serversPerHour == Integer.MAX_VALUE) {
      return true;
    }
    LinkedHashMap<String, Duration> servers =
        contacted.computeIfAbsent(vantage, v -> new LinkedHashMap<>());
    // Once for each moment, not once for each job that is asked about in it.
    if (!now.equals(looked.put(vantage, now))) {
      servers.values().removeIf(at -> at.plus(HOUR).compareTo(now) < 0);
    }
    if (servers.size() < serversPerHour || servers.containsKey(server)) {
      return true;
    }
    wakeUpAt(servers.firstEntry().getValue().plus(HOUR));
    return false;
  }

  /** When one that was refused for the time alone may be asked for again; forgets it. */
  Optional<Duration> wakeUp() {
    Optional<Duration> first = Optional.ofNullable(wakeUp);
    wakeUp = null;
    return first;
  }

  void begin(Use use, Duration now) {
    underWay++;
    quic += use.quic() ? 1 : 0;
    busyServers.add(use.server());
    busyKeys.addAll(use.keys());
    for (String vantage : use.vantages()) {
      ofVantage.merge(vantage, 1, Integer::sum);
      Duration next = nextFlow.getOrDefault(vantage, Duration.ZERO);
      Duration earliest = now.minus(BURST);
      Duration base = next.compareTo(earliest) > 0 ? next : earliest;
      nextFlow.put(vantage, base.plusNanos(Math.round(1e9 / FLOWS_PER_SECOND / pace)));
      remember(vantage, use.server(), now);
    }
  }

  /** Counts a server that this run contacted, also before it was resumed. */
  void remember(String vantage, String server, Duration at) {
    contacted.computeIfAbsent(vantage, v -> new LinkedHashMap<>()).putIfAbsent(server, at);
  }

  void end(Use use) {
    underWay--;
    quic -= use.quic() ? 1 : 0;
    busyServers.remove(use.server());
    busyKeys.removeAll(use.keys());
    use.vantages().forEach(vantage -> ofVantage.merge(vantage, -1, Integer::sum));
  }

  int underWay() {
    return underWay;
  }
}
