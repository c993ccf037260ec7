package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.CarrierKind;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Egress.Finding;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.VantageFacts;

/** The carrier named auto, and what a user says of carriers of his own. */
class AutomaticTest {
  private static final String AUTO =
      """
      version: 1
      carriers:
        auto: {via: direct}
        my-isp: {via: direct, asns: [64500], display_name: Mine, kind: fixed, country: RU}
      controls:
        frankfurt: {via: direct}
      endpoints:
        - name: a
          protocol: fake
          address: a.example:1
          need: x
          expect: {china-mobile: blocked, auto: unreachable, "*": any}
          per_vantage: {auto: {need: y}}
        - {name: b, protocol: fake, address: "b.example:1", need: x, expect: {auto: blocked}}
        - {name: c, protocol: fake, address: "c.example:1", need: x, never_probe_from: [auto]}
      """;

  private static Options options(@Nullable Long asn, String name, @Nullable String country) {
    List<Finding> findings = asn == null ? List.of(new Finding("x", "it rains")) : List.of();
    return Fake.options()
        .withAsnTable(Optional.of(Path.of("table.tsv")))
        .withScout((vantage, table) ->
            new Egress(
                vantage.name(),
                Instant.EPOCH,
                Egress.Moment.START,
                Egress.How.INTERFACE,
                null,
                asn,
                asn == null ? null : name,
                country,
                null,
                findings));
  }

  private static Loaded parse(String text, Options options) throws InvalidFile {
    return ProbeFile.parse("probes.yaml", text, options);
  }

  private static VantageFacts first(Loaded loaded) {
    return loaded.plan().vantages().getFirst();
  }

  @Test
  void takesNameAndNumbersFromTheNetworkItIsIn() throws InvalidFile {
    Loaded loaded = parse(AUTO, options(9808L, "CMNET", "CN"));
    VantageFacts facts = first(loaded);
    assertEquals("china-mobile", facts.name());
    assertEquals("China Mobile", facts.displayName());
    assertEquals("中国移动", facts.localName());
    assertEquals("CN", facts.country());
    assertTrue(facts.asns().contains(56040L));
    assertNotNull(loaded.vantages().get("china-mobile"));
    List<String> cells = loaded.plan().cells().stream().map(cell -> cell.id()).toList();
    assertTrue(cells.containsAll(List.of("a@china-mobile", "b@china-mobile")), cells.toString());
    assertTrue(cells.stream().noneMatch(id -> id.contains("@auto")), cells.toString());
    assertTrue(!cells.contains("c@china-mobile") && cells.contains("c@my-isp"), cells.toString());
  }

  @Test
  void endpointsSpeakOfItByEitherName() throws InvalidFile {
    Loaded loaded = parse(AUTO, options(9808L, "CMNET", "CN"));
    assertEquals(Expectation.BLOCKED, expected(loaded, "a@china-mobile"), "the nearer name");
    assertEquals(Expectation.BLOCKED, expected(loaded, "b@china-mobile"));
    BoundEndpoint a = Objects.requireNonNull(loaded.endpoints().get("a"));
    assertEquals("y", ((Fake.FakeSettings) a.settingsFor("china-mobile")).need());
    assertEquals("x", ((Fake.FakeSettings) a.settingsFor("my-isp")).need());
    assertEquals(Expectation.UNREACHABLE, expected(parse(AUTO, options(1L, "n", null)), "a@as1"));
  }

  private static Expectation expected(Loaded loaded, String cell) {
    return loaded.plan().cells().stream()
        .filter(facts -> facts.id().equals(cell))
        .findFirst()
        .orElseThrow()
        .expected();
  }

  @Test
  void aNumberThatTheCatalogDoesNotKnowIsTheName() throws InvalidFile {
    VantageFacts facts = first(parse(AUTO, options(64501L, "Somebody", "NL")));
    assertEquals("as64501", facts.name());
    assertEquals("Somebody", facts.displayName());
    assertEquals(List.of(64501L), facts.asns());
    assertEquals("NL", facts.country());
  }

  @Test
  void theFilesWordWins() throws InvalidFile {
    String text =
        AUTO.replace(
            "auto: {via: direct}",
            "auto: {via: direct, display_name: Phone, kind: mobile, country: HK}");
    VantageFacts facts = first(parse(text, options(9808L, "CMNET", "CN")));
    assertEquals("china-mobile", facts.name());
    assertEquals("Phone", facts.displayName());
    assertEquals("HK", facts.country());
    assertEquals(CarrierKind.MOBILE, facts.network());
  }

  @Test
  void theFilesOwnCarriersAreKnownToo() throws InvalidFile {
    Loaded loaded = parse(AUTO, options(64500L, "x", "RU"));
    assertEquals("auto", first(loaded).name(), "two vantages cannot have one name");
    assertTrue(loaded.warnings().stream().anyMatch(w -> w.contains("“my-isp”")));
    VantageFacts mine = loaded.plan().vantages().get(1);
    assertEquals(CarrierKind.FIXED, mine.network());
    assertEquals("RU", mine.country());
  }

  @Test
  void whatCannotBeFoundOutKeepsTheName() throws InvalidFile {
    Loaded unknown = parse(AUTO, options(null, "", null));
    assertEquals("auto", first(unknown).name());
    assertTrue(unknown.warnings().stream().anyMatch(w -> w.contains("it rains")));
    Loaded tableless = parse(AUTO, Fake.options());
    assertTrue(tableless.warnings().stream().anyMatch(w -> w.contains("--asn-table")));
  }

  @Test
  void clockAndTable() throws InvalidFile {
    String clock = "clock: {behind: 90s}\n" + AUTO;
    assertEquals(Duration.ofSeconds(-90), parse(clock, Fake.options()).plan().clockAhead());
    Options env =
        Fake.options()
            .withEnv(name ->
                name.equals("VPNPROBE_ASN_TABLE") ? Optional.of("/t.mmdb") : Optional.empty());
    assertEquals(Path.of("/t.mmdb"), parse(AUTO, env).asnTable());
    assertEquals(
        Path.of("flag.tsv"),
        parse(AUTO, env.withAsnTable(Optional.of(Path.of("flag.tsv")))).asnTable());
  }

  @Test
  void whoTellsTheAddressIsSaidBeforehandWithoutSecrets() throws InvalidFile {
    String text =
        AUTO.replace(
                "auto: {via: direct}", "auto: {via: direct, egress: {stun: \"stun.example:3478\"}}")
            .replace(
                "frankfurt: {via: direct}",
                "frankfurt: {via: direct, egress: {https: \"https://ip.example/t0ken\"}}");
    String shown = PlanSummary.of(parse(text, Fake.options())).text();
    assertTrue(shown.contains("stun.example:3478 (STUN, tells the address of auto)"), shown);
    assertTrue(shown.contains("ip.example (HTTPS, tells the address of frankfurt)"), shown);
    assertTrue(!shown.contains("t0ken"), shown);
  }
}
