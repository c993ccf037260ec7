package org.vpnprobe.config;

import java.util.Map;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Settings;

/**
 * An endpoint ready to be probed. Holds secrets: never printed, never written.
 *
 * @param address with its port; never 0
 * @param settings an instance of {@code protocol.settings()}
 * @param perVantage settings for the vantages that have secrets of their own
 */
public record BoundEndpoint(
    String name,
    Protocol<?> protocol,
    HostPort address,
    Settings settings,
    Map<String, Settings> perVantage) {

  public BoundEndpoint {
    perVantage = Map.copyOf(perVantage);
  }

  /** The settings to use from this vantage. */
  public Settings settingsFor(String vantage) {
    return perVantage.getOrDefault(vantage, settings);
  }

  @Override
  public String toString() {
    return name;
  }

  /** True when this vantage has settings of its own. */
  public boolean hasOwn(String vantage) {
    return perVantage.containsKey(vantage);
  }
}
