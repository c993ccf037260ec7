package org.vpnprobe.real;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Tried;

/**
 * A carrier, a host with the proxies under test on its first address, and what they lead to on the
 * second: a web server (nginx) and a DNS server (dnsmasq).
 */
final class ProxyWorld implements AutoCloseable {
  static final String PROXY = "10.90.0.1";
  static final String WEB = "http://10.90.0.2/#welcome to the target";
  static final String DNS = "dns://10.90.0.2/inner.example";

  /** A port of the target's host where nothing listens. */
  static final String CLOSED = "http://10.90.0.2:81/";

  private final Path home;
  private final TestNet net = TestNet.with("carrier");
  private final List<Daemon> daemons = new ArrayList<>();

  ProxyWorld(Path home) throws IOException {
    this.home = home;
    try {
      web("10.90.0.2:80", "welcome to the target");
      daemon(
          "10.90.0.2:53",
          "dnsmasq",
          "-k",
          "-C",
          "/dev/null",
          "--listen-address=10.90.0.2",
          "--bind-interfaces",
          "--no-resolv",
          "--no-hosts",
          "--pid-file=",
          "--address=/inner.example/192.0.2.7");
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** A web server with one page. */
  Daemon web(String at, String page) throws IOException {
    return nginx(at, "return 200 \"" + page + "\\n\";");
  }

  /** A web server that answers every path as told. */
  Daemon nginx(String at, String answer) throws IOException {
    Path file = Files.createTempFile(home, "nginx", ".conf");
    Files.writeString(
        file,
        """
        daemon off; master_process off; pid %1$s.pid; error_log stderr notice;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s.t1; proxy_temp_path %1$s.t2; fastcgi_temp_path %1$s.t3;
          uwsgi_temp_path %1$s.t4; scgi_temp_path %1$s.t5;
          server { listen %2$s; location / { %3$s } }
        }
        """
            .formatted(file, at, answer));
    return daemon(at, "nginx", "-c", file.toString(), "-p", home + "/");
  }

  /** Starts a server on the proxies' host and waits until it listens on this address and port. */
  Daemon daemon(String at, String... command) {
    String[] full = command.clone();
    full[0] = Needs.program(command[0]);
    Daemon daemon = Daemon.start(net.server(), home, full);
    daemons.add(daemon);
    return daemon.await(
        () -> net.exec(net.server(), "ss", "-Hltn").contains(" " + at + " "), "server on " + at);
  }

  /** Runs with these rules in the carrier's router. */
  <T> T interfering(String rule, Supplier<T> body) {
    net.interfere("carrier", rule);
    try {
      return body.get();
    } finally {
      net.interfere("carrier");
    }
  }

  String tried(Protocol<?> protocol, Settings settings, int port, Depth goal) {
    return tried(protocol, settings, port, goal, Tried.AMPLE);
  }

  /** One try from the carrier against a proxy, named {@code proxy.example}. */
  String tried(Protocol<?> protocol, Settings settings, int port, Depth goal, Duration deadline) {
    InetSocketAddress server = new InetSocketAddress(TestNet.address(1), port);
    try (Vantage vantage = Vantages.open(new Via.Netns(net.client("carrier")), null, "carrier")) {
      return Tried.through(vantage, protocol, settings, server, "proxy.example", goal, deadline);
    }
  }

  @Override
  public void close() {
    daemons.reversed().forEach(Daemon::close);
    net.close();
  }
}
