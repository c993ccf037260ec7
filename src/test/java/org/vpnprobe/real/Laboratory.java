package org.vpnprobe.real;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.tls.HeldCertificate;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.wireguard.Noise;
import org.vpnprobe.protocol.wireguard.WireGuardKey;
import org.vpnprobe.real.OpenVpnServers.Wrap;

/**
 * Real daemons in a world of carriers that interfere, each behind a router of its own, and a clean
 * control. Endpoints are started as they are asked for; each has an address of its own.
 */
final class Laboratory implements AutoCloseable {
  static final String CONTROL = "control";

  /** The server's name of the n-th web server. */
  static final List<String> WEB =
      List.of("vpn.lab.test", "www.lab.test", "mail.lab.test", "shop.lab.test");

  /** Addresses of the server host beyond those that {@link TestNet} makes. */
  private static final int LAST_ADDRESS = 30;

  /** Names of devices are this host's, not the namespace's: their sockets lie side by side. */
  private static final AtomicInteger DEVICES =
      new AtomicInteger(10 + (int) (ProcessHandle.current().pid() % 200));

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();

  private final TestNet net;
  private final Path home;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, String> entries = new LinkedHashMap<>();

  /** Makes the namespaces. */
  Laboratory(Path home, List<Censor> censors) throws IOException {
    this.home = home;
    List<String> clients = new ArrayList<>(List.of(CONTROL));
    censors.forEach(censor -> clients.add(censor.name()));
    net = TestNet.with(clients.toArray(String[]::new));
    open.add(net);
    net.exec(
        net.server(),
        "sh",
        "-c",
        "for n in $(seq %d %d); do ip addr add 10.90.0.$n/32 dev lo; done; "
                .formatted(TestNet.SERVER_ADDRESSES + 1, LAST_ADDRESS)
            + "for n in 12 13; do ip addr add 10.90.1.$n/32 dev lo; done");
  }

  TestNet net() {
    return net;
  }

  /** The entries of the endpoints that were started. */
  String endpoints() {
    return String.join("", entries.values());
  }

  private void entry(String name, String protocol, int address, int port, String settings) {
    entry(name, protocol, "10.90.0." + address, port, settings);
  }

  private void entry(String name, String protocol, String address, int port, String settings) {
    entries.put(
        name,
        "  - {name: %s, protocol: %s, address: \"%s:%d\"%s}\n"
            .formatted(name, protocol, address, port, settings));
  }

  /** The n-th web server's: the first two stand in one network, the others in another. */
  private static String web(int n) {
    return "10.90.%d.%d".formatted(n <= 2 ? 0 : 1, 9 + n);
  }

  /** Begins to interfere. */
  void begin(Censor censor) throws IOException {
    String router = net.router(censor.name());
    net.interfere(censor.name(), censor.rules().toArray(String[]::new));
    for (String command : censor.commands()) {
      net.exec(router, command.split(" ", -1));
    }
    if (censor.middlebox() != null) {
      middlebox(router, censor.middlebox());
    }
  }

  /** What comes in on either side is sent through the device of the middlebox first. */
  private void middlebox(String router, String settings) throws IOException {
    Path script = home.resolve("middlebox.py");
    try (InputStream in =
        Objects.requireNonNull(Laboratory.class.getResourceAsStream("middlebox.py"))) {
      Files.write(script, in.readAllBytes());
    }
    String device = "box0";
    open.add(
        Daemon.start(router, home, Needs.program("python3"), script.toString(), device, settings)
            .awaitLog("ready"));
    net.exec(
        router, "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.box0.rp_filter=0");
    net.exec(router, "ip", "link", "set", device, "up");
    net.exec(router, "ip", "route", "add", "default", "dev", device, "table", "100");
    net.exec(router, "ip", "rule", "add", "iif", "lan0", "lookup", "100");
    net.exec(router, "ip", "rule", "add", "iif", "wan0", "lookup", "100");
  }

  /** wireguard-go at 10.90.0.5 and on: {@code wg-1} and so on. */
  void wireGuard(int count) throws IOException {
    wireGuard(count, false);
  }

  /**
   * The same.
   *
   * @param tunnel to be tried with pings inside
   */
  void wireGuard(int count, boolean tunnel) throws IOException {
    for (int n = 1; n <= count; n++) {
      byte[] server = key();
      byte[] client = key();
      int number = DEVICES.incrementAndGet();
      open.add(
          new WireGuardServer(
              net, home, number, text(server), text(Noise.publicKey(client)), null));
      entry(
          "wg-" + n,
          "wireguard",
          4 + n,
          WireGuardServer.port(number),
          ", public_key: \"%s\", private_key: \"%s\""
                  .formatted(text(Noise.publicKey(server)), text(client))
              + (tunnel
                  ? ", tunnel_address: [10.66.%1$d.2/32], target: 10.66.%1$d.1, depth: tunnel"
                      .formatted(number)
                  : ""));
    }
  }

  private static byte[] key() {
    byte[] key = new byte[WireGuardKey.LENGTH];
    new SecureRandom().nextBytes(key);
    return key;
  }

  private static String text(byte[] key) {
    return WireGuardKey.of(key).text();
  }

  /**
   * OpenVPN at 10.90.0.20 to 23: {@code ovpn-udp-1}, {@code ovpn-udp-2}, {@code ovpn-tcp-1} and
   * {@code ovpn-tcp-2}.
   */
  void openVpn() throws IOException {
    OpenVpnServers servers = new OpenVpnServers(net, home);
    open.add(servers);
    int address = 20;
    for (Transport transport : List.of(Transport.UDP, Transport.TCP)) {
      int number = 1;
      for (Wrap wrap : List.of(Wrap.PLAIN, Wrap.TLS_CRYPT)) {
        servers.start(transport, wrap, "--local", "10.90.0." + address);
        entry(
            "ovpn-" + transport.id() + "-" + number++,
            "openvpn",
            address++,
            servers.address(transport, wrap).getPort(),
            ", transport: %s, ca: \"${file:ca.crt}\", cert: \"${file:client.crt}\""
                    .formatted(transport.id())
                + ", key: \"${file:client.key}\""
                + (wrap == Wrap.TLS_CRYPT ? ", tls_crypt: \"${file:ta.key}\"" : ""));
      }
    }
    servers.await();
  }

  /** strongSwan: {@code ike-1} and {@code ike-2}. */
  void ike() throws IOException {
    open.add(new IkeServers(net, Files.createDirectory(home.resolve("ike"))));
    String login = ", remote_id: %s, psk: s3cret".formatted(IkeServers.NAME);
    entry("ike-1", "ikev2", IkeServers.PSK, 500, login);
    entry("ike-2", "ikev2", IkeServers.OLD, 500, login);
  }

  /**
   * nginx at 10.90.0.10 and 11 and 10.90.1.12 and 13, each with a name of its own: {@code web-1} to
   * {@code web-4}.
   */
  void web() throws IOException {
    HeldCertificate.Builder server =
        new HeldCertificate.Builder().signedBy(CA).addSubjectAlternativeName("*.lab.test");
    for (int n = 1; n <= 80; n++) {
      // So that a server's flight is as long as that of a chain of several certificates.
      server.addSubjectAlternativeName("host-%d.elsewhere.lab.test".formatted(n));
    }
    HeldCertificate certificate = server.build();
    Path web = Files.createDirectory(home.resolve("web"));
    Files.writeString(web.resolve("server.crt"), certificate.certificatePem());
    Files.writeString(web.resolve("server.key"), certificate.privateKeyPkcs8Pem());
    Files.writeString(web.resolve("ca.crt"), CA.certificatePem());
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
          server { listen 80; location / { return 200 "welcome\\n"; } }
        }
        """
            .formatted(web));
    open.add(
        Daemon.start(net.server(), web, "nginx", "-c", web + "/nginx.conf", "-p", web + "/")
            .await(() -> listens(443), "listening nginx"));
    for (int n = 1; n <= WEB.size(); n++) {
      entry(
          "web-" + n,
          n == 2 ? "https" : "tls",
          web(n),
          443,
          ", sni: %s, ca: \"${file:web/ca.crt}\"".formatted(WEB.get(n - 1)));
    }
  }

  /** The web servers again, by their names: {@code name-1} and so on. */
  void names() {
    for (int n = 1; n <= WEB.size(); n++) {
      entries.put(
          "name-" + n,
          "  - {name: name-%1$d, protocol: tls, address: \"%2$s:443\", ca: \"${file:web/ca.crt}\"}\n"
              .formatted(n, WEB.get(n - 1)));
      entries.remove("web-" + n);
    }
  }

  /**
   * dnsmasq, which knows the web servers' names; the first one may lead elsewhere.
   *
   * @param address its own: 10.90.0.this
   * @param first where the first name leads, {@code ""} for nowhere
   */
  void resolver(int address, String first) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "dnsmasq",
                "-k",
                "-C",
                "/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--pid-file=",
                "--bind-interfaces",
                "--listen-address=10.90.0." + address));
    for (int n = 1; n <= WEB.size(); n++) {
      String to = n == 1 ? first : web(n);
      command.add("--address=/" + WEB.get(n - 1) + "/" + to);
    }
    open.add(
        Daemon.start(net.server(), home, command.toArray(String[]::new))
            .await(
                () ->
                    net.exec(net.server(), "ss", "-Hlun", "src 10.90.0." + address)
                        .contains("UNCONN"),
                "listening dnsmasq"));
  }

  /** An endpoint whose server does not run: {@code stopped}. */
  void stopped() {
    entry("stopped", "tcp", 26, 4444, ", depth: port");
  }

  /** The same nginx without TLS, at 10.90.0.18 and 19: {@code plain-1} and {@code plain-2}. */
  void plain() {
    for (int n = 1; n <= 2; n++) {
      entry(
          "plain-" + n,
          "custom",
          17 + n,
          80,
          ", depth: handshake, steps: [{send: \"GET / HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n\"},"
                  .formatted(WEB.get(n - 1))
              + " {expect: \"HTTP/1.1 200\"}]");
    }
  }

  /** The same at the address of the n-th web server: {@code plain-web-n}. */
  void plainBeside(int n) {
    entry(
        "plain-web-" + n,
        "custom",
        web(n),
        80,
        ", depth: handshake, steps: [{send: \"GET / HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n\"},"
                .formatted(WEB.get(n - 1))
            + " {expect: \"HTTP/1.1 200\"}]");
  }

  private boolean listens(int port) {
    return net.exec(net.server(), "ss", "-Hltn", "sport = :" + port).contains("LISTEN");
  }

  /** sshd at 10.90.0.14 and 15: {@code ssh-1} and {@code ssh-2}. */
  void ssh() throws IOException {
    net.exec(
        net.server(),
        Needs.program("ssh-keygen"),
        "-q",
        "-t",
        "ed25519",
        "-N",
        "",
        "-f",
        home + "/host_key");
    Files.writeString(
        home.resolve("sshd_config"),
        """
        ListenAddress 0.0.0.0
        HostKey %s/host_key
        PidFile none
        StrictModes no
        UsePAM no
        MaxStartups 100
        """
            .formatted(home));
    String script =
        "mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec %s -D -e -f %s/sshd_config -p 22"
            .formatted(Needs.program("sshd"), home);
    open.add(
        Daemon.start(net.server(), home, "sh", "-c", script)
            .awaitLog("Server listening on 0.0.0.0 port 22"));
    entry("ssh-1", "ssh", 14, 22, ", depth: handshake");
    entry("ssh-2", "ssh", 15, 22, ", depth: handshake");
  }

  /** tinyproxy at 10.90.0.16 and 17: {@code proxy-1} and {@code proxy-2}. */
  void proxies() throws IOException {
    Path conf = home.resolve("tinyproxy.conf");
    Files.writeString(
        conf, "Port 8888\nAllow 10.0.0.0/8\nTimeout 60\nMaxClients 50\nBasicAuth bob s3cret\n");
    open.add(
        Daemon.start(net.server(), home, "tinyproxy", "-d", "-c", conf.toString())
            .await(() -> listens(8888), "listening tinyproxy"));
    entry("proxy-1", "http-proxy", 16, 8888, ", username: bob, password: s3cret");
    entry("proxy-2", "http-proxy", 17, 8888, ", username: bob, password: s3cret");
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }
}
