package org.vpnprobe.config.asn;

/**
 * What a table says of an address.
 *
 * @param asn 0 for addresses that nobody announces
 * @param name possibly empty
 * @param country ISO 3166-1 alpha-2; empty when the table does not say
 */
public record AsnEntry(long asn, String name, String country) {
  /** RFC 6793: AS numbers have four bytes. */
  static final long MOST = 0xffffffffL;

  private static final int LONGEST_NAME = 200;

  public AsnEntry {
    if (asn < 0 || asn > MOST) {
      throw new IllegalArgumentException("no AS number: " + asn);
    }
    name = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    country = country.matches("[A-Z]{2}") ? country : "";
  }
}
