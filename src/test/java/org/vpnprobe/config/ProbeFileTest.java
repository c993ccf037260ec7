package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.VantageFacts;
import org.vpnprobe.model.Via;

class ProbeFileTest {
  private static final String ONE =
      """
      version: 1
      endpoints:
        - {name: a, protocol: fake, address: "a.example:1", need: x}
      """;

  private static Loaded parse(String text) throws InvalidFile {
    return ProbeFile.parse("probes.yaml", text, Fake.options());
  }

  private static Fake.FakeSettings settings(String keys) throws InvalidFile {
    String text =
        """
        version: 1
        endpoints:
          - name: a
            protocol: fake
            address: a.example:1
            need: x
        """
            + keys.indent(4);
    Loaded loaded = parse(text);
    return (Fake.FakeSettings) Objects.requireNonNull(loaded.endpoints().get("a")).settings();
  }

  @Test
  void everyTypeIsBound() throws InvalidFile {
    Fake.FakeSettings settings =
        settings(
            """
            private_key: ${env:KEY}
            public_token: abcd
            word: hello
            count: 7
            big: 12345678901
            on: true
            patience: 300ms
            transport: tcp
            target: 10.8.0.1
            relay: "[2001:db8::1]:443"
            sizes: [1, 2]
            inner: {first: 1, last_one: 2}
            inners: [{first: one}]
            """);
    assertEquals(Secret.of("s3cr3t-value"), settings.privateKey());
    assertEquals("abcd", Objects.requireNonNull(settings.publicToken()).text);
    assertEquals("hello", Objects.requireNonNull(settings.word()).text);
    assertEquals(7, settings.count());
    assertEquals(12345678901L, settings.big());
    assertEquals(true, settings.on());
    assertEquals(Duration.ofMillis(300), settings.patience());
    assertEquals(Transport.TCP, settings.transport());
    assertEquals("10.8.0.1", Objects.requireNonNull(settings.target()).getHostAddress());
    assertEquals(new HostPort("2001:db8::1", 443), settings.relay());
    assertEquals(List.of(1, 2), settings.sizes());
    assertEquals(new Fake.Inner("1", 2), settings.inner());
    assertEquals(List.of(new Fake.Inner("one", null)), settings.inners());
  }

  @Test
  void withoutCarriersTheOneCarrierIsThisNetwork() throws InvalidFile {
    Plan plan = parse(ONE).plan();
    assertEquals(
        List.of("this-network"), plan.vantages().stream().map(VantageFacts::name).toList());
    assertEquals("direct", plan.vantages().getFirst().kind());
    assertEquals(List.of("a@this-network"), plan.cells().stream().map(CellFacts::id).toList());
    EndpointFacts facts = plan.endpoints().getFirst();
    assertEquals(Depth.AUTHENTICATED, facts.asked());
    assertTrue(facts.keysMissing());
    assertEquals("probes.yaml:3:12", String.valueOf(facts.where()));
  }

  @Test
  void carriersAreBoundWithWhatTheCatalogKnows() throws InvalidFile {
    Loaded loaded =
        parse(
            """
            version: 1
            resolvers: {quad: 9.9.9.9}
            carriers:
              china-mobile: {via: {interface: wwan0}, resolver: quad}
              china-unicom: {via: {source: 10.64.3.2}, display_name: Unicom here, asns: [4837]}
              china-telecom: {via: {proxy: "socks5://user:${env:CT_PROXY}@127.0.0.1:1080"}}
              in-ns: {via: {netns: blue}, resolver: "https://dns.example/q"}
            controls:
              frankfurt: {via: direct}
            endpoints:
              - name: a
                protocol: fake
                address: a.example:1
                need: x
                family: both
                never_probe_from: [in-ns]
                expect: {china-mobile: blocked, "*": any}
                per_vantage:
                  china-mobile: {private_key: "${env:KEY}", need: other}
            """);
    Plan plan = loaded.plan();
    VantageFacts mobile = plan.vantages().getFirst();
    assertEquals("China Mobile", mobile.displayName());
    assertTrue(mobile.asns().contains(9808L));
    assertEquals("9.9.9.9:53", mobile.resolver());
    assertEquals("Unicom here", plan.vantages().get(1).displayName());
    assertEquals(List.of(4837L), plan.vantages().get(1).asns());
    VantageFacts proxied = plan.vantages().get(2);
    assertEquals("proxy", proxied.resolver());
    assertFalse(proxied.icmpVisible() || proxied.rttIsTarget());
    Via.Proxy proxy =
        assertInstanceOf(
            Via.Proxy.class, Objects.requireNonNull(loaded.vantages().get("china-telecom")).via());
    assertEquals(Secret.of("proxy-pass"), proxy.password());
    assertEquals(Role.CONTROL, plan.vantages().get(4).role());
    assertEquals(
        List.of(
            "a@china-mobile=BLOCKED",
            "a@china-mobile/ip6=BLOCKED",
            "a@china-unicom=ANY",
            "a@china-unicom/ip6=ANY",
            "a@china-telecom=ANY",
            "a@china-telecom/ip6=ANY",
            "a@frankfurt=ANY",
            "a@frankfurt/ip6=ANY"),
        plan.cells().stream().map(cell -> cell.id() + "=" + cell.expected()).toList());
    BoundEndpoint a = Objects.requireNonNull(loaded.endpoints().get("a"));
    assertEquals(
        Secret.of("s3cr3t-value"),
        ((Fake.FakeSettings) a.settingsFor("china-mobile")).privateKey());
    assertEquals("x", ((Fake.FakeSettings) a.settingsFor("frankfurt")).need());
    assertEquals(List.of("fake:other"), plan.endpoints().getFirst().exclusive());
    assertFalse(plan.toString().contains("s3cr3t") || plan.toString().contains("proxy-pass"));
    assertFalse(loaded.toString().contains("s3cr3t") || loaded.toString().contains("proxy-pass"));
  }

  @Test
  void oneBadEndpointIsRejectedAndTheOthersRun() throws InvalidFile {
    String text = ONE + "  - {name: b, protocol: fake, address: \"b.example:1\"}\n";
    Plan plan = parse(text).plan();
    assertEquals(List.of("a"), plan.endpoints().stream().map(EndpointFacts::name).toList());
    assertEquals(1, plan.rejected().size());
    assertEquals(4, plan.rejected().getFirst().line());
    assertEquals(5, plan.rejected().getFirst().column());
    assertEquals(
        "“need” – this key is missing; expected a text", plan.rejected().getFirst().message());
    InvalidFile refused =
        assertThrows(
            InvalidFile.class,
            () -> ProbeFile.parse("probes.yaml", text, Fake.options().withStrict(true)));
    assertEquals(
        "probes.yaml:4:5: “need” – this key is missing; expected a text", refused.getMessage());
  }

  @Test
  void secretsComeFromFilesBesideTheFile(@TempDir Path folder) throws Exception {
    Path key = folder.resolve("keys/probe.key");
    Files.createDirectories(key.getParent());
    Files.writeString(key, "from-file\n\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Path file = folder.resolve("probes.yaml");
    Files.writeString(
        file, ONE.replace("need: x", "need: x, private_key: \"${file:keys/probe.key}\""));
    Loaded loaded = ProbeFile.load(file, Fake.options());
    Fake.FakeSettings settings =
        (Fake.FakeSettings) Objects.requireNonNull(loaded.endpoints().get("a")).settings();
    assertEquals(Secret.of("from-file"), settings.privateKey());
    assertEquals(1, loaded.warnings().size());
    assertTrue(loaded.warnings().getFirst().contains("every user of this machine may read"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    assertEquals(List.of(), ProbeFile.load(file, Fake.options()).warnings());
  }

  @Test
  void secretsInClearTextAreWarnedOf() throws InvalidFile {
    Loaded loaded = parse(ONE.replace("need: x", "need: x, private_key: clear-text"));
    assertEquals(1, loaded.warnings().size());
    assertFalse(loaded.warnings().getFirst().contains("clear-text,"));
    assertTrue(loaded.warnings().getFirst().startsWith("probes.yaml:3:"));
  }

  @Test
  void expectationOfEveryOtherCarrier() throws InvalidFile {
    Loaded loaded =
        parse(
            """
            version: 1
            carriers: {one: {via: lab}, two: {via: {lab: {drop: [fake], latency: 40ms, loss: 0.2}}}}
            controls: {clear: {via: {lab: clean}}}
            lab: {pace: 60, seed: 7}
            endpoints:
              - {name: a, protocol: fake, address: "192.0.2.1:1", need: x, expect: {two: blocked}}
              - {name: b, protocol: fake, address: "[2001:db8::1]:1", need: x, expect: blocked}
            """);
    assertTrue(loaded.plan().rehearsal());
    assertEquals(60, loaded.plan().pace());
    assertEquals(7, loaded.plan().seed());
    assertEquals(7, loaded.labSeed());
    assertEquals(
        List.of(
            Expectation.REACHABLE,
            Expectation.BLOCKED,
            Expectation.REACHABLE,
            Expectation.BLOCKED,
            Expectation.BLOCKED,
            Expectation.REACHABLE),
        loaded.plan().cells().stream().map(CellFacts::expected).toList());
    assertEquals("b@one/ip6", loaded.plan().cells().get(3).id());
    Via.Lab two =
        assertInstanceOf(Via.Lab.class, Objects.requireNonNull(loaded.vantages().get("two")).via());
    assertEquals(List.of("fake"), two.interference().drop());
    assertEquals(0.2, two.interference().loss());
  }

  @Test
  void selectionByNameTagProtocolAndCarrier() throws InvalidFile {
    String text =
        """
        version: 1
        carriers: {one: {via: direct}, two: {via: {source: 192.0.2.9}}}
        controls: {free: {via: direct}}
        witnesses: [a, c]
        neighbours: {a: [b, c]}
        endpoints:
          - {name: a, protocol: fake, address: "a.example:1", need: x, tags: [asia]}
          - {name: b, protocol: fake, address: "b.example:1", need: x, tags: [europe]}
          - {name: c, protocol: openvpn, address: "c.example", tags: [asia]}
        """;
    assertEquals(List.of("a", "c"), names(text, Fake.options().withOnly(List.of("asia"))));
    assertEquals(List.of("c"), names(text, Fake.options().withOnly(List.of("openv*"))));
    assertEquals(List.of("b"), names(text, Fake.options().withOnly(List.of("b"))));
    Loaded two = ProbeFile.parse("f", text, Fake.options().withCarriers(List.of("two")));
    assertEquals(List.of("two", "free"), List.copyOf(two.vantages().keySet()));
    assertEquals(List.of("a", "c"), two.plan().witnesses());
    assertEquals(
        List.of(new Plan.Neighbour("a", "b"), new Plan.Neighbour("a", "c")),
        two.plan().neighbours());
    assertEquals("c.example:1194", two.plan().endpoints().get(2).address());
    InvalidFile nothing =
        assertThrows(
            InvalidFile.class,
            () ->
                ProbeFile.parse(
                    "f",
                    text,
                    Fake.options().withOnly(List.of("asai")).withCarriers(List.of("tow"))));
    assertEquals(
        """
        “tow” – --carrier selects nothing; did you mean “two”?
        “asai” – --only selects nothing; did you mean “asia”?\
        """,
        nothing.getMessage());
  }

  private static List<String> names(String text, Options options) throws InvalidFile {
    return List.copyOf(ProbeFile.parse("f", text, options).endpoints().keySet());
  }

  @Test
  void asControlLeavesTheCarriersOut() throws InvalidFile {
    Options options = Fake.options().withAsControl(true);
    Plan plan = ProbeFile.parse("f", ONE, options).plan();
    assertTrue(plan.asControl());
    assertEquals(List.of("a@this-control"), plan.cells().stream().map(CellFacts::id).toList());
    assertEquals(Role.CONTROL, plan.vantages().getFirst().role());
    String text =
        "carriers: {one: {via: direct}}\ncontrols: {free: {via: {netns: x}, resolver: 9.9.9.9}}\n"
            + ONE;
    assertEquals(
        List.of("a@free"),
        ProbeFile.parse("f", text, options).plan().cells().stream().map(CellFacts::id).toList());
  }

  @Test
  void templatesMultiplyServersProtocolsAndPorts() throws InvalidFile {
    Loaded loaded =
        parse(
            """
            version: 1
            templates:
              - name: "{server}-{protocol}-{port}"
                servers:
                  tokyo: tyo.example.net
                  osaka:
                    address: 2001:db8::5
                    tags: [beta]
                    fake: {need: osaka-key}
                protocols:
                  - {protocol: fake, ports: [1, 2], need: shared-key, depth: tunnel}
                  - {protocol: openvpn, as: ovpn-tcp, transport: tcp, tags: [tcp]}
                tags: [fleet]
                depth: handshake
            """);
    assertEquals(
        List.of(
            "tokyo-fake-1 tyo.example.net:1 TUNNEL [fleet]",
            "tokyo-fake-2 tyo.example.net:2 TUNNEL [fleet]",
            "tokyo-ovpn-tcp-1194 tyo.example.net:1194 HANDSHAKE [fleet, tcp]",
            "osaka-fake-1 [2001:db8::5]:1 TUNNEL [fleet, beta]",
            "osaka-fake-2 [2001:db8::5]:2 TUNNEL [fleet, beta]",
            "osaka-ovpn-tcp-1194 [2001:db8::5]:1194 HANDSHAKE [fleet, tcp, beta]"),
        loaded.plan().endpoints().stream()
            .map(e -> e.name() + " " + e.address() + " " + e.asked() + " " + e.tags())
            .toList());
    BoundEndpoint osaka = Objects.requireNonNull(loaded.endpoints().get("osaka-fake-2"));
    assertEquals("osaka-key", ((Fake.FakeSettings) osaka.settings()).need());
    assertEquals("osaka-ovpn-tcp-1194@this-network/ip6", loaded.plan().cells().getLast().id());
  }
}
