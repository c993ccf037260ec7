package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.protocol.Dns;
import org.vpnprobe.protocol.DnsSettings;
import org.vpnprobe.protocol.DnsSettings.Transport;

/** dns against unbound over all four transports, and against dnsdist's DoT and DoH. */
@Tag("real")
class DnsRealTest {
  private static final Duration SHORT = Duration.ofMillis(800);
  private static final int DNSDIST_DOT = 8853;
  private static final int DNSDIST_DOH = 8443;

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate OTHER_CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder().addSubjectAlternativeName("vpn.example").signedBy(CA).build();

  @TempDir static @Nullable Path directory;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static @Nullable TestNet world;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("unbound", "dnsdist");
    TestNet net = TestNet.with("carrier");
    OPEN.add(net);
    world = net;
    Path home = Objects.requireNonNull(directory);
    Files.writeString(home.resolve("server.crt"), SERVER.certificatePem());
    Files.writeString(home.resolve("server.key"), SERVER.privateKeyPkcs8Pem());
    OPEN.add(unbound(net, home));
    OPEN.add(dnsdist(net, home));
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

  private static Daemon unbound(TestNet net, Path home) throws IOException {
    Files.writeString(
        home.resolve("unbound.conf"),
        """
        server:
          directory: "%1$s"
          pidfile: "%1$s/unbound.pid"
          chroot: ""
          username: ""
          use-syslog: no
          interface: 10.90.0.1@53
          interface: 10.90.0.1@853
          interface: 10.90.0.1@443
          tls-service-key: "%1$s/server.key"
          tls-service-pem: "%1$s/server.crt"
          access-control: 10.0.0.0/8 allow
          local-zone: "lab.example." static
          local-data: "www.lab.example. A 192.0.2.10"
          local-data: "www.lab.example. AAAA 2001:db8::10"
          local-zone: "denied.example." always_refuse
        remote-control:
          control-enable: no
        """
            .formatted(home));
    return Daemon.start(
            net.server(), home, Needs.program("unbound"), "-d", "-c", home + "/unbound.conf")
        .await(() -> listens(net, 443), "listening unbound");
  }

  private static Daemon dnsdist(TestNet net, Path home) throws IOException {
    Files.writeString(
        home.resolve("dnsdist.conf"),
        """
        setLocal("10.90.0.1:5300")
        addTLSLocal("10.90.0.1:8853", "%1$s/server.crt", "%1$s/server.key")
        addDOHLocal("10.90.0.1:8443", "%1$s/server.crt", "%1$s/server.key", "/dns-query")
        setACL({"10.0.0.0/8"})
        setSecurityPollSuffix("")
        newServer({address="10.90.0.1:53"}):setUp()
        """
            .formatted(home));
    return Daemon.start(
            net.server(),
            home,
            Needs.program("dnsdist"),
            "--supervised",
            "--disable-syslog",
            "-C",
            home + "/dnsdist.conf")
        .await(() -> listens(net, DNSDIST_DOH), "listening dnsdist");
  }

  private static boolean listens(TestNet net, int port) {
    return net.exec(net.server(), "ss", "-Hltn", "sport = :" + port).contains("LISTEN");
  }

  private static DnsSettings asking(
      Transport transport, String name, @Nullable String type, @Nullable String answer) {
    return asking(transport, name, type, answer, CA);
  }

  private static DnsSettings asking(
      Transport transport,
      String name,
      @Nullable String type,
      @Nullable String answer,
      HeldCertificate ca) {
    boolean secured = transport == Transport.TLS || transport == Transport.HTTPS;
    String pem = secured ? ca.certificatePem() : null;
    return new DnsSettings(transport, name, type, answer, null, null, pem, null, null, null, null);
  }

  private static int port(Transport transport) {
    return switch (transport) {
      case UDP, TCP -> 53;
      case TLS -> 853;
      case HTTPS -> 443;
    };
  }

  private static Attempt to(Transport transport) {
    return Attempt.at(net(), "carrier", port(transport));
  }

  private static boolean secured(Transport transport) {
    return transport == Transport.TLS || transport == Transport.HTTPS;
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void eachDepth(Transport transport) {
    String name = "www.lab.example";
    assertEquals(
        "authenticated", to(transport).of(new Dns(), asking(transport, name, null, "192.0.2.10")));
    assertEquals(
        "authenticated",
        to(transport).of(new Dns(), asking(transport, name, "AAAA", "2001:DB8::10")));
    assertEquals(
        "authenticated",
        to(transport).of(new Dns(), asking(transport, "no.lab.example", null, "nxdomain")));
    assertEquals(
        secured(transport) ? "authenticated" : "handshake",
        to(transport).of(new Dns(), asking(transport, name, null, null)));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void wrongAnswersAndRefusals(Transport transport) {
    assertEquals(
        "handshake, proto_unexpected_reply:answer in handshake",
        to(transport).of(new Dns(), asking(transport, "www.lab.example", null, "192.0.2.11")));
    assertEquals(
        secured(transport) ? "handshake, auth_rejected in handshake" : "handshake",
        to(transport).of(new Dns(), asking(transport, "www.denied.example", null, null)));
  }

  @Test
  void dnsdist() {
    for (Transport transport : List.of(Transport.TLS, Transport.HTTPS)) {
      int port = transport == Transport.TLS ? DNSDIST_DOT : DNSDIST_DOH;
      assertEquals(
          "authenticated",
          Attempt.at(net(), "carrier", port)
              .of(
                  new Dns(),
                  asking(transport, "www.lab.example", null, "192.0.2.10"),
                  trial -> {
                    if (transport == Transport.HTTPS) {
                      assertEquals(List.of("h2"), trial.observed("tls_alpn"));
                    }
                  }));
      assertEquals(
          "port, ssl_unknown_authority in tls",
          Attempt.at(net(), "carrier", port)
              .of(new Dns(), asking(transport, "www.lab.example", null, null, OTHER_CA)));
    }
  }

  @Test
  void anotherPath() {
    DnsSettings other =
        new DnsSettings(
            Transport.HTTPS,
            "www.lab.example",
            null,
            null,
            "/elsewhere",
            null,
            CA.certificatePem(),
            null,
            null,
            null,
            null);
    assertEquals(
        "port, http_unexpected:404 in handshake", to(Transport.HTTPS).of(new Dns(), other));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void dropAndReset(Transport transport) {
    String proto = transport == Transport.UDP ? "udp" : "tcp";
    DnsSettings settings = asking(transport, "www.lab.example", null, "192.0.2.10");
    net().interfere("carrier", proto + " dport " + port(transport) + " drop");
    String step = transport == Transport.UDP ? "handshake" : "connect";
    assertEquals(
        "nothing, generic_timeout_error in " + step,
        to(transport).within(SHORT).of(new Dns(), settings));
    if (transport == Transport.UDP) {
      net().interfere("carrier", "udp dport 53 reject with icmp type port-unreachable");
      assertEquals(
          "nothing, connection_refused in handshake", to(transport).of(new Dns(), settings));
      return;
    }
    // The first bytes of data: the length of a segment with them is beyond that of a bare one.
    net()
        .interfere(
            "carrier",
            "tcp dport "
                + port(transport)
                + " meta length > 60 tcp flags & syn == 0"
                + " reject with tcp reset");
    String reset = to(transport).of(new Dns(), settings);
    assertTrue(reset.startsWith("port, connection_reset in "), reset);
  }

  @Test
  void aStoppedServer() {
    assertEquals(
        "nothing, connection_refused in handshake",
        Attempt.at(net(), "carrier", 54)
            .of(new Dns(), asking(Transport.UDP, "www.lab.example", null, null)));
    assertEquals(
        "nothing, connection_refused in connect",
        Attempt.at(net(), "carrier", 54)
            .goal(Depth.HANDSHAKE)
            .of(new Dns(), asking(Transport.TCP, "www.lab.example", null, null)));
  }
}
