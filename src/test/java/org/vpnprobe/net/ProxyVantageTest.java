package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Via;

/** The SOCKS5 client against a scripted proxy; bytes as in RFC 1928 and RFC 1929. */
class ProxyVantageTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final InetSocketAddress TARGET =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 443);
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void connectsByAddress() throws Exception {
    try (Peer peer =
        new Peer(socket -> {
          expect(socket, "050100");
          send(socket, "0500");
          expect(socket, "05010001" + "c0000209" + "01bb");
          send(socket, "05000001" + "00000000" + "0000");
          socket.getOutputStream().write(socket.getInputStream().readNBytes(2));
        })) {
      Trace trace = trace(Duration.ofSeconds(20));
      try (Vantage vantage = vantage(peer, null);
          Path path = vantage.path(trace)) {
        ByteStream stream = path.tcp(TARGET);
        stream.write(new byte[] {1, 2});
        assertArrayEquals(new byte[] {1, 2}, stream.readFully(2));
        assertEquals(TARGET, stream.remote());
        assertEquals(false, path.facts().rttIsTarget());
        assertEquals("proxy", path.facts().resolver());
      }
      assertEquals(StepName.PROXY, trace.steps().getFirst().name());
    }
  }

  @Test
  void namesAreLeftToTheProxyAndTheLoginIsSent() throws Exception {
    try (Peer peer =
        new Peer(socket -> {
          expect(socket, "05020002");
          send(socket, "0502");
          expect(socket, "01" + "03" + hex("bob") + "04" + hex("p@:s"));
          send(socket, "0100");
          expect(socket, "05010003" + "0c" + hex("vpn.test.org") + "0016");
          send(socket, "05000003" + "01" + "78" + "0000");
          socket.getOutputStream().write(9);
        })) {
      try (Vantage vantage = vantage(peer, "p@:s");
          Path path = vantage.path(trace(Duration.ofSeconds(20)))) {
        InetAddress named = path.resolve("vpn.test.org", Family.IP4).getFirst();
        assertEquals(9, path.tcp(new InetSocketAddress(named, 22)).readFully(1)[0]);
        ByteStream unresolved = path.tcp(InetSocketAddress.createUnresolved("vpn.test.org", 22));
        assertEquals(9, unresolved.readFully(1)[0]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, SOCKS_ERROR",
    "2, SOCKS_ERROR",
    "3, NETWORK_UNREACHABLE",
    "4, HOST_UNREACHABLE",
    "5, CONNECTION_REFUSED",
    "6, GENERIC_TIMEOUT_ERROR",
    "7, SOCKS_ERROR",
    "8, SOCKS_ERROR",
    "99, SOCKS_ERROR"
  })
  void repliesAboutTheTarget(int reply, FailureKind kind) throws Exception {
    StepFailed e =
        fails(socket -> {
          socket.getInputStream().readNBytes(3);
          send(socket, "0500");
          socket.getInputStream().readNBytes(10);
          // As short as some proxies are.
          socket.getOutputStream().write(new byte[] {5, (byte) reply, 0, 1});
        });
    assertEquals(kind, e.kind());
  }

  @Test
  void whatTheProxyItselfDoesWrongIsTheVantagesFault() throws Exception {
    assertSocks("login", socket -> send(socket, "05ff"));
    assertSocks("not_socks5", socket -> send(socket, "4854"));
    assertSocks("eof_error", socket -> send(socket, "05"));
    assertSocks(
        "connection_reset",
        socket -> {
          socket.getInputStream().readNBytes(3);
          socket.setSoLinger(true, 0);
        });
    assertSocks("generic_timeout_error", socket -> Thread.sleep(Duration.ofSeconds(20)));
    assertSocks(
        "not_socks5",
        socket -> {
          send(socket, "0500");
          socket.getInputStream().readNBytes(13);
          send(socket, "0500000911111111111111");
        });
  }

  @Test
  void deadProxy() throws Exception {
    Peer peer = new Peer(socket -> {});
    peer.close();
    try (Vantage vantage = vantage(peer, null);
        Path path = vantage.path(trace(Duration.ofSeconds(20)))) {
      StepFailed e = assertThrows(StepFailed.class, () -> path.tcp(TARGET));
      assertEquals(FailureKind.SOCKS_ERROR, e.kind());
      assertEquals("connection_refused", e.argument());
    }
  }

  @Test
  void silenceAfterTheGreetingIsTheTargets() throws Exception {
    StepFailed e =
        fails(socket -> {
          socket.getInputStream().readNBytes(3);
          send(socket, "0500");
          Thread.sleep(Duration.ofSeconds(20));
        });
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, e.kind());
  }

  @Test
  void datagramsGoThroughTheRelay() throws Exception {
    try (DatagramSocket relay = new DatagramSocket(0, LOOPBACK);
        Peer peer = new Peer(socket -> associate(socket, "00000000", relay.getLocalPort()));
        Vantage vantage = vantage(peer, null);
        Path path = vantage.path(trace(Duration.ofSeconds(20)))) {
      Datagrams socket = path.udp(TARGET);
      socket.send(new byte[] {7});
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      relay.receive(packet);
      assertEquals(
          "000000" + "01c000020901bb" + "07",
          HEX.formatHex(Arrays.copyOf(packet.getData(), packet.getLength())));
      // A fragment, rubbish, another host's datagram, then the answer.
      for (String reply :
          new String[] {
            "00000101c000020901bbff", "0000", "00000001c000020a01bbff", "00000001c000020901bb08"
          }) {
        byte[] bytes = HEX.parseHex(reply);
        relay.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
      }
      assertArrayEquals(
          new byte[] {8}, Objects.requireNonNull(socket.receive(Duration.ofSeconds(10))));
    }
  }

  @Test
  void aRelayElsewhereIsNotUsed() throws Exception {
    try (Peer peer = new Peer(socket -> associate(socket, "c0000201", 53));
        Vantage vantage = vantage(peer, null);
        Path path = vantage.path(trace(Duration.ofSeconds(20)))) {
      StepFailed e = assertThrows(StepFailed.class, () -> path.udp(TARGET));
      assertEquals("relay_elsewhere", e.argument());
    }
  }

  @Test
  void anEndedRelayIsTheVantagesFault() throws Exception {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    try (DatagramSocket relay = new DatagramSocket(0, LOOPBACK);
        Peer peer =
            new Peer(socket -> {
              greetAndBind(socket, "7f000001", relay.getLocalPort());
              socket.close();
              ended.complete(null);
            });
        Vantage vantage = vantage(peer, null);
        Path path = vantage.path(trace(Duration.ofSeconds(20)))) {
      Datagrams socket = path.udp(TARGET);
      ended.join();
      StepFailed e =
          assertThrows(
              StepFailed.class,
              () -> {
                for (int i = 0; i < 100; i++) {
                  socket.receive(Duration.ofMillis(10));
                }
              });
      assertEquals("relay_ended", e.argument());
    }
  }

  private static void associate(Socket socket, String address, int port) throws IOException {
    greetAndBind(socket, address, port);
    socket.getInputStream().read();
  }

  private static void greetAndBind(Socket socket, String address, int port) throws IOException {
    expect(socket, "050100");
    send(socket, "0500");
    expect(socket, "05030001" + "00000000" + "0000");
    send(socket, "05000001" + address + String.format("%04x", port));
  }

  private static void assertSocks(String argument, Peer.Talk talk) throws Exception {
    StepFailed e = fails(talk);
    assertEquals(FailureKind.SOCKS_ERROR, e.kind());
    assertEquals(argument, e.argument());
  }

  private static StepFailed fails(Peer.Talk talk) throws Exception {
    try (Peer peer = new Peer(talk);
        Vantage vantage = vantage(peer, null);
        Path path = vantage.path(trace(Duration.ofMillis(600)))) {
      return assertThrows(StepFailed.class, () -> path.tcp(TARGET));
    }
  }

  private static Vantage vantage(Peer peer, @org.jspecify.annotations.Nullable String password) {
    HostPort server = new HostPort("127.0.0.1", peer.address().getPort());
    Via.Proxy proxy =
        new Via.Proxy(
            server, password == null ? null : "bob", password == null ? null : Secret.of(password));
    return Vantages.open(proxy, null, "test");
  }

  private static void expect(Socket socket, String hex) throws IOException {
    InputStream in = socket.getInputStream();
    String got = HEX.formatHex(in.readNBytes(hex.length() / 2));
    if (!got.equals(hex)) {
      throw new IOException("expected " + hex + " but got " + got); // The probe sees the end.
    }
  }

  private static void send(Socket socket, String hex) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(HEX.parseHex(hex));
  }

  private static String hex(String text) {
    return HEX.formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Trace trace(Duration deadline) {
    return new Trace(Clock.systemUTC(), System::nanoTime, deadline);
  }
}
