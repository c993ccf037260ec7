package org.vpnprobe.config.imports.proxies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.config.imports.Batch;
import org.vpnprobe.config.imports.Endpoint;
import org.vpnprobe.config.imports.Importer;
import org.vpnprobe.config.imports.Outcome;
import org.vpnprobe.config.imports.ProbesYaml;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.protocol.Settings;
import tools.jackson.databind.json.JsonMapper;

/** Links as programs write them come back as the settings they were made from. */
class ShareLinksTest {
  private static final Options OPTIONS = Options.of("test", Instant.EPOCH, "r");
  private static final String TARGET = "http://t.example/#it works";
  private static final int EACH = 150;
  private static final String WORDS = "aZ09._~-!$'()*,;=:@/?#[]%&+ \"\\äß世🇩🇪{}<>|^`€";

  static Batch read(String text) throws Unreadable {
    How how = new How(Optional.empty(), List.of(), Optional.of(TARGET));
    return new Importer(OPTIONS).read(List.of(Source.of("f", text)), null, how, Set.of());
  }

  static List<String> said(Batch batch) {
    List<String> said = new ArrayList<>();
    for (Outcome outcome : batch.outcomes()) {
      switch (outcome) {
        case Outcome.Imported imported -> {}
        case Outcome.Skipped skipped -> said.add(skipped.at() + ": " + skipped.message());
        case Outcome.Rejected rejected -> said.add(rejected.at() + ": " + rejected.message());
      }
    }
    said.addAll(batch.remarks());
    return said;
  }

  /** What a link should become. */
  private record Made(String link, String protocol, String address, Map<String, Object> settings) {}

  /** Writes links, each in its own way, of servers drawn at random. */
  private static final class Maker {
    private final Random random;
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private String host = "";
    private int port;

    Maker(long seed) {
      this.random = new Random(seed);
    }

    private String word(int most) {
      int[] all = WORDS.codePoints().toArray();
      StringBuilder word = new StringBuilder();
      for (int i = random.nextInt(most); i >= 0; i--) {
        word.appendCodePoint(all[random.nextInt(all.length)]);
      }
      return word.toString();
    }

    private <T> T one(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String base64(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Base64.Encoder encoder = random.nextBoolean() ? Base64.getUrlEncoder() : Base64.getEncoder();
      return (random.nextBoolean() ? encoder.withoutPadding() : encoder).encodeToString(bytes);
    }

    private String server() {
      host = one(List.of("192.0.2.1", "[2001:db8::1]", "vpn.example.net", "a_b.example"));
      port = 1 + random.nextInt(65535);
      return host + ":" + port;
    }

    private String uuid() {
      return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private String label() {
      return "#" + (random.nextBoolean() ? encoded(word(12)) : word(12).replaceAll("\\s", "_"));
    }

    private Made made(String protocol, String link) {
      return new Made(link, protocol, host + ":" + port, new TreeMap<>(settings));
    }

    /** A key that is there or not, in the link and in the settings. */
    private void maybe(Map<String, String> query, String key, String setting, String value) {
      if (random.nextBoolean()) {
        query.put(key, value);
        settings.put(setting, value);
      }
    }

    private String query(Map<String, String> query) {
      List<String> pairs = new ArrayList<>();
      query.forEach((key, value) -> pairs.add(key + "=" + encoded(value)));
      Collections.shuffle(pairs, random);
      return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    Made shadowsocks() {
      String method = one(List.of("aes-128-gcm", "aes-256-gcm", "chacha20-ietf-poly1305"));
      String password = word(20);
      settings.put("method", method);
      settings.put("password", password);
      settings.put("target", TARGET);
      String both = method + ":" + password;
      if (random.nextInt(3) == 0) {
        return made("shadowsocks", "ss://" + base64(both + "@" + server()) + label());
      }
      Map<String, String> query = new LinkedHashMap<>();
      maybe(query, "prefix", "prefix", "\u0016\u0003\u00a8 P");
      String user = random.nextBoolean() ? base64(both) : method + ":" + encoded(password);
      String slash = random.nextBoolean() ? "/" : "";
      return made("shadowsocks", "ss://" + user + "@" + server() + slash + query(query) + label());
    }

    Made trojan() {
      String password = word(20);
      settings.put("password", password);
      settings.put("target", TARGET);
      Map<String, String> query = new LinkedHashMap<>();
      maybe(query, "sni", "sni", "www.example.net");
      maybe(query, "pcs", "pin", "0a".repeat(32));
      if (random.nextBoolean()) {
        query.put("alpn", "h2,http/1.1");
        settings.put("alpn", List.of("h2", "http/1.1"));
      }
      query.put("type", "tcp");
      return made(
          "trojan", "trojan://" + encoded(password) + "@" + server() + query(query) + label());
    }

    private Map<String, String> stream() {
      Map<String, String> query = new LinkedHashMap<>();
      settings.put("target", TARGET);
      String network = one(List.of("tcp", "ws", "httpupgrade", "grpc"));
      query.put("type", network);
      if (!network.equals("tcp")) {
        settings.put("network", network);
        maybe(query, network.equals("grpc") ? "authority" : "host", "host", "cdn.example.com");
      }
      if (network.equals("grpc")) {
        query.put("serviceName", "svc");
        settings.put("service_name", "svc");
      } else if (!network.equals("tcp")) {
        maybe(query, "path", "path", "/a/b?c=%20&d");
      }
      if (random.nextBoolean()) {
        query.put("security", "tls");
        settings.put("tls", true);
        query.put("sni", "www.example.net");
        settings.put("sni", "www.example.net");
        maybe(query, "pcs", "pin", "0a".repeat(32));
      }
      return query;
    }

    Made vless() {
      String uuid = uuid();
      settings.put("uuid", uuid);
      Map<String, String> query = stream();
      query.put("encryption", "none");
      return made("vless", "vless://" + uuid + "@" + server() + query(query) + label());
    }

    Made vmess() {
      String uuid = uuid();
      settings.put("uuid", uuid);
      Map<String, String> query = stream();
      String security = one(List.of("auto", "aes-128-gcm", "chacha20-poly1305", "none", "zero"));
      settings.put("security", security);
      if (random.nextBoolean()) {
        query.put("encryption", security);
        return made("vmess", "vmess://" + uuid + "@" + server() + query(query) + label());
      }
      boolean grpc = "grpc".equals(query.get("type"));
      server();
      Map<String, String> json = new LinkedHashMap<>();
      json.put("v", "2");
      json.put("ps", "name");
      json.put("add", host);
      json.put("port", Integer.toString(port));
      json.put("id", uuid);
      json.put("aid", "0");
      json.put("scy", security);
      json.put("net", String.valueOf(query.get("type")));
      json.put("type", grpc ? "gun" : "none");
      json.put("host", query.getOrDefault(grpc ? "authority" : "host", ""));
      json.put("path", query.getOrDefault(grpc ? "serviceName" : "path", ""));
      json.put("tls", query.getOrDefault("security", ""));
      json.put("sni", query.getOrDefault("sni", ""));
      settings.remove("pin");
      List<String> pairs = new ArrayList<>();
      json.forEach((key, value) -> pairs.add("\"" + key + "\": \"" + value + "\""));
      return made("vmess", "vmess://" + base64("{" + String.join(", ", pairs) + "}"));
    }

    Made hysteria2() {
      String password = word(12);
      settings.put("password", password);
      Map<String, String> query = new LinkedHashMap<>();
      maybe(query, "sni", "sni", "www.example.net");
      maybe(query, "pinSHA256", "pin", "0A:".repeat(31) + "0A");
      if (random.nextBoolean()) {
        query.put("obfs", "salamander");
        query.put("obfs-password", "long enough & odd");
        settings.put("obfs_password", "long enough & odd");
      }
      String scheme = one(List.of("hysteria2://", "hy2://", "HY2://"));
      return made(
          "hysteria2", scheme + encoded(password) + "@" + server() + "/" + query(query) + label());
    }

    Made tuic() {
      Map<String, String> query = new LinkedHashMap<>();
      maybe(query, "sni", "sni", "www.example.net");
      maybe(query, "alpn", "alpn", "h3");
      return made(
          "tuic",
          "tuic://" + uuid() + ":" + encoded(word(9)) + "@" + server() + query(query) + label());
    }

    private String key() {
      byte[] key = new byte[32];
      random.nextBytes(key);
      return Base64.getEncoder().encodeToString(key);
    }

    Made wireGuard() {
      String ours = key();
      String theirs = key();
      settings.put("private_key", ours);
      settings.put("public_key", theirs);
      Map<String, String> query = new LinkedHashMap<>();
      query.put("publickey", theirs);
      maybe(query, "presharedkey", "preshared_key", key());
      if (random.nextBoolean()) {
        query.put("address", "10.0.0.2/32,fd00::2/128");
        settings.put("tunnel_address", List.of("10.0.0.2/32", "fd00::2/128"));
      }
      return made(
          "wireguard", "wireguard://" + encoded(ours) + "@" + server() + query(query) + label());
    }

    Made login(boolean http) {
      String user = word(9).replace(":", "");
      String password = word(9);
      String both = "";
      if (!user.isEmpty() && random.nextBoolean()) {
        settings.put("username", user);
        settings.put("password", password);
        both =
            (random.nextBoolean()
                    ? base64(user + ":" + password)
                    : encoded(user) + ":" + encoded(password))
                + "@";
      }
      String scheme = http ? one(List.of("http", "https")) : one(List.of("socks", "socks5"));
      if (scheme.equals("https")) {
        settings.put("tls", true);
      }
      return made(http ? "http-proxy" : "socks5", scheme + "://" + both + server() + label());
    }
  }

  private static Made make(String scheme, long seed) {
    Maker maker = new Maker(seed);
    return switch (scheme) {
      case "ss" -> maker.shadowsocks();
      case "trojan" -> maker.trojan();
      case "vless" -> maker.vless();
      case "vmess" -> maker.vmess();
      case "hysteria2" -> maker.hysteria2();
      case "tuic" -> maker.tuic();
      case "wireguard" -> maker.wireGuard();
      case "socks" -> maker.login(false);
      default -> maker.login(true);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ss",
        "trojan",
        "vless",
        "vmess",
        "hysteria2",
        "tuic",
        "wireguard",
        "socks",
        "http"
      })
  void whatIsWrittenIsRead(String scheme) throws Unreadable, InvalidFile {
    for (int seed = 0; seed < EACH; seed++) {
      Made made = make(scheme, seed);
      Batch batch = read(made.link());
      assertEquals(1, batch.endpoints().size(), () -> made + " " + said(batch));
      Endpoint endpoint = batch.endpoints().getFirst();
      assertEquals(made.protocol(), endpoint.protocol(), made.link());
      assertEquals(made.address(), endpoint.address(), made.link());
      assertEquals(made.settings(), new TreeMap<>(endpoint.settings()), made.link());
      assertEquals(bound(written(made)), bound(ProbesYaml.text(batch.endpoints())), made.link());
    }
  }

  /** What the only endpoint of a probes.yaml comes to: settings are values, secrets with them. */
  private static Settings bound(String yaml) throws InvalidFile {
    return ProbeFile.parse("f", yaml, OPTIONS.withStrict(true))
        .endpoints()
        .values()
        .iterator()
        .next()
        .settings();
  }

  /** The same endpoint as a person would write it; JSON is YAML. */
  private static String written(Made made) {
    Map<String, Object> endpoint = new LinkedHashMap<>(made.settings());
    endpoint.put("name", "e");
    endpoint.put("protocol", made.protocol());
    endpoint.put("address", made.address());
    return "{version: 1, endpoints: ["
        + JsonMapper.shared().writeValueAsString(endpoint).replace("${", "$${")
        + "]}";
  }

  @Test
  void aSubscriptionInEachFormOfBase64() throws Unreadable {
    String links = "trojan://a@a.example:443#??>>~~ä\nss://YWVzLTI1Ni1nY206eA@b.example:1\n";
    List<Endpoint> plain = read(links).endpoints();
    assertEquals(2, plain.size());
    byte[] bytes = links.getBytes(StandardCharsets.UTF_8);
    for (String packed :
        List.of(
            Base64.getEncoder().encodeToString(bytes),
            Base64.getEncoder().withoutPadding().encodeToString(bytes),
            Base64.getUrlEncoder().encodeToString(bytes),
            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\r\n",
            Base64.getMimeEncoder(20, new byte[] {'\n'}).encodeToString(bytes))) {
      List<Endpoint> read = read(packed).endpoints();
      assertEquals(
          plain.stream().map(Endpoint::name).toList(), read.stream().map(Endpoint::name).toList());
      assertEquals(
          plain.stream().map(Endpoint::settings).toList(),
          read.stream().map(Endpoint::settings).toList());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "vless://CANARYcanary0123456789@a.example:x",
        "vless://CANARYcanary0123456789CANARYcanary0123456789@a.example:1",
        "trojan://CANARYcanary0123456789@a.example:443?type=ws",
        "trojan://CANARYcanary0123456789@a.example:443?alpn=%zz",
        "trojan://CANARYcanary0123456789@?sni=a",
        "trojan://CANARYcanary0123456789/a.example:443",
        "hysteria2://CANARYcanary0123456789@a.example:443?obfs=CANARYcanary0123456789CANARYcanary0123456789",
        "ss://CANARYcanary0123456789@a.example:443",
        "ss://CANARYcanary0123456789:x@a.example:443",
        "ss://2022-blake3-aes-128-gcm:CANARYcanary012345678@a.example:443",
        "wireguard://CANARYcanary0123456789@a.example:443?publickey=CANARYcanary0123456789",
        "socks5://CANARYcanary0123456789@a.example:443",
        "http://CANARYcanary0123456789@a.example/path",
        "https://a.example/CANARYcanary0123456789",
        "ssconf://a.example/CANARYcanary0123456789",
        "ssr://CANARYcanary0123456789",
        "vmess://CANARYcanary0123456789",
        "gopher://CANARYcanary0123456789"
      })
  void noMessageShowsASecret(String link) throws Unreadable {
    Batch batch = read(link + "\ntrojan://x@b.example:443");
    assertEquals(1, batch.endpoints().size(), said(batch).toString());
    assertEquals(1, said(batch).size());
    assertFalse(said(batch).toString().contains("CANARY"), said(batch).toString());
  }

  /** What to do next is said, and that the target's text matters where a fallback may answer. */
  @Test
  void whatHasNoTargetIsToldHowToNameOne() throws Unreadable {
    String links = "vless://u@a.example:1\ntrojan://p@a.example:1\nhy2://p@a.example:1";
    How none = new How(Optional.empty(), List.of(), Optional.empty());
    Source source = Source.of("f", links);
    Batch batch = new Importer(OPTIONS).read(List.of(source), null, none, Set.of());
    assertEquals("3 entries: 1 imported, 0 skipped, 2 rejected", batch.summary());
    for (Outcome.Rejected rejected : batch.rejected()) {
      assertTrue(rejected.message().contains("--target"), rejected.message());
    }
    How bare = new How(Optional.empty(), List.of(), Optional.of("http://t.example/"));
    Batch aimed = new Importer(OPTIONS).read(List.of(source), null, bare, Set.of());
    assertEquals("3 entries: 2 imported, 0 skipped, 1 rejected", aimed.summary());
    assertTrue(aimed.rejected().getFirst().message().contains("name a text"));
  }

  @Test
  void anAddressIsOnlyFetchedWhenNamed() throws Unreadable {
    Batch batch = read("ssconf://keys.example/a#Outline\nhttps://sub.example/token\n");
    assertEquals(2, batch.skipped().size());
    batch.skipped().forEach(skipped -> assertFalse(skipped.reason().contains("token")));
  }
}
