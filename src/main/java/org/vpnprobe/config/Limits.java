package org.vpnprobe.config;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.InvalidSetting;

/**
 * {@code limits:} of the file. Null leaves the engine's own bound.
 *
 * @param concurrency trials at the same time, over all vantages
 * @param perVantage trials at the same time from one vantage
 * @param serversPerHour different server addresses contacted from one vantage within an hour
 */
public record Limits(
    @Description("Trials at the same time, over all carriers.") @Nullable Integer concurrency,
    @Description("Trials at the same time from one carrier.") @Nullable Integer perVantage,
    @Description("Different server addresses contacted from one carrier within an hour.")
        @Nullable Integer serversPerHour) {

  /** What a file without {@code limits:} says. */
  public static final Limits NONE = new Limits(null, null, null);

  public Limits {
    check("concurrency", concurrency);
    check("per_vantage", perVantage);
    check("servers_per_hour", serversPerHour);
  }

  private static void check(String key, @Nullable Integer value) {
    if (value != null && (value < 1 || value > 100_000)) {
      throw new InvalidSetting(key, "expected a number from 1 to 100000");
    }
  }
}
