package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.Progress;
import org.vpnprobe.engine.Run;
import org.vpnprobe.engine.Stations;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.wireguard.Noise;
import org.vpnprobe.protocol.wireguard.WireGuardKey;
import org.vpnprobe.real.OpenVpnServers.Wrap;

/**
 * From the file to the verdict: real daemons, a carrier whose router drops and resets with
 * nftables, and a control, through namespace vantages. The rules run in compressed time.
 */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerdictRealTest {
  /**
   * A trial has a twelfth of a real client's time: on this wire an answer takes milliseconds. With
   * {@code -Dvpnprobe.pace=1} it takes minutes, as in life.
   */
  private static final double PACE = Double.parseDouble(System.getProperty("vpnprobe.pace", "12"));

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate OTHER_CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<Integer, String> clientKeys = new LinkedHashMap<>();
  private final byte[] serverKey = key();
  private TestNet net;
  private Path home;
  private OpenVpnServers openVpn;

  private static byte[] key() {
    byte[] key = new byte[WireGuardKey.LENGTH];
    new SecureRandom().nextBytes(key);
    return key;
  }

  private static String text(byte[] key) {
    return WireGuardKey.of(key).text();
  }

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Needs.programs("openvpn", "openssl", "wireguard-go", "wg", "charon", "swanctl", "nginx");
    home = directory;
    net = TestNet.with("control", "mobile");
    open.add(net);
    for (int number = 1; number <= 4; number++) {
      byte[] client = key();
      clientKeys.put(number, text(client));
      String peer = text(Noise.publicKey(client));
      String preshared = number == 4 ? text(key()) : null;
      open.add(new WireGuardServer(net, home, number, text(serverKey), peer, preshared));
    }
    openVpn = new OpenVpnServers(net, home);
    open.add(openVpn);
    openVpn.start(Transport.UDP, Wrap.PLAIN);
    openVpn.start(Transport.TCP, Wrap.PLAIN);
    openVpn.start(Transport.UDP, Wrap.TLS_CRYPT);
    openVpn.await();
    open.add(new IkeServers(net, Files.createDirectory(home.resolve("ike"))));
    open.add(nginx());
    net.interfere(
        "mobile",
        "ip daddr 10.90.0.7 udp dport " + WireGuardServer.port(1) + " drop",
        "ip daddr 10.90.0.8 tcp dport 443 reject with tcp reset",
        "ip daddr 10.90.0.1 udp dport { 500, 4500 } drop",
        "ip daddr 10.90.0.1 udp dport " + port(Transport.UDP, Wrap.PLAIN) + " drop",
        "ip daddr 10.90.0.1 tcp dport "
            + port(Transport.TCP, Wrap.PLAIN)
            + " reject with tcp reset");
  }

  private int port(Transport transport, Wrap wrap) {
    return openVpn.address(transport, wrap).getPort();
  }

  private Daemon nginx() throws IOException {
    HeldCertificate.Builder server = new HeldCertificate.Builder().signedBy(CA);
    for (int n = 1; n <= TestNet.SERVER_ADDRESSES; n++) {
      server.addSubjectAlternativeName(TestNet.address(n).getHostAddress());
    }
    HeldCertificate certificate = server.build();
    Path web = Files.createDirectory(home.resolve("web"));
    Files.writeString(web.resolve("server.crt"), certificate.certificatePem());
    Files.writeString(web.resolve("server.key"), certificate.privateKeyPkcs8Pem());
    Files.writeString(web.resolve("ca.crt"), CA.certificatePem());
    Files.writeString(web.resolve("other.crt"), OTHER_CA.certificatePem());
    Files.writeString(
        web.resolve("nginx.conf"),
        """
        daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr notice;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          ssl_certificate %1$s/server.crt; ssl_certificate_key %1$s/server.key;
          server { listen 443 ssl; location / { return 200 "welcome\\n"; } }
          server { listen 8080; location / { return 200 "welcome\\n"; } }
        }
        """
            .formatted(web));
    return Daemon.start(net.server(), web, "nginx", "-c", web + "/nginx.conf", "-p", web + "/")
        .await(
            () -> net.exec(net.server(), "ss", "-Hltn", "sport = :443").contains("LISTEN"),
            "listening nginx");
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private String file(boolean withControl) {
    return "version: 1\n"
        + "defaults: {depth: authenticated}\n"
        + "carriers:\n  mobile: {via: {netns: "
        + net.client("mobile")
        + "}}\n"
        + (withControl
            ? "controls:\n  control: {via: {netns: " + net.client("control") + "}}\n"
            : "")
        + "endpoints:\n"
        + wireGuard("wg-dropped", 1, 7, text(Noise.publicKey(serverKey)), true)
        + wireGuard("wg-two", 2, 2, text(Noise.publicKey(serverKey)), true)
        + wireGuard("wg-three", 3, 3, text(Noise.publicKey(serverKey)), true)
        + wireGuard("wg-other-psk", 4, 4, text(Noise.publicKey(serverKey)), false)
        + wireGuard("wg-stopped", 9, 9, text(Noise.publicKey(serverKey)), false)
        + web("tls-clean", "tls", 2, "ca.crt")
        + web("https-clean", "https", 3, "ca.crt")
        + web("tls-beside", "tls", 7, "ca.crt")
        + web("tls-reset", "tls", 8, "ca.crt")
        + "  - {name: tcp-beside, protocol: tcp, address: \"10.90.0.8:8080\"}\n"
        + web("tls-other-ca", "tls", 4, "other.crt")
        + ike("ike-dropped", IkeServers.PSK, "psk: s3cret")
        + ike("ike-other-psk", IkeServers.OLD, "psk: wrong")
        + ike("ike-old", IkeServers.OLD, "psk: s3cret")
        + ike(
            "ike-cert",
            IkeServers.CERT,
            "cert: \"${file:ike/client.crt}\", key: \"${file:ike/client.key}\", ca:"
                + " \"${file:ike/ca.crt}\"")
        + openVpn("ovpn-dropped", Transport.UDP, Wrap.PLAIN, "cert")
        + openVpn("ovpn-reset", Transport.TCP, Wrap.PLAIN, "cert")
        + openVpn("ovpn-clean", Transport.UDP, Wrap.TLS_CRYPT, "cert")
        + openVpn("ovpn-other-password", Transport.UDP, Wrap.TLS_CRYPT, "password");
  }

  private String wireGuard(String name, int number, int address, String server, boolean tunnel) {
    String client = clientKeys.getOrDefault(number, text(key()));
    return "  - {name: %s, protocol: wireguard, address: \"10.90.0.%d:%d\", public_key: \"%s\","
            .formatted(name, address, WireGuardServer.port(number), server)
        + " private_key: \"%s\"%s}\n"
            .formatted(
                client,
                tunnel
                    ? ", tunnel_address: [10.66.%d.2/32], target: 10.66.%d.1, depth: tunnel"
                        .formatted(number, number)
                    : "");
  }

  private static String web(String name, String protocol, int address, String ca) {
    return "  - {name: %s, protocol: %s, address: \"10.90.0.%d:443\", ca: \"${file:web/%s}\"}\n"
        .formatted(name, protocol, address, ca);
  }

  private static String ike(String name, int address, String login) {
    return "  - {name: %s, protocol: ikev2, address: \"10.90.0.%d:500\", remote_id: %s, %s}\n"
        .formatted(name, address, IkeServers.NAME, login);
  }

  private String openVpn(String name, Transport transport, Wrap wrap, String login) {
    return "  - {name: %s, protocol: openvpn, transport: %s, address: \"10.90.0.1:%d\", ca: \"%s\""
            .formatted(name, transport.id(), port(transport, wrap), "${file:ca.crt}")
        + (wrap == Wrap.TLS_CRYPT ? ", tls_crypt: \"${file:ta.key}\"" : "")
        + (login.equals("cert")
            ? ", cert: \"${file:client.crt}\", key: \"${file:client.key}\"}\n"
            : ", username: alice, password: wrong}\n");
  }

  /** Runs the file in compressed time. */
  private Map<String, Report.Cell> measured(boolean withControl) throws IOException, InvalidFile {
    Path file = home.resolve("probes.yaml");
    Files.writeString(file, file(withControl));
    Loaded loaded = ProbeFile.load(file, Options.of("test", Instant.now(), "run"));
    Plan plan = paced(loaded.plan());
    List<Measurement> measurements = new ArrayList<>();
    Clock clock = Clock.systemUTC();
    try (Stations stations = Stations.open(loaded, plan, clock)) {
      Run run =
          new Run(
              plan,
              stations.byVantage(),
              loaded.limits(),
              List.of(),
              measurements::add,
              Progress.NONE,
              clock,
              null);
      assertEquals(Run.Ending.FINISHED, run.run());
    }
    Map<String, Report.Cell> cells = new LinkedHashMap<>();
    Analyst.report(List.of(new Recorded(plan, measurements, clock.instant())))
        .cells()
        .forEach(cell -> cells.put(cell.id(), cell));
    return cells;
  }

  private static Plan paced(Plan p) {
    return new Plan(
        p.schemaVersion(),
        p.runId(),
        p.toolVersion(),
        p.createdAt(),
        p.seed(),
        p.profile(),
        PACE,
        p.rehearsal(),
        p.asControl(),
        p.vantages(),
        p.endpoints(),
        p.cells(),
        p.anchors(),
        p.witnesses(),
        p.neighbours(),
        p.events(),
        p.rejected(),
        p.file());
  }

  private static Report.Cell cell(Map<String, Report.Cell> cells, String id) {
    return Objects.requireNonNull(cells.get(id), id);
  }

  private static void is(Map<String, Report.Cell> cells, String id, State state, String failure) {
    Report.Cell cell = cell(cells, id);
    assertEquals(state, cell.state(), () -> id + ": " + cell);
    if (state == State.REACHABLE) {
      assertEquals(Boolean.TRUE, cell.asExpected());
    } else {
      Report.LastFailure last = Objects.requireNonNull(cell.lastFailure());
      assertEquals(failure, last.step().id() + ": " + last.failure(), () -> id + ": " + cell);
    }
  }

  private static void clean(Map<String, Report.Cell> cells, String vantage) {
    for (String endpoint :
        List.of(
            "wg-two",
            "wg-three",
            "tls-clean",
            "https-clean",
            "tls-beside",
            "ike-old",
            "ike-cert",
            "ovpn-clean")) {
      is(cells, endpoint + "@" + vantage, State.REACHABLE, "");
    }
  }

  @Test
  void withAControlTheCarrierIsBlamedForWhatItDoesAndNothingElse() throws Exception {
    Map<String, Report.Cell> cells = measured(true);
    clean(cells, "mobile");
    clean(cells, "control");
    for (String up :
        List.of("wg-dropped", "tls-reset", "ike-dropped", "ovpn-dropped", "ovpn-reset")) {
      is(cells, up + "@control", State.REACHABLE, "");
    }
    is(cells, "wg-dropped@mobile", State.LIKELY_BLOCKED, "handshake: generic_timeout_error");
    is(cells, "tls-reset@mobile", State.LIKELY_BLOCKED, "connect: connection_refused");
    is(cells, "ike-dropped@mobile", State.LIKELY_BLOCKED, "handshake: generic_timeout_error");
    is(cells, "ovpn-dropped@mobile", State.LIKELY_BLOCKED, "handshake: generic_timeout_error");
    is(cells, "ovpn-reset@mobile", State.LIKELY_BLOCKED, "connect: connection_refused");
    for (String vantage : List.of("mobile", "control")) {
      is(cells, "wg-other-psk@" + vantage, State.CONFIG_ERROR, "handshake: auth_wrong_server_key");
      is(cells, "tls-other-ca@" + vantage, State.CONFIG_ERROR, "tls: ssl_unknown_authority");
      is(cells, "ike-other-psk@" + vantage, State.CONFIG_ERROR, "auth: auth_rejected");
      is(cells, "ovpn-other-password@" + vantage, State.CONFIG_ERROR, "auth: auth_rejected");
      is(cells, "wg-stopped@" + vantage, State.DOWN, "handshake: connection_refused");
    }
    assertEquals(List.of("server_filter"), cell(cells, "wg-dropped@mobile").notExcluded());
  }

  @Test
  void withoutAControlNobodyIsBlamed() throws Exception {
    Map<String, Report.Cell> cells = measured(false);
    clean(cells, "mobile");
    is(cells, "wg-dropped@mobile", State.INSUFFICIENT, "handshake: generic_timeout_error");
    is(cells, "tls-reset@mobile", State.INSUFFICIENT, "connect: connection_refused");
    is(cells, "ike-dropped@mobile", State.INSUFFICIENT, "handshake: generic_timeout_error");
    is(cells, "ovpn-dropped@mobile", State.INSUFFICIENT, "handshake: generic_timeout_error");
    is(cells, "ovpn-reset@mobile", State.INSUFFICIENT, "connect: connection_refused");
    is(cells, "wg-stopped@mobile", State.INSUFFICIENT, "handshake: connection_refused");
    is(cells, "tls-other-ca@mobile", State.INSUFFICIENT, "tls: ssl_unknown_authority");
    is(cells, "ike-other-psk@mobile", State.CONFIG_ERROR, "auth: auth_rejected");
    is(cells, "ovpn-other-password@mobile", State.CONFIG_ERROR, "auth: auth_rejected");
    assertNull(cells.get("wg-dropped@control"));
  }
}
