package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;

/** A Binding request and what may come back. */
class StunTest {
  /** RFC 5769 section 2: the transaction of all its samples. */
  private static final byte[] TRANSACTION = bytes("b7e7a701bc34d686fa87dfae");

  /** RFC 5769 section 2.2: sample IPv4 response. */
  private static final byte[] IP4 =
      bytes(
          "0101003c2112a442b7e7a701bc34d686fa87dfae"
              + "8022000b7465737420766563746f7220"
              + "002000080001a147e112a643"
              + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
              + "80280004c07d4c96");

  /** RFC 5769 section 2.3: sample IPv6 response. */
  private static final byte[] IP6 =
      bytes(
          "010100482112a442b7e7a701bc34d686fa87dfae"
              + "8022000b7465737420766563746f7220"
              + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
              + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
              + "80280004c8fb0b4c");

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void publishedVectors() throws StepFailed {
    assertEquals(Optional.of(InetAddress.ofLiteral("192.0.2.1")), Stun.answer(IP4, TRANSACTION));
    assertEquals(
        Optional.of(InetAddress.ofLiteral("2001:db8:1234:5678:11:2233:4455:6677")),
        Stun.answer(IP6, TRANSACTION));
  }

  @Test
  void oldServersDoNotHideTheAddress() throws StepFailed {
    byte[] reply = bytes("0101000c2112a442b7e7a701bc34d686fa87dfae" + "000100080001000ac6336407");
    assertEquals(
        Optional.of(InetAddress.ofLiteral("198.51.100.7")), Stun.answer(reply, TRANSACTION));
  }

  @Test
  void strangersAreNotHeardAndErrorsAreSaid() throws StepFailed {
    assertEquals(Optional.empty(), Stun.answer(IP4, new byte[12]));
    assertEquals(Optional.empty(), Stun.answer(new byte[7], TRANSACTION));
    byte[] error = IP4.clone();
    error[1] = 0x11;
    assertEquals(
        FailureKind.PROTO_UNEXPECTED_REPLY,
        assertThrows(StepFailed.class, () -> Stun.answer(error, TRANSACTION)).kind());
    byte[] empty = bytes("010100002112a442b7e7a701bc34d686fa87dfae");
    assertEquals(
        FailureKind.PROTO_MALFORMED_REPLY,
        assertThrows(StepFailed.class, () -> Stun.answer(empty, TRANSACTION)).kind());
  }

  @Test
  void nothingButTheDeclaredFailure() {
    Random random = new Random(3);
    int failed = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] reply = (i % 2 == 0 ? IP4 : IP6).clone();
      for (int change = 0; change <= random.nextInt(4); change++) {
        // The header stays: what is not ours is passed over.
        int at = i % 5 == 0 ? random.nextInt(4) : 20 + random.nextInt(reply.length - 20);
        reply[at] = (byte) random.nextInt(256);
      }
      try {
        Stun.answer(Arrays.copyOf(reply, 1 + random.nextInt(reply.length)), TRANSACTION);
      } catch (StepFailed e) {
        failed++;
      }
    }
    assertTrue(failed > 5000, "malformed: " + failed);
  }

  /** A server that answers each request as told; null for silence. */
  private static InetAddress asked(Function<byte[], byte[][]> server) throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> serve(socket, server));
      Trace trace = new Trace(Clock.systemUTC(), System::nanoTime, Duration.ofSeconds(4));
      try (Vantage vantage = Vantages.direct();
          Path path = vantage.path(trace)) {
        HostPort address = new HostPort("127.0.0.1", socket.getLocalPort());
        return Stun.ask(path, address, Family.IP4, new Random(1));
      }
    }
  }

  private static void serve(DatagramSocket socket, Function<byte[], byte[][]> server) {
    try {
      while (true) {
        DatagramPacket request = new DatagramPacket(new byte[200], 200);
        socket.receive(request);
        byte[] asked = Arrays.copyOf(request.getData(), request.getLength());
        for (byte[] reply : server.apply(asked)) {
          socket.send(new DatagramPacket(reply, reply.length, request.getSocketAddress()));
        }
      }
    } catch (java.io.IOException e) {
      // The test is over.
    }
  }

  /** What a server answers that sees 192.0.2.1. */
  private static byte[] answer(byte[] request) {
    byte[] reply = IP4.clone();
    System.arraycopy(request, 8, reply, 8, 12);
    return reply;
  }

  @Test
  void theRequestIsRepeatedAndStrangersArePassedOver() throws Exception {
    int[] requests = {0};
    InetAddress seen =
        asked(request -> {
          assertEquals(20, request.length);
          assertEquals("000100002112a442", HexFormat.of().formatHex(request, 0, 8));
          return ++requests[0] == 1
              ? new byte[0][]
              : new byte[][] {{1, 2, 3}, IP4, answer(request)};
        });
    assertEquals(InetAddress.ofLiteral("192.0.2.1"), seen);
    assertEquals(2, requests[0]);
  }

  @Test
  void silenceIsATimeout() {
    StepFailed failed = assertThrows(StepFailed.class, () -> asked(request -> new byte[0][]));
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, failed.kind());
  }
}
