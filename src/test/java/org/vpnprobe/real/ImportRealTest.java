package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.imports.Batch;
import org.vpnprobe.config.imports.Importer;
import org.vpnprobe.config.imports.ProbesYaml;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Report;

/**
 * From a subscription's text to the answer of a target: the links of Debian's shadowsocks-libev,
 * trojan and v2ray are imported into a probes.yaml, which is loaded and run. So are the lines that
 * obfs4proxy writes for its bridge.
 */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportRealTest {
  private static final String TARGET = "http://10.90.0.2/#welcome";

  /** An answer takes milliseconds here; a trial has a twelfth of a real client's time. */
  private static final double PACE = 12;

  private static final String PASSWORD = "p@:s/w?";

  private static final HeldCertificate CERTIFICATE =
      new HeldCertificate.Builder().addSubjectAlternativeName("vpn.example").build();

  private final List<AutoCloseable> open = new ArrayList<>();
  private Path home;
  private TestNet net;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Needs.programs("ss-server", "trojan", "v2ray", "nginx", "ss", "python3");
    home = directory;
    net = TestNet.with("control", "carrier");
    open.add(net);
    open.addAll(V2RayServers.around(net, home, CERTIFICATE));
    open.add(V2RayServers.v2ray(net, home, 1));
    open.add(
        daemon(
            8388,
            "ss-server",
            "-s",
            "10.90.0.1",
            "-p",
            "8388",
            "-k",
            PASSWORD,
            "-m",
            "aes-256-gcm"));
    open.add(trojan());
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private Daemon daemon(int port, String... command) {
    String[] full = command.clone();
    full[0] = Needs.program(command[0]);
    return Daemon.start(net.server(), home, full)
        .await(() -> V2RayServers.listens(net, "10.90.0.1", port), "listening " + command[0]);
  }

  private Daemon trojan() throws IOException {
    Path conf = home.resolve("trojan.json");
    Files.writeString(
        conf,
        """
        {"run_type": "server", "local_addr": "10.90.0.1", "local_port": 4443,
         "remote_addr": "10.90.0.2", "remote_port": 80, "password": ["%2$s"], "log_level": 1,
         "ssl": {"cert": "%1$s/server.crt", "key": "%1$s/server.key", "key_password": "",
           "cipher": "", "cipher_tls13": "", "prefer_server_cipher": true, "alpn": ["http/1.1"],
           "alpn_port_override": {}, "reuse_session": true, "session_ticket": false,
           "session_timeout": 600, "plain_http_response": "", "curves": "", "dhparam": ""},
         "tcp": {"prefer_ipv4": false, "no_delay": true, "keep_alive": true, "reuse_port": false,
           "fast_open": false, "fast_open_qlen": 20},
         "mysql": {"enabled": false}}
        """
            .formatted(home, PASSWORD));
    return daemon(4443, "trojan", conf.toString());
  }

  private static String base64(String text) {
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String links() {
    String pin = OwnCertificate.sha256(CERTIFICATE.certificate());
    String tls = "security=tls&sni=vpn.example&pcs=" + pin;
    String uuid = V2RayServers.UUID;
    return String.join(
        "\n",
        "ss://" + base64("aes-256-gcm:" + PASSWORD) + "@10.90.0.1:8388#ss 🇫🇮",
        "ss://" + base64("aes-256-gcm:wrong") + "@10.90.0.1:8388#ss-wrong",
        "trojan://p%40%3As%2Fw%3F@10.90.0.1:4443?sni=vpn.example&pcs=" + pin + "#trojan",
        "vless://" + uuid + "@10.90.0.1:1001#vless",
        "vless://" + uuid + "@10.90.0.1:1002?" + tls + "&type=tcp#vless-tls",
        "vless://" + uuid + "@10.90.0.1:1004?" + tls + "&type=ws&path=%2Fray%3Fed%3D2048#vless-wss",
        "vless://" + uuid + "@10.90.0.1:443?" + tls + "&type=grpc&serviceName=svc1001#vless-grpc",
        "vless://" + uuid + "@10.90.0.1:1002?security=reality&pbk=x#reality",
        "vmess://"
            + base64(
                """
                {"v": "2", "ps": "vmess", "add": "10.90.0.1", "port": "1007", "id": "%s",
                 "aid": "0", "net": "ws", "path": "/ray", "tls": ""}
                """
                    .formatted(uuid)),
        "vmess://" + uuid + "@10.90.0.1:1006?" + tls + "#vmess-tls");
  }

  /** Imports a text into a probes.yaml with a carrier and a control; returns what to run. */
  private String imported(String text, String account) throws IOException, InvalidFile, Unreadable {
    Importer importer = new Importer(Options.of("test", Instant.now(), "run"));
    How how = new How(Optional.empty(), List.of("paid"), Optional.of(TARGET));
    Batch batch = importer.read(List.of(Source.of("text", text)), null, how, Set.of());
    assertEquals(account, batch.summary());
    Path file = home.resolve("probes.yaml");
    Files.writeString(
        file,
        """
        version: 1
        carriers: {carrier: {via: {netns: %s}}}
        controls: {control: {via: {netns: %s}}}
        defaults: {depth: tunnel}
        """
            .formatted(net.client("carrier"), net.client("control")));
    new ProbesYaml(importer.check()).add(batch.endpoints(), file, false);
    String yaml = Files.readString(file);
    assertTrue(yaml.contains("${file:probes.secrets/"), yaml);
    return yaml;
  }

  /** {@code name@carrier} to state and depth. */
  private Map<String, String> found(String yaml) throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (Report.Cell cell : Verdicts.of(home, List.of(), yaml, PACE).cells().values()) {
      Depth depth = cell.depth();
      found.put(cell.id(), cell.state().id() + " " + (depth == null ? "-" : depth.id()));
    }
    return found;
  }

  @Test
  void aSubscriptionBecomesTunnels() throws IOException, InvalidFile, Unreadable {
    String yaml = imported(base64(links()), "10 entries: 9 imported, 1 skipped, 0 rejected");
    Map<String, String> found = found(yaml);
    for (String name :
        List.of(
            "ss-FI",
            "trojan",
            "vless",
            "vless-tls",
            "vless-wss",
            "vless-grpc",
            "vmess",
            "vmess-tls")) {
      for (String carrier : List.of("carrier", "control")) {
        assertEquals("reachable tunnel", found.get(name + "@" + carrier), found.toString());
      }
    }
    // A password that the server does not know is no answer, and nobody is blamed for it.
    assertEquals("down port", found.get("ss-wrong@carrier"), found.toString());
  }

  @Test
  void bridgeLinesBecomeTunnels() throws IOException, InvalidFile, Unreadable {
    Needs.programs("tor", "obfs4proxy");
    Path folder = Files.createDirectory(home.resolve("bridge"));
    try (TorServer bridge = TorServer.start(net, folder, 0)) {
      assertTrue(bridge.isAlive());
      String yaml = imported(bridge.bridgeLines(), "2 entries: 2 imported, 0 skipped, 0 rejected");
      Map<String, String> found = found(yaml);
      assertEquals("reachable tunnel", found.get("obfs4-10.90.0.1@carrier"), found.toString());
      assertEquals("reachable authenticated", found.get("tor-10.90.0.1@carrier"), found.toString());
    }
  }
}
