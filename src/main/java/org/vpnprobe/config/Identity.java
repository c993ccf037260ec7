package org.vpnprobe.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.asn.AsnEntry;
import org.vpnprobe.model.CarrierKind;
import org.vpnprobe.model.Egress.Finding;
import org.vpnprobe.model.VantageFacts;
import org.vpnprobe.net.OwnAddress;

/**
 * Who the carrier of an address is, as far as a table and the catalog tell, and what does not fit
 * together. Nothing of it is ever fatal.
 *
 * @param carriers of the catalog that have the number
 * @param network what that number is used for, null when the catalog does not know
 */
public record Identity(
    @Nullable AsnEntry entry,
    List<CarrierCatalog.Known> carriers,
    @Nullable CarrierKind network,
    List<Finding> findings) {

  public Identity {
    carriers = List.copyOf(carriers);
    findings = List.copyOf(findings);
  }

  /**
   * What was seen of a vantage.
   *
   * @param address null when none was found
   * @param entry what the table says of the address, null when it does not know it
   * @param resolver what the table says of the resolver's address, null when not known
   * @param why why there is no address, null when there is one
   */
  public record Seen(
      boolean proxy,
      @Nullable InetAddress address,
      @Nullable AsnEntry entry,
      @Nullable AsnEntry resolver,
      @Nullable String why) {}

  /**
   * Holds what was seen against what is claimed.
   *
   * @param table whether there is a table
   * @param claimed the vantage's carrier as file and catalog have it, null when nothing is claimed
   */
  public static Identity of(
      Seen seen, boolean table, CarrierCatalog catalog, @Nullable VantageFacts claimed) {
    List<Finding> findings = new ArrayList<>();
    InetAddress address = seen.address();
    if (address == null) {
      findings.add(new Finding("no_address", String.valueOf(seen.why())));
    } else if (OwnAddress.isCarrierNat(address)) {
      findings.add(
          new Finding(
              "cgnat",
              "the address is one of the carrier's own NAT (100.64.0.0/10), which is in no table;"
                  + " name an egress: to be told the one outside"));
    } else if (OwnAddress.isSpecial(address)) {
      findings.add(
          new Finding(
              "private_address",
              "the address is private, there is a NAT before the carrier; name an egress: to be"
                  + " told the one outside"));
    } else if (!table) {
      findings.add(new Finding("no_table", "there is no ASN table to look the address up in"));
    } else if (seen.entry() == null) {
      findings.add(new Finding("not_in_table", "the ASN table does not know the address"));
    }
    AsnEntry entry = seen.entry();
    if (entry == null) {
      return new Identity(null, List.of(), null, findings);
    }
    if (entry.asn() == 0) {
      findings.add(new Finding("as0", "the table says that nobody announces the address (AS0)"));
      return new Identity(entry, List.of(), null, findings);
    }
    List<CarrierCatalog.Known> carriers = catalog.withAsn(entry.asn());
    CarrierKind network = carriers.isEmpty() ? null : carriers.getFirst().kindOf(entry.asn());
    disagreements(entry, carriers, network, seen, claimed, findings);
    return new Identity(entry, carriers, network, findings);
  }

  private static void disagreements(
      AsnEntry entry,
      List<CarrierCatalog.Known> carriers,
      @Nullable CarrierKind network,
      Seen seen,
      @Nullable VantageFacts claimed,
      List<Finding> findings) {
    if (claimed != null && !claimed.asns().isEmpty() && !claimed.asns().contains(entry.asn())) {
      findings.add(
          new Finding(
              "asn_disagrees",
              "the table says "
                  + shown(entry)
                  + ", which is not a number of "
                  + claimed.displayName()
                  + ": another carrier, a VPN in the way, or a number that the catalog lacks"));
    }
    String country = countryOf(carriers, entry);
    if (claimed != null && claimed.country() != null && !country.isEmpty()) {
      if (!claimed.country().equals(country)) {
        findings.add(
            new Finding(
                "roaming",
                "the network is one of "
                    + country
                    + ", the carrier of "
                    + claimed.country()
                    + ": roaming, or a tunnel home"));
      }
    }
    if (network == CarrierKind.CLOUD) {
      findings.add(new Finding("cloud", "the address is in a data centre: no subscriber's line"));
    }
    if (seen.proxy()) {
      findings.add(new Finding("proxy", "the line stands behind a proxy"));
    }
    AsnEntry resolver = seen.resolver();
    if (resolver != null && resolver.asn() != 0 && resolver.asn() != entry.asn()) {
      findings.add(
          new Finding(
              "resolver_elsewhere",
              "names are resolved in " + shown(resolver) + ", the line is in " + shown(entry)));
    }
  }

  private static String countryOf(List<CarrierCatalog.Known> carriers, AsnEntry entry) {
    if (!carriers.isEmpty() && carriers.getFirst().country() != null) {
      return carriers.getFirst().country();
    }
    return entry.country();
  }

  private static String shown(AsnEntry entry) {
    return "AS" + entry.asn() + (entry.name().isEmpty() ? "" : " " + entry.name());
  }
}
