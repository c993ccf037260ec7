package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.protocol.Custom;
import org.vpnprobe.protocol.CustomSettings;
import org.vpnprobe.protocol.CustomSettings.Step;
import org.vpnprobe.protocol.CustomSettings.Transport;
import org.vpnprobe.protocol.Stun;
import org.vpnprobe.protocol.Stun.StunSettings;

/** stun against coturn; custom against coturn over UDP and nginx over TCP and TLS. */
@Tag("real")
class StunCustomRealTest {
  private static final int STUN = 3478;
  private static final Duration SHORT = Duration.ofMillis(800);

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder().addSubjectAlternativeName("vpn.example").signedBy(CA).build();

  @TempDir static @Nullable Path directory;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static @Nullable TestNet world;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("turnserver", "nginx");
    TestNet net = TestNet.with("carrier");
    OPEN.add(net);
    world = net;
    Path home = Objects.requireNonNull(directory);
    Files.writeString(home.resolve("server.crt"), SERVER.certificatePem());
    Files.writeString(home.resolve("server.key"), SERVER.privateKeyPkcs8Pem());
    Files.writeString(home.resolve("turn.conf"), "");
    OPEN.add(
        Daemon.start(
                net.server(),
                home,
                Needs.program("turnserver"),
                "-c",
                home + "/turn.conf",
                "--listening-ip=10.90.0.1",
                "--listening-port=" + STUN,
                "--no-tls",
                "--no-dtls",
                "--no-cli",
                "--log-file=stdout",
                "--pidfile=" + home + "/turn.pid",
                "--userdb=" + home + "/turn.db")
            .await(
                () -> net.exec(net.server(), "ss", "-Hlun", "sport = :" + STUN).contains("UNCONN"),
                "listening coturn"));
    Files.writeString(
        home.resolve("nginx.conf"),
        """
        daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr notice;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          ssl_certificate %1$s/server.crt; ssl_certificate_key %1$s/server.key;
          server {
            listen 10.90.0.1:80;
            listen 10.90.0.1:443 ssl;
            location / { return 200 "welcome\\n"; }
          }
        }
        """
            .formatted(home));
    OPEN.add(
        Daemon.start(net.server(), home, "nginx", "-c", home + "/nginx.conf", "-p", home + "/")
            .await(
                () -> net.exec(net.server(), "ss", "-Hltn", "sport = :443").contains("LISTEN"),
                "listening nginx"));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable closeable : OPEN.reversed()) {
      closeable.close();
    }
  }

  @AfterEach
  void openTheWay() {
    net().interfere("carrier");
  }

  private static TestNet net() {
    return Objects.requireNonNull(world);
  }

  private static Attempt to(int port) {
    return Attempt.at(net(), "carrier", port);
  }

  private static CustomSettings dialogue(Transport transport, boolean tls, Step... steps) {
    return new CustomSettings(
        transport,
        tls,
        List.of(steps),
        null,
        tls ? CA.certificatePem() : null,
        null,
        null,
        null,
        null);
  }

  private static CustomSettings http(boolean tls, String status) {
    return dialogue(
        Transport.TCP,
        tls,
        new Step("GET / HTTP/1.0\r\n\r\n", null, null, null, null),
        new Step(null, null, null, null, "HTTP/1\\.[01] " + status + " .*\r\n\r\n"),
        new Step(null, null, "welcome\n", null, null));
  }

  private static CustomSettings stun(String answer) {
    return dialogue(
        Transport.UDP,
        false,
        new Step(null, "0001 0000 2112a442 000102030405060708090a0b", null, null, null),
        new Step(null, null, null, answer + " ???? 2112a442 000102030405060708090a0b", null));
  }

  @Test
  void stunAnswersAndKnowsOfNats() {
    assertEquals(
        "handshake",
        to(STUN)
            .of(
                new Stun(),
                new StunSettings(null),
                trial -> assertEquals(List.of("false"), trial.observed("stun_nat"))));
    String router = net().router("carrier");
    net().exec(router, "nft", "add table ip nat");
    net().exec(router, "nft", "add chain ip nat post { type nat hook postrouting priority 100 ; }");
    net().exec(router, "nft", "add rule ip nat post masquerade");
    assertEquals(
        "handshake",
        to(STUN)
            .of(
                new Stun(),
                new StunSettings("tailnode"),
                trial -> assertEquals(List.of("true"), trial.observed("stun_nat"))));
  }

  @Test
  void customDialogues() {
    assertEquals("handshake", to(80).of(new Custom(), http(false, "200")));
    assertEquals("handshake", to(443).of(new Custom(), http(true, "200")));
    assertEquals("handshake", to(STUN).of(new Custom(), stun("0101")));
    assertEquals(
        "port, proto_unexpected_reply:step_2 in handshake",
        to(80).of(new Custom(), http(false, "404")));
    assertEquals(
        "nothing, proto_unexpected_reply:step_2 in handshake",
        to(STUN).within(SHORT).of(new Custom(), stun("0102")));
  }

  @Test
  void dropAndReset() {
    net().interfere("carrier", "udp dport 3478 drop");
    assertEquals(
        "nothing, generic_timeout_error in handshake",
        to(STUN).within(SHORT).of(new Stun(), new StunSettings(null)));
    assertEquals(
        "nothing, generic_timeout_error in handshake",
        to(STUN).within(SHORT).of(new Custom(), stun("0101")));
    net().interfere("carrier", "udp dport 3478 reject with icmp type port-unreachable");
    assertEquals(
        "nothing, connection_refused in handshake",
        to(STUN).of(new Stun(), new StunSettings(null)));
    // "GET ", behind a TCP header with the timestamp option (32 bytes).
    net().interfere("carrier", "tcp dport 80 @th,256,32 0x47455420 reject with tcp reset");
    assertEquals(
        "port, connection_reset in handshake", to(80).of(new Custom(), http(false, "200")));
    net().interfere("carrier", "tcp dport 80 @th,256,32 0x47455420 drop");
    assertEquals(
        "port, generic_timeout_error in handshake",
        to(80).within(SHORT).of(new Custom(), http(false, "200")));
  }

  @Test
  void nobodyThere() {
    assertEquals(
        "nothing, connection_refused in handshake",
        to(3479).of(new Stun(), new StunSettings(null)));
    assertEquals(
        "nothing, connection_refused in connect", to(81).of(new Custom(), http(false, "200")));
  }
}
