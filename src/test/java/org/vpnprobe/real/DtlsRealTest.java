package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Dtls;
import org.vpnprobe.protocol.Dtls.DtlsSettings;

/** dtls against openssl, which serves one client after the other: each test has its own. */
@Tag("real")
class DtlsRealTest {
  private static final Duration SHORT = Duration.ofMillis(900);

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate OTHER_CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder().addSubjectAlternativeName("vpn.example").signedBy(CA).build();
  private static final HeldCertificate RSA_SERVER =
      new HeldCertificate.Builder()
          .rsa2048()
          .addSubjectAlternativeName("vpn.example")
          .signedBy(CA)
          .build();
  private static final HeldCertificate CLIENT = new HeldCertificate.Builder().signedBy(CA).build();
  private static final HeldCertificate STRANGER =
      new HeldCertificate.Builder().signedBy(OTHER_CA).build();

  @TempDir static @Nullable Path directory;

  private static @Nullable TestNet world;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("openssl", "tail");
    world = TestNet.with("carrier");
    Path home = Objects.requireNonNull(directory);
    Files.writeString(home.resolve("server.crt"), SERVER.certificatePem());
    Files.writeString(home.resolve("server.key"), SERVER.privateKeyPkcs8Pem());
    Files.writeString(home.resolve("rsa.crt"), RSA_SERVER.certificatePem());
    Files.writeString(home.resolve("rsa.key"), RSA_SERVER.privateKeyPkcs8Pem());
    Files.writeString(home.resolve("ca.crt"), CA.certificatePem());
  }

  @AfterAll
  static void stop() {
    if (world != null) {
      world.close();
    }
  }

  @AfterEach
  void openTheWay() {
    net().interfere("carrier");
  }

  private static TestNet net() {
    return Objects.requireNonNull(world);
  }

  /** A server on a port; its standard input stays open, since it ends with it. */
  private static Daemon server(int port, String name, String more) {
    Path home = Objects.requireNonNull(directory);
    return Daemon.start(
            net().server(),
            home,
            "sh",
            "-c",
            ("tail -f /dev/null | openssl s_server -dtls1_2 -accept 10.90.0.1:%d -cert %s.crt"
                    + " -key %s.key %s")
                .formatted(port, name, name, more))
        .await(
            () -> net().exec(net().server(), "ss", "-Hlun", "sport = :" + port).contains("UNCONN"),
            "listening openssl");
  }

  private static DtlsSettings settings(
      @Nullable HeldCertificate ca, @Nullable String pin, @Nullable HeldCertificate ours) {
    return new DtlsSettings(
        null,
        ca == null ? null : ca.certificatePem(),
        pin,
        null,
        ours == null ? null : ours.certificatePem(),
        ours == null ? null : Secret.of(ours.privateKeyPkcs8Pem()));
  }

  private static String tried(int port, DtlsSettings settings) {
    return Attempt.at(net(), "carrier", port).of(new Dtls(), settings);
  }

  @Test
  void theCertificateIsVerified() {
    try (Daemon server = server(4433, "server", "")) {
      assertEquals(
          "authenticated",
          Attempt.at(net(), "carrier", 4433)
              .of(
                  new Dtls(),
                  settings(CA, null, null),
                  trial ->
                      assertEquals(
                          List.of("with a cookie"), trial.observed("dtls_hello_verify_request"))));
      String pin = OwnCertificate.sha256(SERVER.certificate());
      assertEquals("authenticated", tried(4433, settings(null, pin, null)));
      assertTrue(server.isAlive());
    }
    try (Daemon server = server(4434, "rsa", "")) {
      assertEquals("authenticated", tried(4434, settings(CA, null, null)));
      assertTrue(server.isAlive());
    }
  }

  @Test
  void foreignCertificates() {
    try (Daemon server = server(4435, "server", "")) {
      assertEquals(
          "handshake, ssl_unknown_authority in tls", tried(4435, settings(OTHER_CA, null, null)));
      assertEquals(
          "handshake, ssl_wrong_pin in tls", tried(4435, settings(null, "ab".repeat(32), null)));
      assertTrue(server.isAlive());
    }
  }

  @Test
  void clientCertificates() {
    String wants = "-Verify 1 -CAfile ca.crt -verify_return_error";
    try (Daemon server = server(4436, "server", wants)) {
      assertEquals("authenticated", tried(4436, settings(CA, null, CLIENT)));
      assertTrue(server.isAlive());
    }
    try (Daemon server = server(4437, "server", wants)) {
      assertEquals("handshake, auth_rejected in tls", tried(4437, settings(CA, null, STRANGER)));
      assertTrue(server.isAlive());
    }
    try (Daemon server = server(4438, "server", wants)) {
      assertEquals("handshake, auth_rejected in tls", tried(4438, settings(CA, null, null)));
      assertTrue(server.isAlive());
    }
  }

  @Test
  void dropAndReject() {
    try (Daemon server = server(4439, "server", "")) {
      net().interfere("carrier", "udp dport 4439 drop");
      assertEquals(
          "nothing, generic_timeout_error in tls",
          Attempt.at(net(), "carrier", 4439)
              .within(SHORT)
              .of(new Dtls(), settings(CA, null, null)));
      // The server's flight is larger than its cookie: only the latter passes.
      net().interfere("carrier", "udp sport 4439 udp length > 200 drop");
      assertEquals(
          "handshake, generic_timeout_error in tls",
          Attempt.at(net(), "carrier", 4439)
              .within(SHORT)
              .of(new Dtls(), settings(CA, null, null)));
      net().interfere("carrier", "udp dport 4439 reject with icmp type port-unreachable");
      assertEquals("nothing, connection_refused in tls", tried(4439, settings(CA, null, null)));
      assertTrue(server.isAlive());
    }
    net().interfere("carrier");
    assertEquals("nothing, connection_refused in tls", tried(4440, settings(CA, null, null)));
  }
}
