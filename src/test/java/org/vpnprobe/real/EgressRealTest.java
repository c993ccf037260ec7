package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.config.BoundVantage;
import org.vpnprobe.config.CarrierCatalog;
import org.vpnprobe.config.EgressFrom;
import org.vpnprobe.config.asn.AsnTable;
import org.vpnprobe.engine.Whereabouts;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.Via;

/**
 * Two carriers, each behind a NAT of its own, and coturn: each vantage learns the address that it
 * has outside, asked through itself.
 */
@Tag("real")
class EgressRealTest {
  private static final EgressFrom STUN = new EgressFrom.Stun(new HostPort("10.90.0.1", 0));

  @TempDir static Path directory = Path.of("");
  private static TestNet net;
  private static @Nullable Daemon turn;
  private static AsnTable table;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("turnserver");
    net = TestNet.with("mobile", "unicom");
    routed("mobile", 1);
    routed("unicom", 2);
    serve();
    table =
        AsnTable.of(
            Files.writeString(
                directory.resolve("asn.tsv"),
                """
                11.0.1.0\t11.0.1.255\t9808\tCN\tCHINAMOBILE
                11.0.2.0\t11.0.2.255\t4837\tCN\tCHINA169
                """));
  }

  @AfterAll
  static void stop() {
    if (turn != null) {
      turn.close();
    }
    if (net != null) {
      net.close();
    }
  }

  /** The carrier's NAT; the addresses are used in these namespaces alone. */
  private static void routed(String carrier, int number) {
    String outside = "11.0." + number + ".7/32";
    net.exec(net.router(carrier), "ip", "addr", "add", outside, "dev", "lo");
    net.exec(net.server(), "ip", "route", "add", outside, "via", "10.92." + number + ".1");
    translated(carrier, number);
  }

  private static void translated(String carrier, int number) {
    String router = net.router(carrier);
    net.exec(router, "nft", "add table ip nat");
    net.exec(
        router,
        "nft",
        "add chain ip nat out { type nat hook postrouting priority 100; policy accept; }");
    String inside = "10.91." + number + ".2";
    net.exec(
        router, "nft", "add rule ip nat out ip saddr " + inside + " snat to 11.0." + number + ".7");
  }

  private static void serve() {
    turn =
        Daemon.start(
                net.server(),
                directory,
                Needs.program("turnserver"),
                "-n",
                "--stun-only",
                "--listening-ip=10.90.0.1",
                "--no-tls",
                "--no-dtls",
                "--no-cli",
                "--log-file=stdout",
                "--pidfile=" + directory.resolve("turn.pid"))
            .awaitLog("admin thread");
  }

  private static BoundVantage vantage(String carrier, EgressFrom egress) {
    return new BoundVantage(
        carrier, Role.CARRIER, new Via.Netns(net.client(carrier)), null, egress);
  }

  private static List<Egress> look(BoundVantage... vantages) throws IOException {
    return new Whereabouts(table, CarrierCatalog.shipped(), Clock.systemUTC(), false)
        .of(List.of(vantages), Map.of(), Egress.Moment.START);
  }

  private static List<String> findings(Egress egress) {
    return egress.findings().stream().map(Egress.Finding::id).toList();
  }

  @Test
  void eachVantageAsksThroughItself() throws IOException {
    List<Egress> seen = look(vantage("mobile", STUN), vantage("unicom", STUN));
    assertEquals("11.0.1.7", seen.get(0).address(), () -> seen + (turn == null ? "" : turn.log()));
    assertEquals(9808, seen.get(0).asn());
    assertEquals("11.0.2.7", seen.get(1).address());
    assertEquals(4837, seen.get(1).asn());
    assertEquals(List.of(), findings(seen.get(0)));
  }

  @Test
  void withoutAskingTheInterfacesAddressIsPrivate() throws IOException {
    BoundVantage silent =
        new BoundVantage("mobile", Role.CARRIER, new Via.Netns(net.client("mobile")), null, null);
    Egress egress = look(silent).getFirst();
    assertEquals("10.91.1.2", egress.address(), egress.toString());
    assertEquals(List.of("private_address"), findings(egress));
  }

  @Test
  void whoDoesNotAnswerIsNoFailureOfTheLook() throws IOException {
    net.interfere("unicom", "udp dport 3478 drop");
    try {
      List<Egress> seen = look(vantage("mobile", STUN), vantage("unicom", STUN));
      assertEquals(9808, seen.get(0).asn());
      assertNull(seen.get(1).asn());
      assertEquals(List.of("no_address"), findings(seen.get(1)));
      assertTrue(seen.get(1).findings().getFirst().text().contains("generic_timeout_error"));
    } finally {
      // This flushes the NAT, too.
      net.interfere("unicom");
      translated("unicom", 2);
    }
  }

  /** Nobody listens: the host says so at once. */
  @Test
  void aServerThatIsStopped() throws IOException {
    EgressFrom nobody = new EgressFrom.Stun(new HostPort("10.90.0.2", 3478));
    long begun = System.nanoTime();
    Egress egress = look(vantage("mobile", nobody)).getFirst();
    assertTrue(
        egress.findings().getFirst().text().startsWith("connection_refused"), egress.toString());
    assertTrue(System.nanoTime() - begun < 5_000_000_000L);
  }
}
