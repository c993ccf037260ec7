package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.config.asn.AsnEntry;
import org.vpnprobe.model.CarrierKind;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.VantageFacts;

/** What does not fit together is found, and nothing else. */
class IdentityTest {
  private static final CarrierCatalog CATALOG = CarrierCatalog.shipped();
  private static final InetAddress PUBLIC = InetAddress.ofLiteral("8.8.8.8");
  private static final AsnEntry MTS = new AsnEntry(8359, "MTS PJSC", "RU");

  private static VantageFacts claimed(String country, long... asns) {
    return new VantageFacts(
        "x",
        "X",
        java.util.Arrays.stream(asns).boxed().toList(),
        Role.CARRIER,
        "direct",
        "host",
        true,
        true,
        true,
        null,
        country,
        null);
  }

  private static Identity of(
      @Nullable InetAddress address,
      @Nullable AsnEntry entry,
      @Nullable AsnEntry resolver,
      @Nullable VantageFacts claimed) {
    String why = address == null ? "nobody answered" : null;
    return Identity.of(
        new Identity.Seen(false, address, entry, resolver, why), true, CATALOG, claimed);
  }

  private static List<String> findings(Identity identity) {
    return identity.findings().stream().map(Egress.Finding::id).toList();
  }

  @Test
  void whatFitsIsNotSpokenOf() {
    Identity identity = of(PUBLIC, MTS, MTS, claimed("RU", 8359));
    assertEquals(List.of(), findings(identity));
    assertEquals("mts", identity.carriers().getFirst().name());
    assertEquals(CarrierKind.MIXED, identity.network());
  }

  @Test
  void anotherCarrierIsFound() {
    assertEquals(List.of("asn_disagrees"), findings(of(PUBLIC, MTS, null, claimed("RU", 12389))));
    assertEquals(
        List.of("asn_disagrees", "roaming"), findings(of(PUBLIC, MTS, null, claimed("CN", 9808))));
    // Nothing is claimed: nothing disagrees.
    assertEquals(List.of(), findings(of(PUBLIC, MTS, null, claimed("RU"))));
    assertEquals(List.of(), findings(of(PUBLIC, MTS, null, null)));
  }

  @Test
  void theCountryOfTheCatalogComesBeforeThatOfTheTable() {
    AsnEntry abroad = new AsnEntry(8359, "MTS", "NL");
    assertEquals(List.of(), findings(of(PUBLIC, abroad, null, claimed("RU", 8359))));
    AsnEntry unknown = new AsnEntry(64500, "x", "NL");
    assertEquals(List.of("roaming"), findings(of(PUBLIC, unknown, null, claimed("RU", 64500))));
  }

  @Test
  void namesResolvedElsewhere() {
    AsnEntry google = new AsnEntry(15169, "GOOGLE", "US");
    assertEquals(List.of("resolver_elsewhere"), findings(of(PUBLIC, MTS, google, null)));
    AsnEntry nobody = new AsnEntry(0, "Not routed", "");
    assertEquals(List.of(), findings(of(PUBLIC, MTS, nobody, null)));
  }

  @Test
  void addressesThatNoTableKnows() {
    InetAddress nat = InetAddress.ofLiteral("100.70.0.1");
    assertEquals(List.of("cgnat"), findings(of(nat, null, null, null)));
    InetAddress home = InetAddress.ofLiteral("192.168.1.2");
    assertEquals(List.of("private_address"), findings(of(home, null, null, null)));
    assertEquals(List.of("not_in_table"), findings(of(PUBLIC, null, null, null)));
    assertEquals(List.of("no_address"), findings(of(null, null, null, null)));
    assertEquals(
        List.of("no_table"),
        findings(
            Identity.of(new Identity.Seen(false, PUBLIC, null, null, null), false, CATALOG, null)));
  }

  @Test
  void nobodysNumber() {
    Identity identity = of(PUBLIC, new AsnEntry(0, "Not routed", ""), null, claimed("RU", 8359));
    assertEquals(List.of("as0"), findings(identity));
    assertNull(identity.network());
  }

  @Test
  void dataCentresAndProxies() {
    AsnEntry cloud = new AsnEntry(49505, "SELECTEL", "RU");
    assertEquals(List.of("cloud"), findings(of(PUBLIC, cloud, null, null)));
    Identity proxy =
        Identity.of(new Identity.Seen(true, PUBLIC, MTS, null, null), true, CATALOG, null);
    assertEquals(List.of("proxy"), findings(proxy));
  }
}
