package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.config.asn.Mmdb;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code carriers}, {@code whoami} and a run that looks where it is. */
@Timeout(60)
class CarriersTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @TempDir private Path folder = Path.of("");

  private String table() throws IOException {
    return Files.writeString(
            folder.resolve("asn.tsv"),
            """
            1.1.1.0\t1.1.1.255\t13335\tUS\tCLOUDFLARENET
            8.8.8.0\t8.8.8.255\t9808\tCN\tCHINAMOBILE-CN
            9.9.9.0\t9.9.9.255\t0\tNone\tNot routed
            """)
        .toString();
  }

  @Test
  void theCatalogAsTsvAndAsTable() {
    Terminals.Said all = Terminals.pipe().run("carriers");
    assertEquals(0, all.exit());
    List<String> lines = all.out().lines().toList();
    assertEquals(
        "name\tcountry\tkind\tasns\tdisplay_name\tlocal_name\tsource\tdate", lines.getFirst());
    assertTrue(lines.stream().allMatch(line -> line.split("\t", -1).length == 8));
    assertTrue(lines.size() > 100);
    Terminals.Said tm = Terminals.pipe().run("carriers", "TM");
    assertEquals(4, tm.out().lines().count());
    assertTrue(
        tm.out()
            .contains(
                "tmcell\tTM\tmobile\t59974\tTMCELL (Altyn Asyr)\tAltyn Asyr\torigins+ripe\t2026"));
    String screen = Terminals.screen().run("carriers", "airtel").out();
    assertTrue(screen.startsWith("NAME"), screen);
    assertTrue(screen.contains("airtel-india  IN       mobile    45609"), screen);
    assertTrue(screen.contains("एयरटेल"), screen);
    Terminals.Said nobody = Terminals.pipe().run("carriers", "atlantis");
    assertEquals(2, nobody.exit());
    assertTrue(nobody.err().contains("no carrier is known by “atlantis”"), nobody.err());
  }

  @Test
  void whoamiLooksAnAddressUp() throws IOException {
    Terminals.Said said =
        Terminals.pipe().run("whoami", "--asn-table", table(), "--address", "8.8.8.8");
    assertEquals(0, said.exit(), said.err());
    List<String> row = List.of(said.out().lines().toList().get(1).split("\t", -1));
    assertEquals(
        List.of("this host", "given", "8.8.8.8", "9808", "CHINAMOBILE-CN", "CN", "mixed"),
        row.subList(0, 7));
    assertEquals("china-mobile", row.get(7));
    String screen =
        Terminals.screen()
            .with("VPNPROBE_ASN_TABLE", table())
            .run("whoami", "--address", "8.8.8.8")
            .out();
    assertTrue(
        screen.startsWith(
            "this host: AS9808 CHINAMOBILE-CN, CN, carrier china-mobile, mixed [8.8.8.8, given]"),
        screen);
  }

  @Test
  void whatIsNotKnownIsSaidAndNotFatal() throws IOException {
    for (Map.Entry<String, String> each :
        Map.of(
                "9.9.9.9",
                "as0",
                "100.64.1.1",
                "cgnat",
                "10.1.1.1",
                "private_address",
                "2.2.2.2",
                "not_in_table")
            .entrySet()) {
      Terminals.Said said =
          Terminals.pipe().run("whoami", "--asn-table", table(), "--address", each.getKey());
      assertEquals(3, said.exit(), said.err());
      String row = said.out().lines().toList().get(1);
      assertTrue(List.of(row.split("\t", -1)).getLast().startsWith(each.getValue()), row);
    }
    Terminals.Said tableless = Terminals.pipe().run("whoami", "--address", "8.8.8.8");
    assertEquals(3, tableless.exit());
    assertTrue(tableless.out().contains("no_table"));
    assertTrue(
        tableless.err().startsWith("could not be found out: this host has no AS number: "),
        tableless.err());
    assertEquals(2, Terminals.pipe().run("whoami", "--address", "example.org").exit());
    assertEquals(2, Terminals.pipe().run("whoami", "--https", "http://a.example/").exit());
    assertEquals(
        2,
        Terminals.pipe().run("whoami", "--asn-table", "/nowhere", "--address", "8.8.8.8").exit());
  }

  /** Nobody is asked: the interface's address has to do, whatever it is. */
  @Test
  void byDefaultTheInterfaceIsLookedAt() throws IOException {
    Terminals.Said said = Terminals.pipe().run("whoami", "--asn-table", table());
    assertTrue(said.exit() == 0 || said.exit() == 3, said.err());
    assertTrue(said.out().lines().toList().get(1).startsWith("this host\tinterface\t"), said.out());
  }

  /** A STUN server that sees 8.8.8.8, as RFC 8489 has it. */
  private static DatagramSocket stun() throws IOException {
    DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              DatagramPacket request = new DatagramPacket(new byte[100], 100);
              socket.receive(request);
              String transaction =
                  HexFormat.of().formatHex(Arrays.copyOfRange(request.getData(), 8, 20));
              byte[] reply =
                  HexFormat.of()
                      .parseHex("0101000c2112a442" + transaction + "002000080001a147291aac4a");
              socket.send(new DatagramPacket(reply, reply.length, request.getSocketAddress()));
            }
          } catch (IOException e) {
            // The test is over.
          }
        });
    return socket;
  }

  @Test
  void whoamiAsksWhomTheUserNames() throws IOException {
    Path mmdb =
        Files.write(
            folder.resolve("t.mmdb"),
            new Mmdb().put("8.8.8.0/24", Map.of("asn", "AS9808", "name", "CM")).bytes());
    try (DatagramSocket server = stun()) {
      Terminals.Said said =
          Terminals.pipe()
              .run(
                  "whoami",
                  "--asn-table",
                  mmdb.toString(),
                  "--stun",
                  "127.0.0.1:" + server.getLocalPort());
      assertEquals(0, said.exit(), said.out() + said.err());
      assertTrue(said.out().contains("this host\tstun\t8.8.8.8\t9808\tCM"), said.out());
    }
  }

  /** Two servers that answer, seen from a carrier named auto and from one that is elsewhere. */
  private String file(int port, String egress) throws IOException {
    table();
    return Files.writeString(
            folder.resolve("probes.yaml"),
            """
            version: 1
            asn_table: asn.tsv
            carriers:
              auto: {via: direct, egress: %2$s}
              mts: {via: direct, egress: {address: 8.8.8.8}}
            endpoints:
              - {name: a, protocol: tcp, address: "127.0.0.1:%1$d", tags: [corporate]}
              - {name: b, protocol: tcp, address: "127.0.0.2:%1$d", depth: port, tags: [corporate, x]}
            """
                .formatted(port, egress))
        .toString();
  }

  @Test
  void aRunSaysWhereItWas() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50);
        DatagramSocket stun = stun()) {
      String file =
          file(server.getLocalPort(), "{stun: \"127.0.0.1:" + stun.getLocalPort() + "\"}");
      Path out = folder.resolve("out");
      Terminals.Said said =
          Terminals.screen()
              .run("run", file, "--quick", "--out", out.toString(), "--by", "tag,port,carrier");
      assertEquals(0, said.exit(), said.out() + said.err());
      assertTrue(said.out().contains("china-mobile: 2 of 2 reachable"), said.out());
      assertTrue(said.out().contains("[direct, mixed, ok, AS9808 CHINAMOBILE-CN]"), said.out());
      assertTrue(said.out().contains("mts: the table says AS9808 CHINAMOBILE-CN"), said.out());
      assertTrue(said.out().contains("roaming"), said.out());
      assertTrue(said.out().contains("corporate  china-mobile      2  2 (100 %)"), said.out());
      String journal = Files.readString(out.resolve("results.ndjson"));
      assertEquals(
          4, journal.lines().filter(line -> line.startsWith("{\"type\":\"egress\"")).count());
      String json = Files.readString(out.resolve("report.json"));
      assertFalse(json.contains("8.8.8.8"), "reports hold no addresses");
      JsonNode report = new ObjectMapper().readTree(json);
      JsonNode vantage = report.get("carriers").get(0).get("vantage");
      assertEquals("mixed", vantage.get("network").asString());
      assertEquals("CN", vantage.get("country").asString());
      assertEquals("start", vantage.get("egress").get(0).get("moment").asString());
      assertEquals("end", vantage.get("egress").get(1).get("moment").asString());
      assertEquals(9808, vantage.get("egress").get(1).get("asn").asInt());
      assertTrue(report.get("rollups").size() >= 2 + 2 + 4 + 2);
      // The journal alone gives the same report again.
      Terminals.Said again = Terminals.pipe().run("report", out.toString(), "-f", "json");
      assertEquals(
          report.get("carriers"), new ObjectMapper().readTree(again.out()).get("carriers"));
    }
  }

  /** check asks nobody: the carrier is not known yet. */
  @Test
  void checkSendsNothing() throws IOException {
    try (DatagramSocket silent = new DatagramSocket(0, LOOPBACK)) {
      silent.setSoTimeout(1);
      String file = file(1, "{stun: \"127.0.0.1:" + silent.getLocalPort() + "\"}");
      Terminals.Said said = Terminals.pipe().run("check", file);
      assertEquals(0, said.exit(), said.err());
      assertTrue(said.err().contains("nobody is asked before the run begins"), said.err());
      assertTrue(said.out().contains("(STUN, tells the address of auto)"), said.out());
      boolean asked = true;
      try {
        silent.receive(new DatagramPacket(new byte[1], 1));
      } catch (java.net.SocketTimeoutException e) {
        asked = false;
      }
      assertFalse(asked);
    }
  }

  @Test
  void wrongOptionsAreSaid() throws IOException {
    String file = file(1, "{address: 8.8.8.8}");
    for (List<String> args :
        List.of(
            List.of("run", file, "--by", "colour"),
            List.of("run", file, "--survey", "5m"),
            List.of("run", file, "--as-control", "--survey", "48h"),
            List.of("run", file, "--as-control", "--control-elsewhere"),
            List.of("run", file, "--asn-table", "/nowhere"))) {
      Terminals.Said said = Terminals.pipe().run(args.toArray(String[]::new));
      assertEquals(2, said.exit(), args + said.err());
      assertFalse(said.err().contains("internal"), said.err());
    }
  }
}
