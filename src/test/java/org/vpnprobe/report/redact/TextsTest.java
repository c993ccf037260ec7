package org.vpnprobe.report.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.State;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.report.redact.Texts.Mode;

/** Names and addresses in every spelling, and all that looks a little like one. */
class TextsTest {
  private static final Texts TEXTS =
      texts(
          "tyo.vpn.acme:443",
          "gateway:51820",
          "192.0.2.77:500",
          "[2001:db8::77]:500",
          "bücher.acme:1194");

  private static Texts texts(String... addresses) {
    return new Texts(Known.in(List.of(Journals.at(addresses))), new Pseudonyms(Journals.KEY));
  }

  /** The text with {@code <host>}, {@code <ip4>}, … for each pseudonym. */
  private static String shape(String text) {
    return TEXTS.of(text, Mode.TEXT).replaceAll("(host|ip4|ip6|key)-[0-9a-f]{8}", "<$1>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tyo.vpn.acme                       | <host>",
        "TYO.VPN.ACME:443 refused           | <host>:443 refused",
        "x-tyo.vpn.acme-443@mobile          | x-<host>-443@mobile",
        "asked tyo.vpn.acme.                | asked <host>.",
        "bücher.acme or xn--bcher-kva.acme  | <host> or <host>",
        "nobody.listed.example.net:22       | <host>:22",
        "a.xn--p1ai a.xn--p1ai-443 x.xn--vermgensberater-ctb | <host> <host>-443 <host>",
        "*.example.com, DNS:a.example.com   | *.<host>, DNS:<host>",
        "the gateway, gateway:51820         | the <host>, <host>:51820",
        "my-gateway gateways a.gateway      | my-gateway gateways a.gateway",
        "192.0.2.77:500 and 198.51.100.1    | <ip4>:500 and <ip4>",
        "v192.0.2.77                        | v<ip4>",
        "[2001:db8::77]:500                 | [<ip6>]:500",
        "2001:DB8:0:0:0:0:0:77              | <ip6>",
        "2001:0db8:0000:0000:0000:0000:0000:0077, then | <ip6>, then",
        "2001:db8::77:500                   | <ip6>:500",
        "2001:db8:0:0:0:0:0:77:500          | <ip6>:500",
        "at 2001:db8::1: refused.           | at <ip6>: refused.",
        "fe80::1%wlan0 fe80::2%25eth0/64    | <ip6> <ip6>/64",
        "::ffff:192.0.2.77 ::ffff:c000:24d  | <ip4> <ip4>",
        "?ip=2001%3Adb8%3A%3A77&x           | ?ip=<ip6>&x",
        "77.2.0.192.in-addr.arpa            | <ip4>.in-addr.arpa",
        "7.7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa | <ip6>.ip6.arpa",
        "c000024d 0xC000024D 3221226061     | <ip4> 0x<ip4> <ip4>",
        "0501c000024d01f4                   | 0501<ip4>01f4",
        "20010db8000000000000000000000077   | <ip6>",
        "192-0-2-77 192_0_2_77              | <ip4> <ip4>",
        "ip-10-9-8-7.eu-west.example.com    | <host>",
        "https://tyo.vpn.acme:8443/u/77?k=1 | https://<host>:8443/…",
        "wss://joe@192.0.2.77/              | wss://…@<ip4>/",
        "/srv/alice/probes.yaml:3:5: no     | probes.yaml:3:5: no",
        "${file:/home/bob/keys/a.key}       | ${file:a.key}",
        "“C:\\Users\\bob\\keys\\a.key”      | “a.key”",
        "SHA256:aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee | SHA256:<key>",
        "0123456789abcdef0123456789abcdef01 | <key>",
      })
  void isReplaced(String text, String shape) {
    assertEquals(shape, shape(text));
    String once = TEXTS.of(text, Mode.TEXT);
    assertEquals(once, texts("192.0.2.77:500").of(once, Mode.TEXT), "once more");
  }

  @Test
  void everySpellingHasOnePseudonym() {
    for (List<String> spellings :
        List.of(
            List.of(
                "2001:db8::77",
                "2001:DB8:0::77",
                "2001:0db8:0000:0000:0000:0000:0000:0077",
                "2001%3Adb8::77",
                "20010db8000000000000000000000077"),
            List.of("192.0.2.77", "::ffff:192.0.2.77", "::FFFF:c000:24d", "192-0-2-77", "c000024d"),
            List.of("bücher.acme", "BÜCHER.acme", "xn--bcher-kva.acme"))) {
      assertEquals(
          1,
          spellings.stream().map(s -> TEXTS.of(s, Mode.TEXT)).distinct().count(),
          () -> spellings.stream().map(s -> TEXTS.of(s, Mode.TEXT)).toList().toString());
    }
    assertNotEquals(TEXTS.of("192.0.2.77", Mode.TEXT), TEXTS.of("192.0.2.78", Mode.TEXT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12:34:56.789",
        "2026-11-24T03:00:00.250Z",
        "probes.yaml:12:7: expected a port",
        "p0 = 0.0200^4, x/N = 3/18, 2.5e-7",
        "127.0.0.1 0.0.0.0 ::1 :: localhost",
        "NAT (100.64.0.0/10)",
        "AS9808 China Mobile, +86",
        "1.3.6.1.5.5.7.3.1",
        "OpenSSH_9.6p1 Debian-3, TLSv1.3, 0.1.0-SNAPSHOT",
        "java.net.SocketException",
        "aa:bb:cc:dd:ee:ff",
        "a1b2c3d4e5f6",
        "office.ovpn report.json results.ndjson wg0.conf",
        "and/or /ip6 x@mobile/ip6 …",
      })
  void isLeftAlone(String text) {
    assertEquals(text, TEXTS.of(text, Mode.TEXT));
  }

  /** What the pages list of rules, causes and failures, and all that the registries know. */
  @Test
  void ourOwnWordsAreLeftAlone() throws IOException {
    TreeSet<String> words = new TreeSet<>(Protocols.names());
    Arrays.stream(FailureKind.values()).map(FailureKind::id).forEach(words::add);
    Arrays.stream(State.values()).map(State::id).forEach(words::add);
    Pattern quoted = Pattern.compile("`([a-z][a-z0-9_.]*)`");
    for (String page : List.of("causes.md", "verdicts.md")) {
      quoted
          .matcher(Files.readString(Path.of("src/site/markdown", page)))
          .results()
          .map(match -> match.group(1))
          .filter(word -> !word.endsWith(".example"))
          .forEach(words::add);
    }
    assertTrue(words.contains("tls.reset.sni"), words.toString());
    assertTrue(words.size() > 150, "found " + words.size());
    for (String word : words) {
      assertEquals(word, TEXTS.of(word, Mode.NAMES));
    }
  }

  /** Sentences of the analysis, as its classes hold them. */
  @Test
  void ourOwnSentencesAreLeftAlone() throws IOException {
    Pattern literal = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
    int seen = 0;
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/org/vpnprobe/analysis"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        for (MatchResult found : literal.matcher(Files.readString(file)).results().toList()) {
          Mode mode = found.group(1).contains(" ") ? Mode.WORDS : Mode.NAMES;
          assertEquals(found.group(1), TEXTS.of(found.group(1), mode), file.toString());
          seen++;
        }
      }
    }
    assertTrue(seen > 300, "found " + seen);
  }

  /** A word is a host name only where people or servers wrote it. */
  @Test
  void aWordOfOurVocabularyIsNoHost() {
    Texts wireguard = texts("wireguard:51820", "tls.example.net:443");
    assertEquals("wireguard", wireguard.of("wireguard", Mode.WORDS));
    assertEquals("tls.reset.sni", wireguard.of("tls.reset.sni", Mode.TEXT));
    assertTrue(wireguard.of("no answer from wireguard", Mode.TEXT).contains(" host-"));
    assertEquals("UPC.ch", wireguard.of("UPC.ch", Mode.NAMES));
    assertTrue(wireguard.of("tls.example.net", Mode.NAMES).startsWith("host-"));
  }

  @Test
  void longTextsTakeNoTime() {
    for (String part :
        List.of("a.", "1:", "ff:", "a-", "0", "192.0.2.", "%3a", "~/", "a.b-", "x@")) {
      long start = System.nanoTime();
      TEXTS.of(part.repeat(5_000), Mode.TEXT);
      assertTrue(System.nanoTime() - start < 5_000_000_000L, part);
    }
  }
}
