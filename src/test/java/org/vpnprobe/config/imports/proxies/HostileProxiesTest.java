package org.vpnprobe.config.imports.proxies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.Batch;

/** What is packed is as hostile as what is not, and bombs are only large. */
class HostileProxiesTest {
  private static final Path FOLDER = Path.of("src/test/resources/org/vpnprobe/config/imports");

  /** {@code -Dinputs=20000} for a long look. */
  private static final int INPUTS = Integer.getInteger("inputs", 1_500);

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private static List<String> links() throws IOException {
    List<String> links = new ArrayList<>();
    try (var files = Files.list(FOLDER)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().matches("links-.*txt")).toList()) {
        links.addAll(Files.readAllLines(file));
      }
    }
    return links;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String spoilt(String text, Random random) {
    String spoilt = text;
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(spoilt.length() + 1);
      int end = Math.min(spoilt.length(), at + random.nextInt(8));
      String odd = "\n@:/?#[]%&=+ {}\",\\\u0000é🇩";
      int which = odd.offsetByCodePoints(0, random.nextInt(odd.codePointCount(0, odd.length())));
      spoilt =
          switch (random.nextInt(4)) {
            case 0 -> spoilt.substring(0, at) + spoilt.substring(end);
            case 1 -> spoilt.substring(0, end) + spoilt.substring(at);
            case 2 -> spoilt.substring(0, at);
            default ->
                spoilt.substring(0, at)
                    + Character.toString(odd.codePointAt(which))
                    + spoilt.substring(at);
          };
    }
    return spoilt;
  }

  /** The text inside of base64 is spoilt, and of vmess:// the JSON inside of that. */
  @Test
  void spoiltInside() throws IOException {
    List<String> links = links();
    Random random = new Random(6);
    assertTimeoutPreemptively(
        LONGEST.multipliedBy(4),
        () -> {
          for (int i = 0; i < INPUTS; i++) {
            String link = links.get(random.nextInt(links.size()));
            String text =
                link.startsWith("vmess://ey")
                    ? "vmess://" + base64(spoilt(json(link), random))
                    : spoilt(link, random);
            String packed = base64("trojan://x@first.example:1\n" + text + "\n");
            Batch batch = ShareLinksTest.read(packed);
            assertFalse(batch.endpoints().isEmpty(), text);
            assertTrue(batch.outcomes().size() < 50, text);
          }
        });
  }

  private static String json(String link) {
    String packed = link.substring("vmess://".length());
    return new String(Base64.getDecoder().decode(packed), StandardCharsets.UTF_8);
  }

  /** Every text that is large in one way ends in time, whatever is made of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "spaces",
        "newlines",
        "links",
        "ampersands",
        "colons",
        "percents",
        "letters",
        "dots",
        "brackets",
        "base64",
        "ports",
        "arguments",
        "quotes",
        "unicode",
        "equals"
      })
  void largeInOneWay(String way) {
    int much = 1_000_000;
    String link = "vless://0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f@a.example:443";
    String text =
        switch (way) {
          case "spaces" -> link + " ".repeat(much) + "x";
          case "newlines" -> link + "\n".repeat(130_000) + "x";
          case "links" -> (link + " ").repeat(much / 60);
          case "ampersands" -> link + "?" + "a=b&".repeat(much / 4);
          case "colons" -> "hy2://a@" + ":".repeat(much);
          case "percents" -> "trojan://" + "%41".repeat(much / 3) + "@a.example:1";
          case "letters" -> "vless://u@" + "a".repeat(much) + ":1";
          case "dots" -> "vless://u@" + "ä.".repeat(much / 2) + ":1";
          case "brackets" -> "[".repeat(much) + "\"outbounds\" \"streamSettings\"";
          case "base64" -> base64("A".repeat(much));
          case "ports" -> "hy2://a@a.example:" + "1-2,".repeat(much / 4);
          case "arguments" -> "obfs4 192.0.2.1:1 " + "a=b ".repeat(much / 4);
          case "quotes" -> "proxies: " + "\"".repeat(much);
          case "unicode" -> "ss://x@" + "世".repeat(much / 3) + ":1";
          default -> "vmess://" + "=".repeat(much);
        };
    assertTimeoutPreemptively(
        LONGEST, () -> assertFalse(ShareLinksTest.read(text).outcomes().isEmpty()));
  }

  @Test
  void aliasesThatMultiply() {
    StringBuilder text = new StringBuilder("a0: &a0 {name: n, type: ss, server: a, port: 1}\n");
    for (int i = 1; i < 12; i++) {
      text.append("a%d: &a%d [".formatted(i, i));
      text.append("*a%d, ".formatted(i - 1).repeat(9)).append("*a").append(i - 1).append("]\n");
    }
    text.append("proxies: *a11\n");
    assertTimeoutPreemptively(
        LONGEST,
        () -> {
          Batch batch = ShareLinksTest.read(text.toString());
          assertEquals(1, batch.rejected().size());
          assertTrue(batch.rejected().getFirst().message().contains("aliases written out"));
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"outbounds\": %s, \"protocol\": \"vless\"}",
        "{\"outbounds\": %s, \"type\": 1}",
        "{\"servers\": %s, \"server_port\": 1}",
        "proxies: %s",
        "transport: {$type: first-supported, options: %s}"
      })
  void nestedTooDeep(String form) throws Unreadable {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    Batch batch = ShareLinksTest.read(form.formatted(deep));
    assertEquals(1, batch.rejected().size(), ShareLinksTest.said(batch).toString());
  }

  @Test
  void packedInItself() throws Unreadable {
    String text = "trojan://x@a.example:443\n";
    for (int i = 0; i < 12; i++) {
      text = base64(text);
    }
    Batch batch = ShareLinksTest.read(text);
    assertEquals("packed deeper than 4 times", batch.rejected().getFirst().problem().expected());
  }

  /** A list of the same alias is as long as it says; the ledger holds no more than it does. */
  @Test
  void manyOfOne() {
    String text =
        "x: &p {name: n, type: trojan, server: a.example, port: 443, password: p}\nproxies: ["
            + "*p, ".repeat(200_000)
            + "]\n";
    assertTimeoutPreemptively(
        LONGEST,
        () -> {
          Batch batch = ShareLinksTest.read(text);
          assertEquals(1, batch.endpoints().size());
          assertTrue(batch.outcomes().size() <= 100_001);
        });
  }
}
