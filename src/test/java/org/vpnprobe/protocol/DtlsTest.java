package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.DtlsResponder;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Dtls.DtlsSettings;

class DtlsTest {
  private static final Duration SHORT = Duration.ofMillis(800);

  private static DtlsSettings settings(@Nullable String ca, @Nullable String pin) {
    return new DtlsSettings(null, ca, pin, null, null, null);
  }

  private static DtlsSettings lab() {
    return settings(Lab.material("lab_ca").orElseThrow(), null);
  }

  private static DtlsSettings client(String cert, String key) {
    return new DtlsSettings(
        null, Lab.material("lab_ca").orElseThrow(), null, null, cert, Secret.of(key));
  }

  @Test
  void certificates() throws IOException {
    HeldCertificate other = new HeldCertificate.Builder().certificateAuthority(0).build();
    try (Responder server = new DtlsResponder().start(lab())) {
      InetSocketAddress address = server.address();
      assertEquals("authenticated", Tried.of(new Dtls(), lab(), address));
      String pin = Lab.material("lab_server_pin").orElseThrow();
      assertEquals("authenticated", Tried.of(new Dtls(), settings(null, pin), address));
      assertEquals(
          "handshake, ssl_wrong_pin in tls",
          Tried.of(new Dtls(), settings(null, "ab".repeat(32)), address));
      assertEquals(
          "handshake, ssl_unknown_authority in tls",
          Tried.of(new Dtls(), settings(other.certificatePem(), null), address));
      assertEquals(
          "handshake, ssl_unknown_authority in tls",
          Tried.of(new Dtls(), settings(null, null), address));
      DtlsSettings named =
          new DtlsSettings(
              "other.example", Lab.material("lab_ca").orElseThrow(), null, null, null, null);
      assertEquals("handshake, ssl_invalid_hostname in tls", Tried.of(new Dtls(), named, address));
    }
  }

  @Test
  void clientCertificates() throws IOException {
    DtlsSettings ours =
        client(
            Lab.material("lab_client_cert").orElseThrow(),
            Lab.material("lab_client_key").orElseThrow());
    HeldCertificate stranger = new HeldCertificate.Builder().build();
    try (Responder server = new DtlsResponder().start(ours)) {
      InetSocketAddress address = server.address();
      assertEquals("authenticated", Tried.of(new Dtls(), ours, address));
      DtlsSettings theirs = client(stranger.certificatePem(), stranger.privateKeyPkcs8Pem());
      assertEquals("handshake, auth_rejected in tls", Tried.of(new Dtls(), theirs, address));
      assertEquals("handshake, auth_rejected in tls", Tried.of(new Dtls(), lab(), address));
    }
  }

  @Test
  void lossAndStrangers() throws IOException {
    InetSocketAddress stopped;
    try (Responder server = new DtlsResponder().start(lab());
        Dropping once = new Dropping(server.address(), 1);
        Dropping lost = new Dropping(server.address(), 99);
        Dropping junk = Dropping.answering(request -> new byte[40])) {
      stopped = server.address();
      assertEquals("authenticated", Tried.of(new Dtls(), lab(), once.address()));
      assertEquals(
          "nothing, generic_timeout_error in tls",
          Tried.of(new Dtls(), lab(), lost.address(), Depth.AUTHENTICATED, SHORT));
      assertEquals(
          "nothing, proto_unexpected_reply in tls",
          Tried.of(new Dtls(), lab(), junk.address(), Depth.AUTHENTICATED, SHORT));
    }
    assertEquals("nothing, connection_refused in tls", Tried.of(new Dtls(), lab(), stopped));
  }

  @Test
  void badSettings() {
    assertThrows(InvalidSetting.class, () -> settings(null, "abc"));
    assertThrows(InvalidSetting.class, () -> new DtlsSettings("-", "x", null, null, null, null));
  }

  /** What a server sends is changed on its way: never anything but the declared failures. */
  @Test
  void hostileReplies() throws IOException {
    Random random = new Random(19);
    AtomicInteger answers = new AtomicInteger();
    byte[] request = {
      22,
      (byte) 0xfe,
      (byte) 0xfd,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      23,
      3,
      0,
      0,
      11,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      11,
      (byte) 0xfe,
      (byte) 0xfd,
      8,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8
    };
    try (Dropping hostile =
        Dropping.answering(any -> {
          byte[] bytes = request.clone();
          for (int n = random.nextInt(4); n > 0; n--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
          answers.incrementAndGet();
          return bytes;
        })) {
      for (int i = 0; i < 30; i++) {
        String tried =
            Tried.of(
                new Dtls(), lab(), hostile.address(), Depth.AUTHENTICATED, Duration.ofMillis(60));
        assertTrue(
            Set.of("nothing", "handshake").contains(tried.split(",", 2)[0])
                && tried.matches(
                    ".*(generic_timeout_error|proto_unexpected_reply|ssl_failed_handshake|tls_alert:\\d+) in tls"),
            tried);
      }
    }
    assertTrue(answers.get() > 30, "the client answered cookies: " + answers.get());
  }
}
