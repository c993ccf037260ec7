package org.vpnprobe.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CarrierKind;

/** What the file and the catalog say a carrier is; the file's word wins. */
record Claim(
    String displayName,
    List<Long> asns,
    @Nullable String localName,
    @Nullable String country,
    @Nullable CarrierKind kind) {

  /**
   * @param known what the catalog says, null when it does not know the carrier
   */
  static Claim of(String name, FileKeys.Carrier own, CarrierCatalog.@Nullable Known known) {
    String displayName = known == null ? name : known.displayName();
    List<Long> asns = known == null ? List.of() : known.asns();
    String country = known == null ? null : known.country();
    CarrierKind kind = known == null ? null : known.kind();
    return new Claim(
        own.displayName() == null ? displayName : own.displayName().text(),
        own.asns() == null ? asns : own.asns(),
        // A name of the user's own is in the user's language.
        own.displayName() != null || known == null ? null : known.localName(),
        own.country() == null ? country : own.country().text(),
        own.kind() == null ? kind : own.kind());
  }
}
