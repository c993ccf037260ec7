package org.vpnprobe.model;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a vantage's packets left for the Internet, looked up in the user's ASN table: a line of the
 * journal at the start and at the end of a run.
 *
 * @param how where the address comes from
 * @param address journals hold addresses, reports do not; null when none was found
 * @param asn null when the table does not know the address; never 0
 * @param asName the table's name for it
 * @param country the table's country for it, ISO 3166-1 alpha-2
 * @param network what the catalog says of that number; null when it does not know it
 * @param findings what does not fit together; never fatal
 */
public record Egress(
    String vantage,
    Instant at,
    Moment moment,
    How how,
    @Nullable String address,
    @Nullable Long asn,
    @Nullable String asName,
    @Nullable String country,
    @Nullable CarrierKind network,
    List<Finding> findings) {

  public Egress {
    findings = List.copyOf(findings);
  }

  /** When in the run. */
  public enum Moment {
    START,
    END;

    /** The word in JSON. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where the address comes from. */
  public enum How {
    /** The source address that this host would use; nothing is sent. */
    INTERFACE,
    /** A STUN server that the user named (RFC 8489). */
    STUN,
    /** A web page that the user named. */
    HTTPS,
    /** The user said it. */
    GIVEN;

    /** The word in JSON. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Something that does not fit together.
   *
   * @param id a stable word
   * @param text one sentence without addresses
   */
  public record Finding(String id, String text) {}

  /** What may be shared. */
  public Egress withoutAddress() {
    return new Egress(vantage, at, moment, how, null, asn, asName, country, network, findings);
  }

  /** {@code AS9808 China Mobile}; empty when the number is not known. */
  public String shown() {
    return asn == null ? "" : "AS" + asn + (asName == null || asName.isEmpty() ? "" : " " + asName);
  }
}
