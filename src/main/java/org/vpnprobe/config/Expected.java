package org.vpnprobe.config;

import java.util.List;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Role;

/**
 * {@code expect:} of an endpoint.
 *
 * @param perVantage by carrier name; {@code *} is the carriers that are not named
 */
record Expected(List<Named<Expectation>> perVantage) {
  static final String OTHERS = "*";

  /**
   * What is expected from a vantage. A control is believed free: what is not said of it by name is
   * meant for the carriers, so it is expected to reach the endpoint.
   *
   * @param written the vantage's name in the file, which is another one for {@code auto}
   */
  Expectation from(String vantage, String written, Role role) {
    String name = perVantage.stream().anyMatch(e -> e.name().equals(vantage)) ? vantage : written;
    Expectation others = Expectation.REACHABLE;
    for (Named<Expectation> entry : perVantage) {
      if (entry.name().equals(name)) {
        return entry.value();
      }
      if (entry.name().equals(OTHERS)) {
        others = entry.value();
      }
    }
    return role == Role.CARRIER || others == Expectation.ANY ? others : Expectation.REACHABLE;
  }
}
