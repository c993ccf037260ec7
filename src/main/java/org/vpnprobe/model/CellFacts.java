package org.vpnprobe.model;

import org.jspecify.annotations.Nullable;

/**
 * One endpoint seen from one carrier over one address family.
 *
 * @param id {@code endpoint@carrier}, with {@code /ip6} for the other family
 * @param expected what the user expects here
 * @param ownSettings true when this vantage has keys or settings of its own for the endpoint, null
 *     when it has those of all
 */
public record CellFacts(
    String id,
    String endpoint,
    String vantage,
    Family family,
    Expectation expected,
    @Nullable Boolean ownSettings) {

  /** A cell with the settings that all vantages have. */
  public CellFacts(
      String id, String endpoint, String vantage, Family family, Expectation expected) {
    this(id, endpoint, vantage, family, expected, null);
  }

  /** Builds the id of a cell. */
  public static String id(String endpoint, String vantage, Family family) {
    return endpoint + "@" + vantage + (family == Family.IP6 ? "/ip6" : "");
  }
}
