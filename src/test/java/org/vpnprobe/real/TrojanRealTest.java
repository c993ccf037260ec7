package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Tried;
import org.vpnprobe.protocol.Trojan;
import org.vpnprobe.protocol.Trojan.TrojanSettings;

/** trojan against Debian's trojan with nginx behind it, behind a router that interferes. */
@Tag("real")
class TrojanRealTest {
  private static final int PORT = 443;
  private static final int FALLBACK = 8080;
  private static final Trojan TROJAN = new Trojan();

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder().addSubjectAlternativeName("proxy.example").signedBy(CA).build();

  @TempDir static Path directory = Path.of("");
  private static @Nullable ProxyWorld started;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("trojan", "nginx", "dnsmasq", "ss");
    ProxyWorld world = new ProxyWorld(directory);
    started = world;
    Files.writeString(directory.resolve("server.crt"), SERVER.certificatePem());
    Files.writeString(directory.resolve("server.key"), SERVER.privateKeyPkcs8Pem());
    // The very page of the target, so that only the leading hash tells the two apart.
    world.web(ProxyWorld.PROXY + ":" + FALLBACK, "welcome to the target");
    trojan(world, PORT);
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.close();
    }
  }

  private static Daemon trojan(ProxyWorld world, int port) throws IOException {
    Path conf = directory.resolve("trojan" + port + ".json");
    Files.writeString(
        conf,
        """
        {"run_type": "server", "local_addr": "10.90.0.1", "local_port": %1$d,
         "remote_addr": "10.90.0.1", "remote_port": 8080, "password": ["right"], "log_level": 1,
         "ssl": {"cert": "%2$s/server.crt", "key": "%2$s/server.key", "key_password": "",
           "cipher": "", "cipher_tls13": "", "prefer_server_cipher": true, "alpn": ["http/1.1"],
           "alpn_port_override": {}, "reuse_session": true, "session_ticket": false,
           "session_timeout": 600, "plain_http_response": "", "curves": "", "dhparam": ""},
         "tcp": {"prefer_ipv4": false, "no_delay": true, "keep_alive": true, "reuse_port": false,
           "fast_open": false, "fast_open_qlen": 20},
         "mysql": {"enabled": false}}
        """
            .formatted(port, directory));
    return world.daemon(ProxyWorld.PROXY + ":" + port, "trojan", conf.toString());
  }

  private static ProxyWorld world() {
    return Objects.requireNonNull(started);
  }

  private static TrojanSettings settings(String password, String target) {
    return settings(password, target, CA.certificatePem(), null);
  }

  private static TrojanSettings settings(
      String password, String target, @Nullable String ca, @Nullable String pin) {
    return new TrojanSettings(Secret.of(password), Target.of(target), null, null, ca, pin, null);
  }

  private static String tried(TrojanSettings settings, int port, Depth goal) {
    return world().tried(TROJAN, settings, port, goal);
  }

  @Test
  void eachDepth() {
    for (String target : new String[] {ProxyWorld.WEB, ProxyWorld.DNS}) {
      TrojanSettings right = settings("right", target);
      assertEquals("port", tried(right, PORT, Depth.PORT));
      assertEquals("tunnel", tried(right, PORT, Depth.AUTHENTICATED));
      assertEquals("tunnel", tried(right, PORT, Depth.TUNNEL));
    }
    String pin = OwnCertificate.sha256(SERVER.certificate());
    assertEquals("tunnel", tried(settings("right", ProxyWorld.WEB, null, pin), PORT, Depth.TUNNEL));
  }

  @Test
  void theFallbackIsNeverASuccess() {
    for (String target : new String[] {ProxyWorld.WEB, ProxyWorld.DNS, "echo://10.90.0.2:7"}) {
      assertEquals(
          "port, auth_rejected in tunnel",
          tried(settings("wrong", target), PORT, Depth.AUTHENTICATED),
          target);
    }
  }

  @Test
  void foreignCertificates() {
    assertEquals(
        "port, ssl_unknown_authority in tls",
        tried(settings("right", ProxyWorld.WEB, null, null), PORT, Depth.TUNNEL));
    assertEquals(
        "port, ssl_wrong_pin in tls",
        tried(settings("right", ProxyWorld.WEB, null, "ab".repeat(32)), PORT, Depth.TUNNEL));
  }

  @Test
  void targetsThatDoNotAnswer() {
    assertEquals(
        "port, eof_error in tunnel",
        tried(settings("right", ProxyWorld.CLOSED + "#x"), PORT, Depth.TUNNEL));
  }

  @Test
  void dropAndReset() {
    TrojanSettings right = settings("right", ProxyWorld.WEB);
    assertEquals(
        "nothing, generic_timeout_error in connect", interfered("tcp dport 443 drop", right));
    // The first byte of a ClientHello, behind a TCP header with the timestamp option (32 bytes).
    assertEquals(
        "port, generic_timeout_error in tls",
        interfered("tcp dport 443 @th,256,8 0x16 drop", right));
    assertEquals(
        "port, connection_reset in tls",
        interfered("tcp dport 443 @th,256,8 0x16 reject with tcp reset", right));
    // Past the handshake: records of application data.
    assertEquals(
        "port, generic_timeout_error in tunnel",
        interfered("tcp dport 443 @th,256,8 0x17 drop", right));
  }

  private static String interfered(String rule, TrojanSettings settings) {
    return world()
        .interfering(rule, () -> world().tried(TROJAN, settings, PORT, Depth.TUNNEL, Tried.SHORT));
  }

  @Test
  void aStoppedServer() throws IOException {
    TrojanSettings right = settings("right", ProxyWorld.WEB);
    try (Daemon server = trojan(world(), 444)) {
      assertTrue(server.isAlive());
      assertEquals("tunnel", tried(right, 444, Depth.TUNNEL));
    }
    assertEquals("nothing, connection_refused in connect", tried(right, 444, Depth.TUNNEL));
  }
}
