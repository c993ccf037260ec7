package org.vpnprobe.protocol.ikev2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vpnprobe.layer.ike.NonEsp;
import org.vpnprobe.model.Depth;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.RecordedTrial;

/** What servers that are odd, hostile or not IKE at all can say to IKE_SA_INIT. */
class SaInitTest {
  private static final Duration SHORT = Duration.ofMillis(1500);

  /** What a server answers to the n-th request. */
  @FunctionalInterface
  interface Odd {
    byte[] answer(IkeMessage request, int n);
  }

  /** A server in a thread of its own that answers everything with the same oddity. */
  private static final class Server implements AutoCloseable {
    private final DatagramSocket socket;
    private final Thread thread;
    private final List<IkeMessage> requests = new ArrayList<>();

    Server(Odd odd) throws IOException {
      socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      thread = Thread.ofVirtual().start(() -> serve(odd));
    }

    private void serve(Odd odd) {
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      while (!socket.isClosed()) {
        try {
          packet.setLength(2000);
          socket.receive(packet);
          byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
          IkeMessage request = IkeMessage.decode(NonEsp.unmark(bytes));
          requests.add(request);
          byte[] answer = odd.answer(request, requests.size());
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        } catch (IOException | StepFailed e) {
          // Closed: the loop's condition tells.
        }
      }
    }

    InetSocketAddress address() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() throws InterruptedException {
      socket.close();
      thread.join();
    }
  }

  private static byte[] reply(IkeMessage request, long spi, Payload... payloads) {
    IkeHeader header = request.header();
    return NonEsp.mark(
        new IkeMessage(
                new IkeHeader(header.initiatorSpi(), spi, 0, Ike.IKE_SA_INIT, Ike.RESPONSE, 0),
                List.of(payloads))
            .encode());
  }

  private static byte[] choice(IkeMessage request, long spi, Proposal choice) {
    Payload ke = Payload.find(request.payloads(), Ike.KE).orElseThrow(); // A point like any other.
    return reply(
        request,
        spi,
        new Payload(Ike.SA, Proposal.encode(List.of(choice))),
        ke,
        new Payload(Ike.NONCE, new byte[32]));
  }

  @Test
  void aChoiceIsAHandshake() throws Exception {
    assertDepth((request, n) -> choice(request, 7, good()), Depth.HANDSHAKE);
  }

  @Test
  void everyErrorOfIkeIsAnAnswer() throws Exception {
    assertDepth(
        (request, n) -> reply(request, 0, new Notify(7, new byte[0]).payload()), Depth.HANDSHAKE);
    assertFailure(
        (request, n) -> reply(request, 0, new Notify(7, new byte[0]).payload()),
        "ike_notify:7:INVALID_SYNTAX",
        1);
  }

  @Test
  void aGroupThatWeDoNotOfferIsNotFollowed() throws Exception {
    byte[] wanted = new ByteWriter().u16(1).toByteArray();
    assertFailure(
        (request, n) -> reply(request, 0, new Notify(Ike.INVALID_KE_PAYLOAD, wanted).payload()),
        "ike_notify:17:INVALID_KE_PAYLOAD",
        1);
  }

  @Test
  void aCookieComesBackFirstInTheMessage() throws Exception {
    Payload cookie = new Notify(Ike.COOKIE, new byte[] {9, 8, 7}).payload();
    try (Server server =
            new Server(
                (request, n) -> n == 1 ? reply(request, 0, cookie) : choice(request, 7, good()));
        RecordedTrial trial =
            new RecordedTrial(server.address(), "vpn.example.test", Depth.HANDSHAKE, SHORT)) {
      new Ikev2().open(Given.nothing().settings(), trial).close();
      assertEquals(Depth.HANDSHAKE, trial.deepest());
      IkeMessage second = server.requests.get(1);
      assertEquals(cookie.type(), second.payloads().getFirst().type());
      assertEquals(3, Notify.decode(second.payloads().getFirst().body()).data().length);
      assertEquals(
          server.requests.getFirst().header().initiatorSpi(), second.header().initiatorSpi());
    }
  }

  @Test
  void cookiesWithoutEndAreNotFollowed() throws Exception {
    assertFailure(
        (request, n) -> reply(request, 0, new Notify(Ike.COOKIE, new byte[] {(byte) n}).payload()),
        "proto_unexpected_reply",
        4);
  }

  @Test
  void repliesToOthersAreNone() throws Exception {
    assertFailure(
        (request, n) -> {
          byte[] reply = choice(request, 7, good());
          reply[NonEsp.MARKER] ^= 1;
          return reply;
        },
        "proto_unexpected_reply",
        1);
    assertFailure((request, n) -> NonEsp.mark(request.encode()), "proto_unexpected_reply", 1);
    assertFailure((request, n) -> NonEsp.mark("SSH-2.0".getBytes()), "proto_unexpected_reply", 1);
  }

  @Test
  void brokenRepliesProveNothing() throws Exception {
    assertFailure((request, n) -> choice(request, 0, good()), "proto_malformed_reply", 1);
    assertFailure((request, n) -> reply(request, 7), "proto_malformed_reply", 1);
  }

  @Test
  void aDowngradeIsRefused() throws Exception {
    List<Proposal.Transform> weak = new ArrayList<>(good().transforms());
    weak.set(0, new Proposal.Transform(Proposal.ENCR, 3, 0)); // 3DES
    assertFailure(
        (request, n) -> choice(request, 7, new Proposal(1, Ike.PROTOCOL_IKE, new byte[0], weak)),
        "proto_malformed_reply",
        1);
  }

  private static Proposal good() {
    return Ours.choose(Proposals.ike().getFirst());
  }

  private static void assertDepth(Odd odd, Depth depth) throws Exception {
    try (Server server = new Server(odd);
        RecordedTrial trial =
            new RecordedTrial(server.address(), "vpn.example.test", Depth.HANDSHAKE, SHORT)) {
      new Ikev2().open(Given.nothing().settings(), trial).close();
      assertEquals(depth, trial.deepest());
    }
  }

  private static void assertFailure(Odd odd, String failure, int requests) throws Exception {
    try (Server server = new Server(odd);
        RecordedTrial trial =
            new RecordedTrial(server.address(), "vpn.example.test", Depth.AUTHENTICATED, SHORT)) {
      StepFailed failed =
          assertThrows(
              StepFailed.class,
              () -> new Ikev2().open(Given.nothing().psk("s3cret").settings(), trial).close());
      assertEquals(failure, trial.trace.failure(failed).id());
      assertEquals(requests, server.requests.size());
      if (failure.startsWith("proto")) {
        assertNull(trial.deepest());
      } else {
        assertEquals(Depth.HANDSHAKE, trial.deepest());
      }
    }
  }
}
