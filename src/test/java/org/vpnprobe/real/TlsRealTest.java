package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.layer.Hello;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Https;
import org.vpnprobe.protocol.Https.HttpsSettings;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Tcp;
import org.vpnprobe.protocol.Tcp.TcpSettings;
import org.vpnprobe.protocol.Tls;
import org.vpnprobe.protocol.Tls.TlsSettings;

/** tcp, tls and https against nginx and stunnel, behind a router that interferes. */
@Tag("real")
class TlsRealTest {
  private static final int NGINX = 443;
  private static final int STUNNEL = 4433;
  private static final int CLOSED = 444;
  private static final Duration AMPLE = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(700);

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate OTHER_CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder()
          .addSubjectAlternativeName("vpn.example")
          .addSubjectAlternativeName(TestNet.address(1).getHostAddress())
          .signedBy(CA)
          .build();
  private static final HeldCertificate CLIENT = new HeldCertificate.Builder().signedBy(CA).build();
  private static final HeldCertificate STRANGER =
      new HeldCertificate.Builder().signedBy(OTHER_CA).build();

  @TempDir static @Nullable Path directory;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static @Nullable TestNet world;

  @BeforeAll
  static void start() throws IOException {
    Needs.root();
    Needs.programs("nginx", "stunnel4", "nft", "ip");
    TestNet net = TestNet.with("carrier");
    OPEN.add(net);
    world = net;
    Path home = Objects.requireNonNull(directory);
    Files.writeString(home.resolve("server.crt"), SERVER.certificatePem());
    Files.writeString(home.resolve("server.key"), SERVER.privateKeyPkcs8Pem());
    Files.writeString(home.resolve("ca.crt"), CA.certificatePem());
    OPEN.add(nginx(net, home, NGINX));
    OPEN.add(stunnel(net, home));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable closeable : OPEN.reversed()) {
      closeable.close();
    }
  }

  private static Daemon nginx(TestNet net, Path home, int port) throws IOException {
    Files.writeString(
        home.resolve("nginx" + port + ".conf"),
        """
        daemon off; master_process off; pid %1$s/nginx%2$d.pid; error_log stderr notice;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          ssl_certificate %1$s/server.crt; ssl_certificate_key %1$s/server.key;
          server {
            listen 10.90.0.1:%2$d ssl;
            location / { add_header X-Site lab; return 200 "welcome\\n"; }
            location /moved { return 302 https://elsewhere.example/; }
            location /empty { return 204; }
          }
        }
        """
            .formatted(home, port));
    return Daemon.start(
            net.server(), home, "nginx", "-c", home + "/nginx" + port + ".conf", "-p", home + "/")
        .await(() -> listens(net, port), "listening nginx");
  }

  private static Daemon stunnel(TestNet net, Path home) throws IOException {
    Files.writeString(
        home.resolve("stunnel.conf"),
        """
        foreground = yes
        pid =
        [asks]
        accept = 10.90.0.1:4433
        connect = 10.90.0.1:443
        cert = %1$s/server.crt
        key = %1$s/server.key
        CAfile = %1$s/ca.crt
        verifyChain = yes
        """
            .formatted(home));
    return Daemon.start(net.server(), home, "stunnel4", home + "/stunnel.conf")
        .await(() -> listens(net, STUNNEL), "listening stunnel");
  }

  private static boolean listens(TestNet net, int port) {
    return net.exec(net.server(), "ss", "-Hltn", "sport = :" + port).contains("LISTEN");
  }

  @Test
  void eachDepth() {
    assertEquals("port", tried(new Tcp(), new TcpSettings(), NGINX, AMPLE));
    assertEquals("authenticated", tried(new Tls(), tls().settings(), NGINX, AMPLE));
    assertEquals("authenticated", tried(new Https(), https("/", 200, null), NGINX, AMPLE));
    assertEquals("port", tried(new Tls(), tls().settings(), NGINX, AMPLE, Depth.PORT));
  }

  @Test
  void aClientHelloMayLookOtherwise() {
    for (Hello.Split split : Hello.Split.values()) {
      assertEquals(
          "authenticated",
          tried(new Tls(), looking(new Hello(null, null, null, split)), NGINX, AMPLE));
    }
    Hello old =
        new Hello(List.of("1.2"), List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"), null, null);
    assertEquals("authenticated", tried(new Tls(), looking(old), NGINX, AMPLE));
  }

  @Test
  void dataGoesBothWaysOnAConnectionThatIsKept() throws Exception {
    Vantage carrier =
        Vantages.open(
            new Via.Netns(Objects.requireNonNull(world).client("carrier")), null, "carrier");
    InetSocketAddress nginx = new InetSocketAddress(TestNet.address(1), NGINX);
    try (carrier;
        RecordedTrial trial =
            new RecordedTrial(carrier, nginx, "vpn.example", Depth.AUTHENTICATED, AMPLE);
        Session session = new Https().open(https("/", 200, null), trial)) {
      Session.Exchange exchange = session.exchange().orElseThrow();
      for (int i = 0; i < 60; i++) {
        assertTrue(exchange.once(1200, AMPLE) > 1200);
      }
    }
  }

  private static TlsSettings looking(Hello hello) {
    TlsSettings own = tls().settings();
    return new TlsSettings(
        own.sni(), own.alpn(), own.ca(), own.pin(), own.verifyName(), own.cert(), own.key(), hello);
  }

  @Test
  void theAnswerMustBeTheExpectedOne() {
    assertEquals(
        "authenticated", tried(new Https(), https("/", null, "X-Site: lab"), NGINX, AMPLE));
    assertEquals("authenticated", tried(new Https(), https("/empty", 204, null), NGINX, AMPLE));
    assertEquals("authenticated", tried(new Https(), https("/moved", 302, null), NGINX, AMPLE));
    assertEquals(
        "handshake, http_unexpected:302 in handshake",
        tried(new Https(), https("/moved", 200, null), NGINX, AMPLE));
    assertEquals(
        "handshake, http_unexpected:header in handshake",
        tried(new Https(), https("/", 200, "X-Site: other"), NGINX, AMPLE));
  }

  @Test
  void foreignCertificates() {
    assertEquals(
        "handshake, ssl_unknown_authority in tls",
        tried(new Tls(), tls().ca(OTHER_CA).settings(), NGINX, AMPLE));
    assertEquals(
        "handshake, ssl_unknown_authority in tls",
        tried(new Tls(), tls().ca(null).settings(), NGINX, AMPLE));
    assertEquals(
        "handshake, ssl_wrong_pin in tls",
        tried(new Tls(), tls().ca(null).pin("ab".repeat(32)).settings(), NGINX, AMPLE));
    assertEquals(
        "handshake, ssl_invalid_hostname in tls",
        tried(new Tls(), tls().name("other.example").settings(), NGINX, AMPLE));
    String pin = OwnCertificate.sha256(SERVER.certificate());
    assertEquals(
        "authenticated", tried(new Tls(), tls().ca(null).pin(pin).settings(), NGINX, AMPLE));
  }

  @Test
  void clientCertificates() {
    assertEquals("authenticated", tried(new Tls(), tls().cert(CLIENT).settings(), STUNNEL, AMPLE));
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(new Tls(), tls().cert(STRANGER).settings(), STUNNEL, AMPLE));
    // The server's key is proved before the server says that it wants one of ours.
    assertEquals("authenticated", tried(new Tls(), tls().settings(), STUNNEL, AMPLE));
    assertEquals(
        "port, tls_alert:116 in handshake",
        tried(new Https(), https("/", 200, null), STUNNEL, AMPLE));
  }

  @Test
  void aServerThatDoesNotSpeakTls() {
    assertEquals(
        "nothing, connection_refused in connect",
        tried(new Tls(), tls().settings(), CLOSED, AMPLE));
  }

  @Test
  void dropAndReset() {
    TestNet net = Objects.requireNonNull(world);
    try {
      net.interfere("carrier", "tcp dport 443 drop");
      assertEquals(
          "nothing, generic_timeout_error in connect",
          tried(new Tls(), tls().settings(), NGINX, SHORT));
      net.interfere("carrier", "tcp dport 443 reject with tcp reset");
      assertEquals(
          "nothing, connection_refused in connect",
          tried(new Tls(), tls().settings(), NGINX, AMPLE));
      // Past the connect: the first byte of a TLS record of type handshake, behind a TCP header
      // with the timestamp option (32 bytes).
      net.interfere("carrier", "tcp dport 443 @th,256,8 0x16 drop");
      assertEquals(
          "port, generic_timeout_error in tls", tried(new Tls(), tls().settings(), NGINX, SHORT));
      net.interfere("carrier", "tcp dport 443 @th,256,8 0x16 reject with tcp reset");
      assertEquals(
          "port, connection_reset in tls", tried(new Https(), https("/", 200, null), NGINX, AMPLE));
      assertEquals("port", tried(new Tcp(), new TcpSettings(), NGINX, AMPLE));
    } finally {
      net.interfere("carrier");
    }
  }

  @Test
  void aStoppedServer() throws IOException {
    TestNet net = Objects.requireNonNull(world);
    try (Daemon server = nginx(net, Objects.requireNonNull(directory), 445)) {
      assertTrue(server.isAlive());
      assertEquals("authenticated", tried(new Tls(), tls().settings(), 445, AMPLE));
    }
    assertEquals(
        "nothing, connection_refused in connect", tried(new Tls(), tls().settings(), 445, AMPLE));
  }

  private static String tried(
      Protocol<?> protocol, Settings settings, int port, Duration deadline) {
    return tried(protocol, settings, port, deadline, Depth.AUTHENTICATED);
  }

  private static <S extends Settings> String tried(
      Protocol<S> protocol, Settings settings, int port, Duration deadline, Depth goal) {
    TestNet net = Objects.requireNonNull(world);
    InetSocketAddress server = new InetSocketAddress(TestNet.address(1), port);
    try (Vantage vantage = Vantages.open(new Via.Netns(net.client("carrier")), null, "carrier");
        RecordedTrial trial = new RecordedTrial(vantage, server, "vpn.example", goal, deadline)) {
      String failure = "";
      try {
        protocol.open(protocol.settings().cast(settings), trial).close();
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      assertTrue(
          trial.trace.elapsed().compareTo(deadline.plusSeconds(1)) < 0, "the deadline holds");
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  private static TlsChoice tls() {
    return new TlsChoice(CA, null, null, null);
  }

  private record TlsChoice(
      @Nullable HeldCertificate ca,
      @Nullable String pin,
      @Nullable String name,
      @Nullable HeldCertificate cert) {
    TlsChoice ca(@Nullable HeldCertificate other) {
      return new TlsChoice(other, pin, name, cert);
    }

    TlsChoice pin(String other) {
      return new TlsChoice(ca, other, name, cert);
    }

    TlsChoice name(String other) {
      return new TlsChoice(ca, pin, other, cert);
    }

    TlsChoice cert(HeldCertificate other) {
      return new TlsChoice(ca, pin, name, other);
    }

    TlsSettings settings() {
      return new TlsSettings(
          null,
          null,
          ca == null ? null : ca.certificatePem(),
          pin,
          name,
          cert == null ? null : cert.certificatePem(),
          cert == null ? null : Secret.of(cert.privateKeyPkcs8Pem()));
    }
  }

  private static HttpsSettings https(
      String path, @Nullable Integer status, @Nullable String header) {
    return new HttpsSettings(
        path, status, header, null, null, CA.certificatePem(), null, null, null, null);
  }
}
