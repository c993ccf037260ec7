package org.vpnprobe.model;

/**
 * One endpoint seen from one carrier over one address family.
 *
 * @param id {@code endpoint@carrier}, with {@code /ip6} for the other family
 * @param expected what the user expects here
 */
public record CellFacts(
    String id, String endpoint, String vantage, Family family, Expectation expected) {

  /** Builds the id of a cell. */
  public static String id(String endpoint, String vantage, Family family) {
    return endpoint + "@" + vantage + (family == Family.IP6 ? "/ip6" : "");
  }
}
