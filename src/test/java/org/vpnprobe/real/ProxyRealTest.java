package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/** Through microsocks and Dante on loopback. */
@Tag("real")
class ProxyRealTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  @TempDir static java.nio.file.Path directory;

  @BeforeAll
  static void needs() {
    Needs.programs("microsocks", "danted", "dnsmasq");
  }

  @Test
  void microsocks() throws Exception {
    int port = freePort();
    try (Daemon proxy = microsocks(port);
        Vantage vantage = Vantages.open(proxy(port, ""), null, "test")) {
      assertTcpCrosses(vantage);
      StepFailed e = tcpFails(vantage, new InetSocketAddress(LOOPBACK, freePort()));
      assertEquals(FailureKind.CONNECTION_REFUSED, e.kind());
      try (Path path = vantage.path(trace())) {
        e = assertThrows(StepFailed.class, () -> path.udp(new InetSocketAddress(LOOPBACK, port)));
        assertEquals("reply_7", e.argument());
      }
      assertEquals(true, proxy.isAlive());
    }
  }

  @Test
  void microsocksWithLogin() throws Exception {
    int port = freePort();
    try (Daemon proxy = microsocks(port, "-u", "bob", "-P", "p@:s");
        Vantage right = Vantages.open(proxy(port, "bob:p@:s@"), null, "right");
        Vantage wrong = Vantages.open(proxy(port, "bob:no@"), null, "wrong");
        Vantage without = Vantages.open(proxy(port, ""), null, "without")) {
      assertTcpCrosses(right);
      for (Vantage vantage : new Vantage[] {wrong, without}) {
        StepFailed e = tcpFails(vantage, new InetSocketAddress(LOOPBACK, port));
        assertEquals(FailureKind.SOCKS_ERROR, e.kind());
        assertEquals("login", e.argument());
      }
      assertEquals(true, proxy.isAlive());
    }
  }

  @Test
  void dante() throws Exception {
    int port = freePort();
    try (Daemon proxy = dante(port);
        Vantage vantage = Vantages.open(proxy(port, ""), null, "test")) {
      assertTcpCrosses(vantage);
      StepFailed e = tcpFails(vantage, new InetSocketAddress(LOOPBACK, freePort()));
      assertEquals(FailureKind.CONNECTION_REFUSED, e.kind());
      assertUdpCrosses(vantage);
      assertEquals(true, proxy.isAlive());
    }
  }

  @Test
  void aNamedResolverIsAskedThroughTheProxy() throws Exception {
    int port = freePort();
    int dns = freePort();
    try (Daemon proxy = microsocks(port);
        Daemon resolver =
            listening(
                Daemon.start(
                    null,
                    directory,
                    Needs.program("dnsmasq"),
                    "-k",
                    "-C",
                    "/dev/null",
                    "--port=" + dns,
                    "--listen-address=127.0.0.1",
                    "--bind-interfaces",
                    "--no-resolv",
                    "--no-hosts",
                    "--pid-file=",
                    "--address=/example.test/192.0.2.7"),
                dns);
        Vantage vantage =
            Vantages.open(proxy(port, ""), Resolver.of("lab", "127.0.0.1:" + dns), "test");
        Path path = vantage.path(trace())) {
      assertEquals(
          List.of(InetAddress.ofLiteral("192.0.2.7")),
          path.resolve("vpn.example.test", Family.IP4));
      assertEquals(true, proxy.isAlive() && resolver.isAlive());
    }
  }

  private static void assertTcpCrosses(Vantage vantage) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, LOOPBACK)) {
      Thread.ofVirtual().start(() -> echoOneByteEach(server));
      Trace trace = trace();
      try (Path path = vantage.path(trace)) {
        InetAddress named = path.resolve("localhost", Family.IP4).getFirst();
        for (InetAddress address : new InetAddress[] {LOOPBACK, named}) {
          ByteStream stream = path.tcp(new InetSocketAddress(address, server.getLocalPort()));
          stream.write(new byte[] {5});
          assertArrayEquals(new byte[] {5}, stream.readFully(1));
        }
      }
      assertEquals(StepName.PROXY, trace.steps().getLast().name());
    }
  }

  private static void assertUdpCrosses(Vantage vantage) throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK);
        Path path = vantage.path(trace())) {
      Datagrams socket = path.udp((InetSocketAddress) server.getLocalSocketAddress());
      socket.send(new byte[] {1, 2, 3});
      DatagramPacket packet = new DatagramPacket(new byte[10], 10);
      server.receive(packet);
      server.send(packet);
      assertArrayEquals(new byte[] {1, 2, 3}, socket.receive(Duration.ofSeconds(5)));
    }
  }

  private static StepFailed tcpFails(Vantage vantage, InetSocketAddress server) {
    Trace trace = trace();
    try (Path path = vantage.path(trace)) {
      StepFailed e = assertThrows(StepFailed.class, () -> path.tcp(server));
      assertEquals(StepName.PROXY, trace.failure(e).step());
      return e;
    }
  }

  private static Daemon microsocks(int port, String... login) {
    String[] command = new String[5 + login.length];
    command[0] = Needs.program("microsocks");
    command[1] = "-i";
    command[2] = "127.0.0.1";
    command[3] = "-p";
    command[4] = String.valueOf(port);
    System.arraycopy(login, 0, command, 5, login.length);
    return listening(Daemon.start(null, directory, command), port);
  }

  private static Daemon dante(int port) throws IOException {
    java.nio.file.Path file = directory.resolve("danted.conf");
    Files.writeString(
        file,
        """
        logoutput: stderr
        internal: 127.0.0.1 port = %d
        external: 127.0.0.1
        clientmethod: none
        socksmethod: none
        user.privileged: root
        user.unprivileged: nobody
        client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
        socks pass { from: 127.0.0.0/8 to: 127.0.0.0/8 }
        """
            .formatted(port));
    return listening(
        Daemon.start(
            null,
            directory,
            Needs.program("danted"),
            "-f",
            file.toString(),
            "-p",
            directory.resolve("danted.pid").toString()),
        port);
  }

  private static Daemon listening(Daemon daemon, int port) {
    return daemon.await(
        () -> {
          try (Socket socket = new Socket(LOOPBACK, port)) {
            return socket.isConnected();
          } catch (IOException e) {
            return false;
          }
        },
        "port " + port);
  }

  private static void echoOneByteEach(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.getOutputStream().write(socket.getInputStream().read());
      } catch (IOException e) {
        return; // The test is over.
      }
    }
  }

  private static Via.Proxy proxy(int port, String login) {
    return Via.Proxy.of("socks5://" + login + "127.0.0.1:" + port);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Trace trace() {
    return new Trace(Clock.systemUTC(), System::nanoTime, Duration.ofSeconds(10));
  }
}
