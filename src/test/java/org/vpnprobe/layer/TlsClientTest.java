package org.vpnprobe.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/** The handshake against servers that are wrong in every way. */
class TlsClientTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final HeldCertificate CA = authority();
  private static final HeldCertificate OTHER = authority();

  /** What a handshake did: events in order, then the failure or what was read. */
  private final List<String> events = new ArrayList<>();

  @Test
  void aTrustedServerIsAuthenticated() throws Exception {
    assertEquals("hello", against(server(certificate().build(), null), trusting(CA), AMPLE));
    assertEquals("serverHello", events.getFirst());
    assertTrue(events.contains("tls_version=TLSv1.3"), events::toString);
    assertTrue(events.stream().anyMatch(e -> e.matches("tls_certificate_sha256=[0-9a-f]{64}")));
    assertTrue(events.stream().anyMatch(e -> e.startsWith("tls_issuer=CN=")));
  }

  @Test
  void tls12IsSpokenToo() throws Exception {
    SSLServerSocket old = server(certificate().build(), null);
    old.setEnabledProtocols(new String[] {"TLSv1.2"});
    assertEquals("hello", against(old, trusting(CA), AMPLE));
    assertTrue(events.contains("tls_version=TLSv1.2"), events::toString);
  }

  @Test
  void foreignCertificatesAreToldApart() throws Exception {
    HeldCertificate right = certificate().build();
    HeldCertificate expired =
        certificate()
            .validityInterval(
                Instant.now().minusSeconds(7200).toEpochMilli(),
                Instant.now().minusSeconds(3600).toEpochMilli())
            .build();
    HeldCertificate selfSigned =
        new HeldCertificate.Builder().addSubjectAlternativeName("vpn.example").build();
    assertEquals("ssl_unknown_authority", refused(right, trusting(OTHER)));
    assertEquals("ssl_unknown_authority", refused(right, Trust.system()));
    assertEquals("ssl_unknown_authority", refused(selfSigned, trusting(CA)));
    assertEquals("ssl_invalid_certificate", refused(expired, trusting(CA)));
    assertEquals("ssl_wrong_pin", refused(right, Trust.of("00".repeat(32), null)));
    assertEquals("serverHello", events.getFirst());
  }

  private String refused(HeldCertificate shown, Trust trust) throws Exception {
    events.clear();
    return against(server(shown, null), trust, AMPLE);
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    HeldCertificate other =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName("other.example")
            .signedBy(CA)
            .build();
    assertEquals("ssl_invalid_hostname", against(server(other, null), trusting(CA), AMPLE));
  }

  @Test
  void aPinnedCertificateIsRightWhateverItSays() throws Exception {
    HeldCertificate selfSigned = new HeldCertificate.Builder().build();
    Trust pinned = Trust.of(OwnCertificate.sha256(selfSigned.certificate()), null);
    assertEquals("hello", against(server(selfSigned, null), pinned, AMPLE));
  }

  @Test
  void aServerThatRefusesSendsItsAlert() throws Exception {
    SSLServerSocket picky = server(certificate().build(), null);
    var parameters = picky.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    picky.setSSLParameters(parameters);
    assertEquals("tls_alert:120", against(picky, trusting(CA), AMPLE));
  }

  @Test
  void aClientCertificateIsAskedForAndRefused() throws Exception {
    HeldCertificate stranger = new HeldCertificate.Builder().signedBy(OTHER).build();
    OwnCertificate ours =
        OwnCertificate.of(stranger.certificatePem(), Secret.of(stranger.privateKeyPkcs8Pem()));
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      SSLServerSocket asking = server(certificate().build(), CA);
      asking.setEnabledProtocols(new String[] {version});
      assertEquals("auth_rejected", against(asking, offer(trusting(CA), Optional.of(ours)), AMPLE));
    }
  }

  @Test
  void whatIsNotTlsIsToldApartFromSilenceEndAndReset() throws Exception {
    byte[] http = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    assertEquals("proto_unexpected_reply", raw(http, Ending.CLOSE, AMPLE));
    assertEquals("eof_error", raw(new byte[0], Ending.CLOSE, AMPLE));
    assertEquals("connection_reset", raw(new byte[0], Ending.RESET, AMPLE));
    assertEquals("generic_timeout_error", raw(new byte[0], Ending.SILENCE, SHORT));
    assertEquals("generic_timeout_error", raw(new byte[] {22, 3, 3}, Ending.SILENCE, SHORT));
    assertEquals("eof_error", raw(new byte[] {22, 3, 3}, Ending.CLOSE, AMPLE));
    // A fatal alert in plain text: handshake_failure.
    assertEquals("tls_alert:40", raw(new byte[] {21, 3, 3, 0, 2, 2, 40}, Ending.CLOSE, AMPLE));
    assertEquals(
        "ssl_failed_handshake", raw(new byte[] {22, 3, 3, 0, 4, 2, 0, 0, 0}, Ending.CLOSE, AMPLE));
    assertTrue(events.isEmpty(), events::toString);
  }

  @Test
  void aDripIsCutOffByTheDeadline() throws Exception {
    assertEquals("generic_timeout_error", raw(new byte[] {22, 3, 3, 64, 0}, Ending.DRIP, SHORT));
  }

  @Test
  void noiseIsAFailureAndNothingElse() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 30; i++) {
      byte[] noise = new byte[5 + random.nextInt(300)];
      random.nextBytes(noise);
      noise[0] = (byte) (20 + random.nextInt(4));
      noise[1] = 3;
      noise[3] = 0;
      String kind = raw(noise, Ending.CLOSE, AMPLE);
      assertTrue(
          kind.matches("tls_alert:\\d+|ssl_failed_handshake|eof_error|proto_\\w+|connection_reset"),
          kind);
    }
  }

  private enum Ending {
    CLOSE,
    RESET,
    SILENCE,
    DRIP
  }

  /** A server that reads the ClientHello, answers with these bytes and ends so. */
  private String raw(byte[] answer, Ending ending, Duration deadline) throws Exception {
    ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    return against(
        listener,
        client -> {
          readRecord(client);
          OutputStream out = client.getOutputStream();
          out.write(answer);
          while (ending == Ending.DRIP) {
            out.write(0);
            Thread.sleep(20);
          }
          if (ending == Ending.SILENCE) {
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
          }
          if (ending == Ending.RESET) {
            client.setSoLinger(true, 0);
          }
        },
        offer(trusting(CA), Optional.empty()),
        deadline);
  }

  /** Reads the whole ClientHello: a close with unread bytes would be a reset. */
  private static void readRecord(Socket client) throws IOException {
    byte[] header = client.getInputStream().readNBytes(5);
    client.getInputStream().readNBytes((header[3] & 0xff) << 8 | (header[4] & 0xff));
  }

  private String against(SSLServerSocket listener, Trust trust, Duration deadline)
      throws Exception {
    return against(listener, offer(trust, Optional.empty()), deadline);
  }

  private String against(SSLServerSocket listener, TlsClient.Offer offer, Duration deadline)
      throws Exception {
    return against(
        listener,
        client -> {
          client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
          client.getInputStream().transferTo(OutputStream.nullOutputStream());
        },
        offer,
        deadline);
  }

  private interface Service {
    void serve(Socket client) throws IOException, InterruptedException;
  }

  private String against(
      ServerSocket listener, Service service, TlsClient.Offer offer, Duration deadline)
      throws Exception {
    Thread server =
        Thread.startVirtualThread(() -> {
          try (listener;
              Socket client = listener.accept()) {
            service.serve(client);
          } catch (IOException | InterruptedException e) {
            // The client left, as it does after a refusal.
          }
        });
    Trace trace = new Trace(Clock.systemUTC(), System::nanoTime, deadline);
    try (Vantage vantage = Vantages.direct();
        Path path = vantage.path(trace)) {
      return talk(path, new InetSocketAddress("127.0.0.1", listener.getLocalPort()), offer);
    } finally {
      server.interrupt();
      server.join();
    }
  }

  private String talk(Path path, InetSocketAddress server, TlsClient.Offer offer) {
    try (TlsStream stream =
        TlsClient.handshake(path.tcp(server), offer, listener(), Clock.systemUTC())) {
      return new String(stream.readFully(5), StandardCharsets.US_ASCII);
    } catch (StepFailed e) {
      StepFailed told = offer.ours().isPresent() ? TlsClient.refusal(e) : e;
      return told.argument() == null ? told.kind().id() : told.kind().id() + ":" + told.argument();
    }
  }

  private TlsClient.Listener listener() {
    return new TlsClient.Listener() {
      @Override
      public void serverHello() {
        events.add("serverHello");
      }

      @Override
      public void observe(String key, String value) {
        events.add(key + "=" + value);
      }
    };
  }

  private static TlsClient.Offer offer(Trust trust, Optional<OwnCertificate> ours) {
    return new TlsClient.Offer("vpn.example", List.of("http/1.1"), trust, "vpn.example", ours);
  }

  private static Trust trusting(HeldCertificate authority) {
    return Trust.of(null, authority.certificatePem());
  }

  private static HeldCertificate authority() {
    return new HeldCertificate.Builder().certificateAuthority(1).build();
  }

  private static HeldCertificate.Builder certificate() {
    return new HeldCertificate.Builder().addSubjectAlternativeName("vpn.example").signedBy(CA);
  }

  /**
   * @param clients the authority of clients, null to ask for no certificate
   */
  private static SSLServerSocket server(HeldCertificate own, @Nullable HeldCertificate clients)
      throws IOException, GeneralSecurityException {
    HandshakeCertificates.Builder certificates =
        new HandshakeCertificates.Builder().heldCertificate(own);
    if (clients != null) {
      certificates.addTrustedCertificate(clients.certificate());
    }
    HandshakeCertificates both = certificates.build();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {both.keyManager()}, new TrustManager[] {both.trustManager()}, null);
    SSLServerSocket listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    listener.setNeedClientAuth(clients != null);
    return listener;
  }
}
