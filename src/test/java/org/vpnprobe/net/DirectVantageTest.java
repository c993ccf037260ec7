package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.StepName;

/** Each way a connection fails, made by a peer on loopback. */
class DirectVantageTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Vantage vantage = Vantages.direct();

  @AfterEach
  void close() {
    vantage.close();
  }

  @Test
  void bytesCrossAndAreCounted() throws Exception {
    Trace trace = trace(LONG);
    try (Peer peer = new Peer(s -> s.getOutputStream().write(s.getInputStream().readNBytes(5)));
        Path path = vantage.path(trace)) {
      ByteStream stream = path.tcp(peer.address());
      byte[] echo =
          trace.step(
              StepName.HANDSHAKE,
              () -> {
                stream.write("hello".getBytes(StandardCharsets.US_ASCII));
                return stream.readFully(5);
              });
      assertArrayEquals("hello".getBytes(StandardCharsets.US_ASCII), echo);
      assertEquals(-1, stream.read(new byte[1], 0, 1));
      assertEquals(peer.address(), stream.remote());
    }
    assertEquals(
        List.of(StepName.CONNECT, StepName.HANDSHAKE),
        trace.steps().stream().map(s -> s.name()).toList());
    assertEquals(5, trace.steps().get(1).sent());
    assertEquals(5, trace.steps().get(1).received());
    assertEquals("rtt_ms", trace.observations().getFirst().key());
  }

  @Test
  void closedPortRefuses() throws Exception {
    Trace trace = trace(LONG);
    try (Path path = vantage.path(trace)) {
      StepFailed e = assertThrows(StepFailed.class, () -> path.tcp(closedPort()));
      assertFailure(trace, e, StepName.CONNECT, FailureKind.CONNECTION_REFUSED);
      assertNotNull(e.after());
    }
  }

  @Test
  void resetWhileReading() throws Exception {
    StepFailed e =
        failsWith(
            LONG,
            socket -> {
              socket.getInputStream().read();
              socket.setSoLinger(true, 0);
            },
            stream -> {
              stream.write(new byte[1]);
              stream.readFully(1);
            });
    assertEquals(FailureKind.CONNECTION_RESET, e.kind());
  }

  @Test
  void resetWhileWriting() throws Exception {
    StepFailed e =
        failsWith(
            LONG,
            socket -> {
              socket.getInputStream().read();
              socket.setSoLinger(true, 0);
            },
            stream -> {
              byte[] block = new byte[1 << 16];
              for (int i = 0; i < 100_000; i++) {
                stream.write(block);
              }
            });
    assertEquals(FailureKind.CONNECTION_RESET, e.kind());
  }

  @Test
  void earlyEnd() throws Exception {
    StepFailed e =
        failsWith(LONG, s -> s.getOutputStream().write(1), stream -> stream.readFully(2));
    assertEquals(FailureKind.EOF_ERROR, e.kind());
  }

  @Test
  void silentPeer() throws Exception {
    StepFailed e = failsWith(SHORT, s -> s.getInputStream().read(), s -> s.readFully(1));
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, e.kind());
  }

  @Test
  void drippingPeer() throws Exception {
    StepFailed e =
        failsWith(
            SHORT,
            socket -> {
              while (true) {
                socket.getOutputStream().write(1);
                Thread.sleep(10);
              }
            },
            stream -> stream.readFully(1 << 20));
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, e.kind());
  }

  @Test
  void peerThatNeverReads() throws Exception {
    StepFailed e =
        failsWith(
            SHORT,
            socket -> Thread.sleep(LONG),
            stream -> {
              byte[] block = new byte[1 << 20];
              while (true) {
                stream.write(block);
              }
            });
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, e.kind());
  }

  @Test
  void readTimeoutEndsTheReadAlone() throws Exception {
    try (Peer peer =
            new Peer(socket -> {
              socket.getInputStream().read();
              socket.getOutputStream().write(7);
            });
        Path path = vantage.path(trace(LONG))) {
      ByteStream stream = path.tcp(peer.address());
      stream.readTimeout(Duration.ofMillis(50));
      StepFailed e = assertThrows(StepFailed.class, () -> stream.readFully(1));
      assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, e.kind());
      stream.readTimeout(LONG);
      stream.write(new byte[1]);
      assertEquals(7, stream.readFully(1)[0]);
    }
  }

  @Test
  void closingThePathEndsABlockedRead() throws Exception {
    try (Peer peer = new Peer(socket -> Thread.sleep(LONG));
        Path path = vantage.path(trace(LONG))) {
      ByteStream stream = path.tcp(peer.address());
      Thread.ofVirtual()
          .start(() -> {
            try {
              Thread.sleep(100);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            path.close();
          });
      StepFailed e = assertThrows(StepFailed.class, () -> stream.readFully(1));
      assertEquals(FailureKind.INTERRUPTED, e.kind());
      assertThrows(StepFailed.class, () -> path.tcp(peer.address()));
    }
  }

  @Test
  void closingThePathEndsABlockedReceive() throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK);
        Path path = vantage.path(trace(LONG))) {
      Datagrams socket = path.udp((InetSocketAddress) server.getLocalSocketAddress());
      closeSoon(path);
      StepFailed e = assertThrows(StepFailed.class, () -> socket.receive(LONG));
      assertEquals(FailureKind.INTERRUPTED, e.kind());
    }
  }

  @Test
  void anInterruptEndsABlockedCall() throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK);
        Peer peer = new Peer(socket -> Thread.sleep(LONG))) {
      InetSocketAddress udp = (InetSocketAddress) server.getLocalSocketAddress();
      assertEquals(
          FailureKind.INTERRUPTED, interrupted(path -> path.tcp(peer.address()).readFully(1)));
      assertEquals(FailureKind.INTERRUPTED, interrupted(path -> path.udp(udp).receive(LONG)));
      assertEquals(
          FailureKind.INTERRUPTED,
          interrupted(path -> {
            ByteStream stream = path.tcp(peer.address());
            while (true) {
              stream.write(new byte[1 << 16]);
            }
          }));
    }
  }

  private FailureKind interrupted(OnPath body) throws Exception {
    CompletableFuture<FailureKind> kind = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try (Path path = vantage.path(trace(LONG))) {
                body.run(path);
                kind.completeExceptionally(new AssertionError("did not fail"));
              } catch (StepFailed e) {
                kind.complete(e.kind());
              } catch (RuntimeException e) {
                kind.completeExceptionally(e);
              }
            });
    Thread.sleep(100);
    thread.interrupt();
    return kind.get();
  }

  private static void closeSoon(Path path) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(100);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          path.close();
        });
  }

  @Test
  void datagramsCross() throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK);
        Path path = vantage.path(trace(LONG))) {
      Datagrams socket = path.udp((InetSocketAddress) server.getLocalSocketAddress());
      assertNull(socket.receive(Duration.ofMillis(10)));
      socket.send(new byte[] {1, 2, 3});
      var packet = new java.net.DatagramPacket(new byte[10], 10);
      server.receive(packet);
      server.send(packet);
      assertArrayEquals(new byte[] {1, 2, 3}, socket.receive(LONG));
    }
  }

  @Test
  void closedPortRefusesDatagrams() throws Exception {
    Trace trace = trace(LONG);
    try (Path path = vantage.path(trace)) {
      Datagrams socket = path.udp(closedPort());
      StepFailed e =
          assertThrows(
              StepFailed.class,
              () ->
                  trace.step(
                      StepName.HANDSHAKE,
                      () -> {
                        socket.send(new byte[1]);
                        return Optional.ofNullable(socket.receive(LONG));
                      }));
      assertFailure(trace, e, StepName.HANDSHAKE, FailureKind.CONNECTION_REFUSED);
      assertTrue(trace.observations().stream().anyMatch(o -> o.value().equals("3/3 from=target")));
    }
  }

  @Test
  void silentDatagramPeerMeetsTheDeadline() throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK);
        Path path = vantage.path(trace(SHORT))) {
      Datagrams socket = path.udp((InetSocketAddress) server.getLocalSocketAddress());
      socket.send(new byte[1]);
      StepFailed e = assertThrows(StepFailed.class, () -> socket.receive(LONG));
      assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, e.kind());
      socket.send(new byte[1]); // A goodbye after the deadline still leaves.
    }
  }

  @Test
  void tooLongADatagram() throws Exception {
    try (Path path = vantage.path(trace(LONG))) {
      Datagrams socket = path.udp(closedPort());
      StepFailed e = assertThrows(StepFailed.class, () -> socket.send(new byte[65_530]));
      assertEquals(FailureKind.MESSAGE_SIZE, e.kind());
    }
  }

  @Test
  void literalsNeedNoQuery() throws Exception {
    Trace trace = trace(LONG);
    try (Path path = vantage.path(trace)) {
      assertEquals(List.of(LOOPBACK), path.resolve("127.0.0.1", Family.IP4));
      StepFailed e = assertThrows(StepFailed.class, () -> path.resolve("127.0.0.1", Family.IP6));
      assertFailure(trace, e, StepName.RESOLVE, FailureKind.DNS_NO_ANSWER);
    }
  }

  @Test
  void theHostsOwnResolver() throws Exception {
    Trace trace = trace(LONG);
    try (Path path = vantage.path(trace)) {
      assertEquals(List.of(LOOPBACK), path.resolve("localhost", Family.IP4));
      assertEquals("host", path.facts().resolver());
    }
    assertEquals("host 127.0.0.1", trace.observations().getFirst().value());
  }

  private StepFailed failsWith(Duration deadline, Peer.Talk server, Client client)
      throws Exception {
    try (Peer peer = new Peer(server);
        Path path = vantage.path(trace(deadline))) {
      ByteStream stream = path.tcp(peer.address());
      return assertThrows(StepFailed.class, () -> client.talk(stream));
    }
  }

  private static void assertFailure(Trace trace, StepFailed e, StepName step, FailureKind kind) {
    Failure failure = trace.failure(e);
    assertEquals(kind, failure.kind(), failure::toString);
    assertEquals(step, failure.step());
  }

  private static InetSocketAddress closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  private static Trace trace(Duration deadline) {
    return new Trace(Clock.systemUTC(), System::nanoTime, deadline);
  }

  /** Something that blocks. */
  private interface OnPath {
    void run(Path path) throws StepFailed;
  }

  /** What the probe does. */
  private interface Client {
    void talk(ByteStream stream) throws StepFailed;
  }
}
