package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.config.ForeignFiles.Unreadable;

/**
 * A source as large as it may be takes time in proportion to its size. Each of these would be gone
 * through anew for every line of it, some 10<sup>10</sup> steps, by a reader that is careless.
 */
class LargeSourceTest {
  private static final Path FOLDER = Path.of("src/test/resources/org/vpnprobe/config/imports");
  private static final int MUCH = 1_000_000;
  private static final int MANY = 100_000;
  private static final int LARGE = 2_000_000;

  /** The slowest takes one or two seconds on an idle machine, and carelessness many minutes. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private static String each(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining());
  }

  private static Ledger read(String text, String format) {
    return assertTimeoutPreemptively(
        LONGEST,
        () -> {
          Ledger ledger = new Ledger();
          Source source = Source.of("f", text);
          ImportFormats.recognize(source);
          Account.read(ledger, source, ImportFormats.named(format).orElseThrow());
          return ledger;
        });
  }

  private static List<String> rejected(Ledger ledger) {
    return ledger.lines().stream()
        .filter(line ->
            line instanceof Ledger.Closed closed && closed.outcome() instanceof Outcome.Rejected)
        .map(line -> ((Outcome.Rejected) ((Ledger.Closed) line).outcome()).message())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "#", " #", "# "})
  void aLineWithALongName(String often) {
    String text = "a.example:1/tcp x" + " ".repeat(MUCH) + often.repeat(MUCH) + "y";
    assertEquals(List.of(), rejected(read(text, "lines")));
  }

  /** The quote that each of these opens is still open in the next one. */
  @Test
  void aTableWhoseQuotesNeverClose() {
    String header = "protocol,address,name\n";
    Ledger ledger = read(header + "x\",\"\n".repeat(2 * MANY), "csv");
    assertEquals(
        "f:2:1: expected 3 fields, quotes closed",
        ((Ledger.Closed) ledger.lines().getFirst()).outcome() instanceof Outcome.Rejected first
            ? first.problem().toString()
            : "");
    assertEquals(Ledger.MOST_ENTRIES + 1, ledger.size());
    read(header + "tcp,a.example:1," + "\" ".repeat(MUCH) + "\n", "csv");
    read(header + "tcp,a.example:1" + ",".repeat(MUCH) + "\n", "csv");
  }

  @Test
  void anOpenVpnFileWithManyServers() {
    String ca = "client\ndev tun\nca ca.crt\n";
    List<String> said = rejected(read(ca + "remote a.example 1194\n".repeat(3 * MANY), "openvpn"));
    assertTrue(
        said.contains("more than 20000 directives; what follows is not read"), said.toString());
    said = rejected(read(ca + "remote a.example 1194\n".repeat(10_000), "openvpn"));
    assertTrue(
        said.contains("more than 1000 servers; from here on they are not read"), said.toString());
  }

  /** As many of both as are read at most. */
  @Test
  void anOpenVpnFileWithManyServersAndDirectives() {
    String unread = each(18_000, i -> "x" + Integer.toString(i, 36) + " y\n");
    String routes = "route 192.0.2.0 255.255.255.0\n".repeat(18_000);
    String block = "<connection>\nremote a.example 1194\n</connection>\n";
    for (String servers : List.of("remote a.example 1194\n".repeat(1_000), block.repeat(1_000))) {
      for (String directives : List.of(unread, routes)) {
        Ledger ledger = read("client\ndev tun\n" + servers + directives, "openvpn");
        assertEquals(List.of(), rejected(ledger));
        assertEquals(1_000, ledger.size());
      }
    }
    read("client\ndev tun\n" + "<connection>\n".repeat(3 * MANY), "openvpn");
    read("client\ndev tun\n" + block.repeat(MANY), "openvpn");
  }

  @Test
  void aSwanctlConfWithManyConnectionsAndSecrets() {
    int many = 90_000;
    String connections = each(many, i -> "c" + i + "{remote_addrs=a" + i + "\nlocal{auth=psk}}\n");
    String secrets = each(many, i -> "ike" + i + "{id=a" + i + "\nsecret=" + i + "}\n");
    Ledger ledger =
        read("connections {\n" + connections + "}\nsecrets {\n" + secrets + "}\n", "swanctl");
    assertEquals("49999", ((Ledger.Open) ledger.lines().get(49_999)).entry().settings().get("psk"));
    String logins = connections.replace("psk", "eap");
    read("connections {\n" + logins + "}\nsecrets {\n" + secrets + "}\n", "swanctl");
  }

  @Test
  void aConnectionOfSwanctlWithManyServersOrRounds() {
    String hosts = each(1_000, i -> "a" + i + ",");
    String rounds = each(MANY, i -> "local-" + i + " { auth = psk }\n");
    String text = "connections {\na {\nremote_addrs = %s\n%s}\n}\n";
    assertEquals(1_000, read(text.formatted(hosts, rounds), "swanctl").size());
    assertEquals(
        List.of("“a” – more than 1000 servers"),
        rejected(read(text.formatted("a, ".repeat(MUCH), ""), "swanctl")));
    String names = "remote { cacerts = " + "a.pem, ".repeat(MUCH) + " }\n";
    assertEquals(
        List.of("“cacerts” – more than 50 files"),
        rejected(read(text.formatted(hosts, names), "swanctl")));
    read(
        "secrets {\nike { secret = 0x" + "ff".repeat(MUCH) + " }\n}\n" + text.formatted("a", ""),
        "swanctl");
  }

  @Test
  void aDisguiseOfClashWithManyKeys() {
    String keys = each(2 * MANY, i -> "k" + i + ": 1, ");
    String proxy = "{name: a, type: wireguard, server: a.example, port: 1, ";
    assertEquals(
        1, read("proxies: [" + proxy + "amnezia-wg-option: {" + keys + "}}]\n", "clash").size());
    assertEquals(1, read("proxies: [" + proxy + keys + "}]\n", "clash").size());
  }

  /** What many entries have alike would be written out for each of them. */
  @Test
  void aSettingThatIsLarge() {
    String large = "larger than 256 KiB, or more than 1000 values";
    String own = "[Interface]\nAddress = " + "10.0.0.2,".repeat(MUCH) + "\n";
    String peer = "[Peer]\nPublicKey = x\nEndpoint = a.example:1\n";
    List<String> said = rejected(read(own + peer.repeat(20_000), "wireguard"));
    assertEquals(20_000, said.size());
    assertEquals("“tunnel_address” – " + large, said.getFirst());
    String ca = "<ca>\n" + "QUJD\n".repeat(MANY) + "</ca>\n";
    said = rejected(read("client\ndev tun\n" + ca + "remote a.example 1194\n", "openvpn"));
    assertEquals(List.of("“ca” – " + large), said);
    String hosts = each(1_000, i -> "a" + i + ",");
    String proposals = "aes256,".repeat(MUCH);
    String text = "connections {\na {\nremote_addrs = %s\nproposals = %s\n}\n}\n";
    said = rejected(read(text.formatted(hosts, proposals), "swanctl"));
    assertEquals(1_000, said.size());
    assertEquals("“proposals” – " + large, said.getFirst());
  }

  /** Each character of a plain text once took its part of the stack. */
  @Test
  void aTextThatIsWrittenPlain() {
    String text = "a:b".repeat(MUCH);
    assertEquals(text, YamlText.scalar(text));
    assertEquals("\"" + text + ":\"", YamlText.scalar(text + ":"));
    assertEquals("\"" + text + "é\"", YamlText.scalar(text + "é"));
  }

  static List<String> formats() {
    return ImportFormats.names();
  }

  /** The first sample of each format over and over. */
  @ParameterizedTest
  @MethodSource("formats")
  void aSampleOverAndOver(String format) throws IOException, Unreadable {
    String text = sample(ImportFormats.named(format).orElseThrow());
    String line = text.endsWith("\n") ? text : text + "\n";
    long lines = line.lines().count();
    int most = (int) Math.min(LARGE / line.length(), 3 * MANY / lines);
    assertTrue(read(line.repeat(most), format).size() > 0);
  }

  private static String sample(ImportFormat format) throws IOException, Unreadable {
    List<Path> samples;
    try (Stream<Path> files = Files.list(FOLDER)) {
      samples =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.toString().endsWith(".account"))
              .sorted()
              .toList();
    }
    for (Path sample : samples) {
      Source source = Source.of("f", Files.readAllBytes(sample), FOLDER);
      Optional<ImportFormat> reads = ImportFormats.recognize(source);
      if (source.text().isPresent()
          && reads.isPresent()
          && reads.get().name().equals(format.name())) {
        return source.text().get();
      }
    }
    throw new AssertionError("no sample of " + format.name());
  }
}
