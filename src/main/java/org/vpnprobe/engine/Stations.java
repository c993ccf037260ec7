package org.vpnprobe.engine;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.BoundVantage;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.LabServer;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/** The stations of one run, and the embedded lab when a vantage stands in it. */
public final class Stations implements AutoCloseable {
  private final Map<String, Station> byVantage = new LinkedHashMap<>();
  private @Nullable Lab lab;

  private Stations() {}

  /**
   * Opens a station for each vantage. Nothing is sent.
   *
   * @throws IOException when the embedded lab cannot start
   */
  public static Stations open(Loaded loaded, Plan plan, Clock clock) throws IOException {
    Stations stations = new Stations();
    try {
      RandomGenerator random = new SecureRandom();
      for (BoundVantage vantage : loaded.vantages().values()) {
        stations.byVantage.put(
            vantage.name(),
            new LocalStation(
                stations.vantage(vantage, loaded, plan),
                loaded.endpoints(),
                loaded.resolvers(),
                clock,
                random));
      }
      return stations;
    } catch (IOException | RuntimeException e) {
      stations.close();
      throw e;
    }
  }

  private Vantage vantage(BoundVantage vantage, Loaded loaded, Plan plan) throws IOException {
    if (vantage.via() instanceof Via.Lab via) {
      if (lab == null) {
        lab = Lab.start(servers(loaded), loaded.resolvers(), loaded.labSeed());
      }
      return lab.vantage(vantage.name(), via.interference(), vantage.resolver(), plan.pace());
    }
    return Vantages.open(vantage.via(), vantage.resolver(), vantage.name());
  }

  private static List<LabServer> servers(Loaded loaded) {
    List<LabServer> servers = new ArrayList<>();
    loaded
        .endpoints()
        .values()
        .forEach(endpoint ->
            servers.add(
                new LabServer(
                    endpoint.protocol().name(), endpoint.settings(), endpoint.address())));
    return servers;
  }

  /** By the name of the vantage. */
  public Map<String, Station> byVantage() {
    return byVantage;
  }

  @Override
  public void close() {
    byVantage.values().forEach(Station::close);
    if (lab != null) {
      lab.close();
    }
  }
}
