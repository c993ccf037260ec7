package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is contacted that the file does not name: all that leaves the program's namespaces during
 * a whole run is captured, with failing endpoints and their experiments, a server that redirects,
 * and every way there is to lead a Java program to a proxy or to another resolver.
 */
@Tag("real")
@Timeout(300)
class OnlyThePlanRealTest {
  private static final double PACE = 15;

  /** Proxies, the system's resolver and the server's redirects are to lead here. */
  private static final String TRAP = "10.90.0.9";

  /** A line of tcpdump of a packet that leaves: the destination with its port. */
  private static final Pattern LEAVING =
      Pattern.compile(" (?:IP6?) \\S+ > ([0-9a-f.:]+)\\.(\\d+): ");

  @TempDir private Path home = Path.of("");
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private String file(String control) {
    String endpoints =
        """
          - {name: web-1, protocol: https, address: "one.lab.test:443", ca: "${file:ca.crt}", status: 302}
          - {name: web-2, protocol: tls, address: "two.lab.test:443", ca: "${file:ca.crt}"}
          - {name: web-3, protocol: tls, address: "10.90.0.4:443", sni: two.lab.test, ca: "${file:ca.crt}"}
          - {name: web-4, protocol: tls, address: "10.90.0.5:443", sni: two.lab.test, ca: "${file:ca.crt}"}
          - {name: plain, protocol: tcp, address: "10.90.0.2:80"}
          - {name: closed, protocol: tcp, address: "10.90.0.3:4444"}
          - {name: silent, protocol: ikev2, address: "10.90.0.6:500", psk: x, local_id: a, remote_id: b}
          - {name: ovpn, protocol: openvpn, transport: udp, address: "10.90.0.6:1194"}
          - {name: names, protocol: dns, transport: udp, address: "10.90.0.1:53", query: one.lab.test}
          - {name: nowhere, protocol: tcp, address: "none.lab.test:443"}
        """;
    return """
    version: 1
    defaults: {diagnose: full}
    resolvers: {own: 10.90.0.1, second: "10.90.0.7"}
    carriers: {home: {via: direct, resolver: own}}
    controls: {far: {via: {netns: %s}, resolver: own}}
    endpoints:
    %s\
    """
        .formatted(control, endpoints);
  }

  /** What the file names, and what its protocols are documented to use beside it. */
  private static final Set<String> NAMED =
      Set.of(
          "10.90.0.1:53",
          "10.90.0.7:53",
          "10.90.0.2:443",
          "10.90.0.3:443",
          "10.90.0.4:443",
          "10.90.0.5:443",
          "10.90.0.2:80",
          "10.90.0.3:4444",
          "10.90.0.6:500",
          "10.90.0.6:4500", // IKE moves there behind an address translator (RFC 7296 section 2.23).
          "10.90.0.6:1194");

  /**
   * What experiments try at a suspect's own address (src/site/markdown/causes.md): whether other
   * ports answer there, and its name, where nobody answers but an injector.
   */
  private static boolean experiment(String destination) {
    int colon = destination.lastIndexOf(':');
    String address = destination.substring(0, colon + 1);
    return Set.of("443", "80", "22", "53").contains(destination.substring(colon + 1))
        && NAMED.stream().anyMatch(named -> named.startsWith(address));
  }

  @Test
  void theProbeSendsToNobodyElse() throws Exception {
    Needs.programs("tcpdump", "nginx", "dnsmasq");
    TestNet net = TestNet.with("home", "far");
    open.add(net);
    servers(net);
    // One server is cut off for the carrier alone: a suspect with experiments.
    net.interfere("home", "ip daddr 10.90.0.3 tcp dport 443 drop");
    Path resolver = systemResolver(net.client("home"));
    List<Daemon> captures = new ArrayList<>();
    for (String client : List.of("home", "far")) {
      Daemon capture =
          Daemon.start(
                  net.client(client),
                  home,
                  Needs.program("tcpdump"),
                  "-i",
                  "any",
                  "-Q",
                  "out",
                  "-nn",
                  "-l",
                  "tcp or udp")
              .awaitLog("listening on");
      open.add(capture);
      captures.add(capture);
    }
    Path file = Files.writeString(home.resolve("probes.yaml"), file(net.client("far")));
    String said = run(net.client("home"), file);
    assertTrue(said.contains("web-2@home EXPERIMENT "), said);
    assertTrue(said.contains("web-2@far "), said);
    Thread.sleep(1500); // What is captured is written a moment later.
    Set<String> contacted = new TreeSet<>();
    for (Daemon capture : captures) {
      contacted.addAll(contacted(capture.log()));
    }
    assertTrue(contacted.containsAll(Set.of("10.90.0.1:53", "10.90.0.3:443")), "" + contacted);
    Set<String> elsewhere =
        contacted.stream()
            .filter(destination -> !NAMED.contains(destination))
            .filter(destination -> !experiment(destination))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), elsewhere, said);
    Files.delete(resolver);
  }

  private static Set<String> contacted(String log) {
    return LEAVING
        .matcher(log)
        .results()
        .map(result -> result.group(1) + ":" + result.group(2))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A resolver of the system that the program must not ask (ip-netns(8) shows it in its place). */
  private Path systemResolver(String namespace) throws IOException {
    Path folder = Files.createDirectories(Path.of("/etc/netns", namespace));
    Path file = Files.writeString(folder.resolve("resolv.conf"), "nameserver " + TRAP + "\n");
    open.add(() -> {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    });
    return file;
  }

  private void servers(TestNet net) throws IOException {
    HeldCertificate ca = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate server =
        new HeldCertificate.Builder().signedBy(ca).addSubjectAlternativeName("*.lab.test").build();
    Files.writeString(home.resolve("ca.crt"), ca.certificatePem());
    Files.writeString(home.resolve("server.crt"), server.certificatePem());
    Files.writeString(home.resolve("server.key"), server.privateKeyPkcs8Pem());
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
          add_header Alt-Svc 'h3="%2$s:443", h2="%2$s:443"' always;
          server { listen 443 ssl; listen 80; return 302 https://%2$s/; }
        }
        """
            .formatted(home, TRAP));
    open.add(
        Daemon.start(net.server(), home, "nginx", "-c", home + "/nginx.conf", "-p", home.toString())
            .await(
                () -> net.exec(net.server(), "ss", "-Hltn").contains(":443 "), "listening nginx"));
    open.add(
        Dnsmasq.start(
            net.server(),
            home,
            "--bind-interfaces",
            "--listen-address=10.90.0.1,10.90.0.7",
            "--address=/one.lab.test/10.90.0.2",
            "--address=/two.lab.test/10.90.0.3"));
  }

  /** A run in a process of its own that everything tries to lead astray. */
  private String run(String namespace, Path file) throws IOException, InterruptedException {
    Path log = home.resolve("run.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                namespace,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-Dhttp.proxyHost=" + TRAP,
                "-Dhttp.proxyPort=3128",
                "-Dhttps.proxyHost=" + TRAP,
                "-Dhttps.proxyPort=3128",
                "-DsocksProxyHost=" + TRAP,
                "-Djava.net.useSystemProxies=true",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                PacedRun.class.getName(),
                file.toString(),
                Double.toString(PACE))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    for (String variable : List.of("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")) {
      builder.environment().put(variable, "http://" + TRAP + ":3128");
      builder.environment().put(variable.toUpperCase(java.util.Locale.ROOT), "http://" + TRAP);
    }
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(200, TimeUnit.SECONDS), "the run does not end");
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(log);
  }
}
