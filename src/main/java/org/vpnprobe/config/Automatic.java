package org.vpnprobe.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.VantageFacts;

/**
 * The carrier named {@code auto}: takes its name and numbers from the network that the vantage
 * turns out to be in. What cannot be found out leaves the name as it is, and is said.
 */
record Automatic(Scout scout, @Nullable Path table) {
  static final String NAME = "auto";

  /**
   * Gives the carrier its name, in place.
   *
   * @return the name in the file to the name that was found
   */
  Map<String, String> name(
      List<Frame.Stand> stands, CarrierCatalog catalog, FileKeys keys, Warnings warnings) {
    for (int i = 0; i < stands.size(); i++) {
      Frame.Stand stand = stands.get(i);
      if (stand.name().equals(NAME) && stand.bound().role() == Role.CARRIER) {
        FileKeys.Carrier written = written(keys);
        Frame.Stand named = named(stand, written, catalog.with(own(keys)), stands, warnings);
        stands.set(i, named);
        return named == stand ? Map.of() : Map.of(NAME, named.name());
      }
    }
    return Map.of();
  }

  /** Names that an endpoint may speak of although no vantage has them: auto may become any. */
  Set<String> nameable(Set<String> names, CarrierCatalog catalog) {
    Set<String> nameable = new HashSet<>(names);
    if (names.contains(NAME)) {
      catalog.all().forEach(known -> nameable.add(known.name()));
    }
    return nameable;
  }

  private Frame.Stand named(
      Frame.Stand stand,
      FileKeys.Carrier written,
      CarrierCatalog catalog,
      List<Frame.Stand> all,
      Warnings warnings) {
    if (table == null) {
      warnings.add(
          stand.at()
              + ": “auto” needs an ASN table: name one by asn_table:, --asn-table or"
              + " VPNPROBE_ASN_TABLE; the carrier keeps this name");
      return stand;
    }
    Egress egress = scout.look(stand.bound(), table);
    Long asn = egress == null ? null : egress.asn();
    if (egress == null || asn == null) {
      String why =
          egress == null || egress.findings().isEmpty()
              ? "nobody looked"
              : egress.findings().getFirst().text();
      warnings.add(
          stand.at()
              + ": it could not be found out which network “auto” is in: "
              + why
              + "; the carrier keeps this name");
      return stand;
    }
    CarrierCatalog.Known known = catalog.withAsn(asn).stream().findFirst().orElse(null);
    String name = known == null ? "as" + asn : known.name();
    if (all.stream().anyMatch(other -> other.name().equals(name))) {
      warnings.add(
          stand.at()
              + ": “auto” is in the network of “"
              + name
              + "”, which stands in the file, too; the carrier keeps this name");
      return stand;
    }
    return stand.renamed(
        name, facts(stand.facts(), name, Claim.of(name, written, known), egress, asn));
  }

  private static VantageFacts facts(
      VantageFacts before, String name, Claim claim, Egress egress, long asn) {
    boolean unnamed = claim.displayName().equals(name);
    return new VantageFacts(
        name,
        unnamed && egress.asName() != null && !egress.asName().isEmpty()
            ? egress.asName()
            : claim.displayName(),
        claim.asns().isEmpty() ? List.of(asn) : claim.asns(),
        before.role(),
        before.kind(),
        before.resolver(),
        before.icmpVisible(),
        before.rttIsTarget(),
        before.udp(),
        claim.localName(),
        claim.country() == null ? egress.country() : claim.country(),
        claim.kind());
  }

  private static FileKeys.Carrier written(FileKeys keys) {
    return Objects.requireNonNull(keys.carriers()).stream()
        .filter(entry -> entry.name().equals(NAME))
        .map(Named::value)
        .findFirst()
        .orElseThrow();
  }

  /** The carriers of the file that bring numbers of their own. */
  private static List<CarrierCatalog.Known> own(FileKeys keys) {
    List<CarrierCatalog.Known> own = new ArrayList<>();
    for (Named<FileKeys.Carrier> entry : Objects.requireNonNull(keys.carriers())) {
      FileKeys.Carrier carrier = entry.value();
      if (carrier.asns() != null && !entry.name().equals(NAME)) {
        Claim claim = Claim.of(entry.name(), carrier, null);
        own.add(
            new CarrierCatalog.Known(
                entry.name(),
                claim.displayName(),
                claim.displayName(),
                claim.country(),
                List.of(new CarrierCatalog.Part(claim.kind(), claim.asns(), "file", null))));
      }
    }
    return own;
  }
}
