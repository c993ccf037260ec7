package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.YamlReader;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.wireguard.WireGuardSettings;

/** What is written at random comes back as it was; a disguise is never lost on the way. */
class RoundTripTest {
  private static final int TIMES = 500;
  private static final Options OPTIONS = Options.of("test", Instant.EPOCH, "r");
  private static final How HOW = new How(Optional.empty(), List.of(), Optional.empty());
  private static final List<String> DISGUISE =
      List.of("Jc", "Jmin", "Jmax", "S1", "S2", "S3", "S4", "H1", "H2", "H3", "H4", "I1", "I5");

  private final Random random = new Random(7);

  private static Batch read(String text) throws Unreadable {
    return new Importer(OPTIONS)
        .read(List.of(Source.of("f", text)), new WireGuardConf(), HOW, Set.of());
  }

  private String key() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  private String value(String key) {
    int number = key.charAt(key.length() - 1) - (int) '0';
    return switch (key.charAt(0)) {
      case 'J' ->
          String.valueOf(key.equals("Jmax") ? 90 + random.nextInt(100) : random.nextInt(90));
      case 'S' -> String.valueOf(random.nextInt(100));
      case 'H' ->
          number + "000" + random.nextInt(10) + (random.nextBoolean() ? "-" + number + "0020" : "");
      default -> "<b 0x" + "ab".repeat(1 + random.nextInt(20)) + "><r " + random.nextInt(20) + ">";
    };
  }

  private Map<String, String> some(List<String> keys) {
    Map<String, String> some = new LinkedHashMap<>();
    keys.stream().filter(key -> random.nextInt(3) > 0).forEach(key -> some.put(key, value(key)));
    return some;
  }

  private static String conf(Map<String, String> own, Map<String, String> peer) {
    StringBuilder text = new StringBuilder("[Interface]\n");
    own.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    text.append("\n[Peer]\n");
    peer.forEach((key, value) -> text.append(key).append('=').append(value).append("  # x\n"));
    return text.toString();
  }

  private static Settings settings(String yaml) throws InvalidFile {
    var endpoints = ProbeFile.parse("f", yaml, OPTIONS.withStrict(true)).endpoints();
    assertEquals(1, endpoints.size());
    return endpoints.values().iterator().next().settings();
  }

  @Test
  void wireGuardsFilesKeepEverything() throws Unreadable, InvalidFile {
    for (int i = 0; i < TIMES; i++) {
      Map<String, String> disguise = random.nextInt(3) == 0 ? Map.of() : some(DISGUISE);
      Map<String, String> own = new LinkedHashMap<>();
      own.put("PrivateKey", key());
      own.put("Address", "10.66.0." + (1 + random.nextInt(200)) + "/32, fd00::1/128");
      own.putAll(disguise);
      Map<String, String> peer = new LinkedHashMap<>();
      peer.put("PublicKey", key());
      peer.put("PresharedKey", key());
      peer.put(
          "Endpoint", "[2001:db8::" + random.nextInt(999) + "]:" + (1 + random.nextInt(65535)));
      Endpoint endpoint = read(conf(own, peer)).endpoints().getFirst();
      assertEquals(disguise.isEmpty() ? "wireguard" : "amneziawg", endpoint.protocol());
      assertEquals(peer.get("Endpoint"), endpoint.address());
      disguise.forEach((key, value) ->
          assertEquals(
              value,
              String.valueOf(endpoint.settings().get(key.toLowerCase(java.util.Locale.ROOT)))));
      WireGuardSettings settings = (WireGuardSettings) settings(ProbesYaml.text(List.of(endpoint)));
      assertEquals(own.get("PrivateKey"), Objects.requireNonNull(settings.privateKey()).text());
      assertEquals(
          peer.get("PresharedKey"), Objects.requireNonNull(settings.presharedKey()).text());
      assertEquals(peer.get("PublicKey"), Objects.requireNonNull(settings.publicKey()).text());
      assertEquals(2, Objects.requireNonNull(settings.tunnelAddress()).size());
    }
  }

  /** Whatever is spoilt in a disguise, nothing plain is made of it. */
  @Test
  void aDisguiseIsWornOrNothingIsImported() throws Unreadable {
    int imported = 0;
    for (int i = 0; i < 5 * TIMES; i++) {
      Map<String, String> own = new LinkedHashMap<>();
      own.put("PrivateKey", key());
      own.put("H1", "1000");
      List<String> lines = new ArrayList<>();
      own.forEach((key, value) -> lines.add(key + " = " + value));
      String spoilt = lines.get(1);
      int at = random.nextInt(2); // In the key, so that its value cannot be the right one by luck.
      spoilt =
          spoilt.substring(0, at)
              + (char) ('!' + random.nextInt(94))
              + spoilt.substring(at + random.nextInt(2));
      String text =
          "[Interface]\n"
              + lines.get(0)
              + "\n"
              + spoilt
              + "\n[Peer]\nPublicKey = "
              + key()
              + "\nEndpoint = a.example:1\n";
      for (Endpoint endpoint : read(text).endpoints()) {
        boolean comment = spoilt.startsWith("#") || spoilt.startsWith(";");
        boolean empty = spoilt.startsWith("H#");
        assertTrue(comment || !endpoint.protocol().equals("wireguard"), text);
        assertFalse(empty, text);
        imported++;
      }
    }
    assertTrue(imported > 25, "only " + imported);
  }

  @Test
  void everyTextComesBackFromYaml() throws InvalidFile {
    String letters =
        "aZ0 \t\n\r\"'\\#:-{}[],&*!|>%@`~$.\u0007\u00e9\u4e1c\u202e\ud83d\ude00=?\u0085\u00a0\ufeff";
    Set<String> seen =
        new HashSet<>(
            List.of(
                "null",
                "~",
                "true",
                "012",
                "1e3",
                "- a",
                "a: b",
                "a #b",
                "",
                " a",
                "a\n\n",
                "\na",
                "a\n b\n",
                "=",
                "<<",
                "0x1f",
                "1:2",
                "2027-01-01"));
    for (int i = 0; i < 10 * TIMES; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
      seen.add(new String(utf8, StandardCharsets.UTF_8));
    }
    for (String text : seen) {
      String yaml = YamlText.items(List.of(Map.of("k", text), Map.of("k", List.of(text, 7))), 2);
      Yaml.Items items = (Yaml.Items) YamlReader.read("f", yaml);
      assertEquals(text, scalar(items.items().get(0)), yaml);
      Yaml inList = Objects.requireNonNull(((Yaml.Mapping) items.items().get(1)).get("k"));
      assertEquals(text, ((Yaml.Scalar) ((Yaml.Items) inList).items().get(0)).text(), yaml);
    }
  }

  private static String scalar(Yaml mapping) {
    Yaml.Scalar scalar = (Yaml.Scalar) ((Yaml.Mapping) mapping).get("k");
    assertFalse(Objects.requireNonNull(scalar).isNothing());
    return scalar.text();
  }
}
