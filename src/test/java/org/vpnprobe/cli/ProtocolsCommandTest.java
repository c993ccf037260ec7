package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.config.SettingsReference;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;

/** The command and the page say of each protocol what the protocol says of itself. */
class ProtocolsCommandTest {
  private static final Path SITE = Path.of("src/site/markdown");

  private record Said(int exit, String out, String err) {}

  private static Said vpnprobe(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Streams streams =
        new Streams(
            new PrintWriter(out), new PrintWriter(err), new Terminal(false, false, 100, false));
    int exit = Main.run(streams, Map.of(), args);
    return new Said(exit, out.toString(), err.toString());
  }

  static List<String> names() {
    return Protocols.names();
  }

  @Test
  void theTableHasARowForEach() {
    Said said = vpnprobe("protocols");
    assertEquals(0, said.exit());
    List<String> firstWords =
        said.out().lines().takeWhile(line -> !line.isEmpty()).map(l -> l.split(" ")[0]).toList();
    assertEquals(Protocols.names(), firstWords.subList(1, firstWords.size()));
    String wireguard = said.out().lines().filter(l -> l.startsWith("wireguard")).findAny().get();
    assertTrue(wireguard.matches("wireguard +nothing +tunnel +yes +WireGuard .*"), wireguard);
    String openvpn = said.out().lines().filter(l -> l.startsWith("openvpn")).findAny().get();
    assertTrue(openvpn.matches("openvpn +handshake +tunnel +some +OpenVPN .*"), openvpn);
    String tcp = said.out().lines().filter(l -> l.startsWith("tcp")).findAny().get();
    assertTrue(tcp.matches("tcp +port +- +no +TCP connect.*"), tcp);
  }

  @ParameterizedTest
  @MethodSource("names")
  void oneSaysAll(String name) {
    Protocol<?> protocol = Protocols.named(name).orElseThrow();
    Said said = vpnprobe("protocols", name);
    assertEquals(0, said.exit(), said.err());
    About about = protocol.about();
    for (String part : List.of(about.sends(), about.effects(), about.source(), about.open())) {
      assertTrue(said.out().contains(part), part);
    }
    for (SettingsReference.Key key : SettingsReference.of(protocol)) {
      String wanted = key.name() + " +" + (key.required() ? "required" : "optional") + " +";
      assertTrue(
          said.out().lines().anyMatch(line -> line.strip().matches(wanted + ".+")), key.name());
    }
    assertTrue(said.out().endsWith(about.example().indent(2)));
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    Said said = vpnprobe("protocols", "wiregard");
    assertEquals(2, said.exit());
    assertTrue(said.err().contains("wiregard") && said.err().contains("wireguard"), said.err());
  }

  /**
   * The page's table, line by line: a new protocol adds its row to src/site/markdown/protocols.md.
   */
  @Test
  void thePageHoldsTheSameTable() throws IOException {
    assertEquals(
        lines(ProtocolsCommandTest::row),
        table("| Protocol | Without keys | With keys | Silent | What |"));
  }

  @Test
  void thePageHoldsWhatEachSends() throws IOException {
    assertEquals(
        lines(ProtocolsCommandTest::traffic),
        table("| Protocol | Sends | Leaves behind | Source |"));
  }

  private static String lines(Function<String, String> row) {
    return String.join("\n", Protocols.names().stream().map(row).toList());
  }

  /** The rows of the page's table under this head. */
  private static String table(String head) throws IOException {
    List<String> page = Files.readAllLines(SITE.resolve("protocols.md"));
    int start = page.indexOf(head);
    assertTrue(start >= 0, head);
    return String.join(
        "\n",
        page.subList(start + 2, page.size()).stream()
            .takeWhile(line -> line.startsWith("|"))
            .toList());
  }

  private static String traffic(String name) {
    About about = Protocols.named(name).orElseThrow().about();
    return "| `%s` | %s | %s | %s |"
        .formatted(name, about.sends(), about.effects(), about.source());
  }

  private static String row(String name) {
    Protocol<?> protocol = Protocols.named(name).orElseThrow();
    About about = protocol.about();
    String page = "protocols/" + name + ".md";
    String shown =
        Files.exists(SITE.resolve(page)) ? "[" + name + "](" + page + ")" : "`" + name + "`";
    List<String> cells =
        List.of(shown, about.open(), about.keyed(), about.silent(), protocol.summary());
    return "| "
        + String.join(" | ", cells.stream().map(c -> c.replace("|", "\\|")).toList())
        + " |";
  }
}
