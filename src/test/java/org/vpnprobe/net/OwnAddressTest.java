package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;

/** The address that a page tells, and what is no address of the Internet. */
class OwnAddressTest {
  private static final HeldCertificate CERTIFICATE =
      new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();

  private static InetAddress asked(int status, String page, boolean trusted) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1);
    HandshakeCertificates own =
        new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build();
    server.setHttpsConfigurator(new HttpsConfigurator(own.sslContext()));
    server.createContext(
        "/",
        exchange -> {
          byte[] body = page.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(CERTIFICATE.certificate())
            .build();
    Trace trace = new Trace(Clock.systemUTC(), System::nanoTime, Duration.ofSeconds(20));
    try (Vantage vantage = Vantages.direct();
        Path path = vantage.path(trace)) {
      String url = "https://127.0.0.1:" + server.getAddress().getPort() + "/ip";
      return OwnAddress.https(
          path,
          url,
          Family.IP4,
          client ->
              trusted
                  ? client.sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                  : client);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aPageTellsIt() throws Exception {
    assertEquals(InetAddress.ofLiteral("198.51.100.7"), asked(200, "198.51.100.7\n", true));
  }

  @Test
  void whatIsNoAnswerFails() {
    assertEquals(
        FailureKind.HTTP_UNEXPECTED,
        assertThrows(StepFailed.class, () -> asked(302, "198.51.100.7", true)).kind());
    assertEquals(
        FailureKind.PROTO_MALFORMED_REPLY,
        assertThrows(StepFailed.class, () -> asked(200, "hello", true)).kind());
    assertEquals(
        FailureKind.PROTO_MALFORMED_REPLY,
        assertThrows(StepFailed.class, () -> asked(200, "x".repeat(20_000), true)).kind());
    assertEquals(
        FailureKind.SSL_FAILED_HANDSHAKE,
        assertThrows(StepFailed.class, () -> asked(200, "198.51.100.7", false)).kind());
  }

  @Test
  void theFirstAddressOfTheFamily() {
    String trace = "fl=1\nh=1.1\nip=2001:db8::7\nts=17:30\nipv4: 198.51.100.7, 999.1.1.1\n";
    assertEquals(
        Optional.of(InetAddress.ofLiteral("198.51.100.7")), OwnAddress.first(trace, Family.IP4));
    assertEquals(
        Optional.of(InetAddress.ofLiteral("2001:db8::7")), OwnAddress.first(trace, Family.IP6));
    assertEquals(
        Optional.of(InetAddress.ofLiteral("198.51.100.7")),
        OwnAddress.first("{\"ip\":\"198.51.100.7\",\"version\":\"1.2.3.4.5\"}", Family.IP4));
    assertEquals(Optional.empty(), OwnAddress.first("1.2.3.4.5 at 12:30", Family.IP4));
  }

  @Test
  void addressesOfNobodyAndOfTheCarriersNat() {
    assertTrue(OwnAddress.isSpecial(InetAddress.ofLiteral("10.1.2.3")));
    assertTrue(OwnAddress.isSpecial(InetAddress.ofLiteral("fe80::1")));
    assertFalse(OwnAddress.isSpecial(InetAddress.ofLiteral("8.8.8.8")));
    assertTrue(OwnAddress.isCarrierNat(InetAddress.ofLiteral("100.64.0.1")));
    assertTrue(OwnAddress.isCarrierNat(InetAddress.ofLiteral("100.127.255.254")));
    assertFalse(OwnAddress.isCarrierNat(InetAddress.ofLiteral("100.128.0.1")));
    assertFalse(OwnAddress.isCarrierNat(InetAddress.ofLiteral("2001:db8::1")));
  }
}
