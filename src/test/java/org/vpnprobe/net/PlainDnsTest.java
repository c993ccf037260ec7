package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Via;

/** The stub resolver against a server that lies, stumbles and repeats itself. */
class PlainDnsTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final HexFormat HEX = HexFormat.of();

  /** Behind the header: the question's name is at offset 12. */
  private static final String A_RECORD = "c00c00010001000000050004";

  private static final Duration LONG = Duration.ofSeconds(20);

  /** Makes replies out of a query; each byte array is one datagram. */
  private interface Script {
    List<byte[]> replies(byte[] query);
  }

  @Test
  void addressesInTheResolversOrder() throws Exception {
    Trace trace = trace(LONG);
    List<InetAddress> found =
        ask(
            trace,
            "vpn.example",
            query ->
                List.of(reply(query, 0x8180, 2, A_RECORD + "08080808" + A_RECORD + "01010101")));
    assertEquals(
        List.of(InetAddress.ofLiteral("8.8.8.8"), InetAddress.ofLiteral("1.1.1.1")), found);
    assertEquals(List.of("noerror 8.8.8.8 1.1.1.1"), observed(trace, "dns_answer"));
    assertEquals(StepName.RESOLVE, trace.steps().getFirst().name());
    assertEquals(1, trace.steps().getFirst().sentPackets());
  }

  @Test
  void aliasesAreFollowedInTheAnswer() throws Exception {
    // a.b CNAME c (at offset 12 + 9 + 12 = 33), c A 8.8.4.4
    List<InetAddress> found =
        ask(
            trace(LONG),
            "a.b",
            query ->
                List.of(
                    reply(
                        query,
                        0x8180,
                        2,
                        "c00c00050001000000050003"
                            + "016300"
                            + "c021"
                            + "00010001000000050004"
                            + "08080404")));
    assertEquals(List.of(InetAddress.ofLiteral("8.8.4.4")), found);
  }

  @Test
  void aliasesInARingEnd() throws Exception {
    StepFailed e =
        assertThrows(
            StepFailed.class,
            () ->
                ask(
                    trace(LONG),
                    "a.b",
                    query ->
                        List.of(reply(query, 0x8180, 1, "c00c00050001000000050002" + "c00c"))));
    assertEquals(FailureKind.DNS_NO_ANSWER, e.kind());
  }

  @ParameterizedTest
  @CsvSource({
    "0, DNS_NO_ANSWER",
    "1, DNS_SERVER_MISBEHAVING",
    "2, DNS_SERVFAIL_ERROR",
    "3, DNS_NXDOMAIN_ERROR",
    "5, DNS_REFUSED_ERROR"
  })
  void rcodes(int rcode, FailureKind kind) throws Exception {
    StepFailed e =
        assertThrows(
            StepFailed.class,
            () ->
                ask(
                    trace(LONG),
                    "vpn.example",
                    query -> List.of(reply(query, 0x8180 | rcode, 0, ""))));
    assertEquals(kind, e.kind());
  }

  @Test
  void theUnspecifiedAddressIsALie() throws Exception {
    StepFailed e =
        assertThrows(
            StepFailed.class,
            () ->
                ask(
                    trace(LONG),
                    "vpn.example",
                    query -> List.of(reply(query, 0x8180, 1, A_RECORD + "00000000"))));
    assertEquals(FailureKind.DNS_BOGON_ERROR, e.kind());
  }

  @Test
  void aSecondAnswerIsKept() throws Exception {
    Trace trace = trace(LONG);
    List<InetAddress> found =
        ask(
            trace,
            "vpn.example",
            query ->
                List.of(
                    reply(query, 0x8180, 1, A_RECORD + "0a0a2222"),
                    reply(query, 0x8180, 1, A_RECORD + "08080808")));
    assertEquals(List.of(InetAddress.ofLiteral("10.10.34.34")), found);
    assertEquals(List.of("noerror 8.8.8.8"), observed(trace, "dns_second_answer"));
    assertEquals(List.of("10.10.34.34"), observed(trace, "dns_bogon"));
  }

  @Test
  void aLateSecondAnswerIsFoundWhenThePathCloses() throws Exception {
    Trace trace = trace(LONG);
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK)) {
      CompletableFuture<DatagramPacket> asked = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> serve(server, asked));
      Resolver resolver = Resolver.of("test", "127.0.0.1:" + server.getLocalPort());
      try (Vantage vantage = Vantages.open(new Via.Direct(), resolver, "test");
          Path path = vantage.path(trace)) {
        path.resolve("vpn.example", Family.IP4);
        assertEquals(List.of(), observed(trace, "dns_second_answer"));
        DatagramPacket query = asked.get();
        byte[] late = reply(queryIn(query), 0x8180, 1, A_RECORD + "08080404");
        server.send(new DatagramPacket(late, late.length, query.getSocketAddress()));
      }
    }
    assertEquals(List.of("noerror 8.8.4.4"), observed(trace, "dns_second_answer"));
  }

  private static void serve(DatagramSocket server, CompletableFuture<DatagramPacket> asked) {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[512], 512);
      server.receive(packet);
      byte[] reply = reply(queryIn(packet), 0x8180, 1, A_RECORD + "08080808");
      server.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
      asked.complete(packet);
    } catch (IOException e) {
      asked.completeExceptionally(e);
    }
  }

  private static byte[] queryIn(DatagramPacket packet) {
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  /** A slow resolver answers both sends, its addresses in turn: nobody forged anything. */
  @Test
  void anAnswerToEachSendIsNoSecondAnswer() throws Exception {
    Trace trace = trace(LONG);
    int[] queries = {0};
    ask(
        trace,
        "vpn.example",
        query ->
            ++queries[0] < 2
                ? List.of()
                : List.of(
                    reply(query, 0x8180, 2, A_RECORD + "08080808" + A_RECORD + "08080404"),
                    reply(query, 0x8180, 2, A_RECORD + "08080404" + A_RECORD + "08080808")));
    assertEquals(List.of(), observed(trace, "dns_second_answer"));
    assertEquals(List.of("noerror 8.8.4.4 8.8.8.8"), observed(trace, "dns_repeated_answer"));
  }

  @Test
  void rubbishBeforeTheAnswerIsPassedOver() throws Exception {
    Trace trace = trace(LONG);
    List<InetAddress> found =
        ask(
            trace,
            "vpn.example",
            query -> {
              byte[] wrongId = reply(query, 0x8180, 1, A_RECORD + "01010101");
              wrongId[0] ^= 1;
              byte[] wrongName = reply(query, 0x8180, 1, A_RECORD + "01010101");
              wrongName[13] ^= 1;
              return List.of(
                  wrongId,
                  wrongName,
                  query,
                  new byte[0],
                  new byte[5],
                  // A name that points at itself, and one that points past the end.
                  reply(query, 0x8180, 1, "c01d" + "00010001000000050004" + "01010101"),
                  reply(query, 0x8180, 1, "ffff" + "00010001000000050004" + "01010101"),
                  // A record whose length is a lie.
                  reply(query, 0x8180, 1, "c00c0001000100000005ffff" + "01010101"),
                  reply(query, 0x8180, 1, A_RECORD + "08080808"));
            });
    assertEquals(List.of(InetAddress.ofLiteral("8.8.8.8")), found);
    assertEquals(1, observed(trace, "dns_wrong_id").size());
    assertEquals(2, observed(trace, "dns_wrong_question").size());
    assertEquals(5, observed(trace, "dns_malformed").size());
  }

  @Test
  void nothingButRubbish() throws Exception {
    StepFailed e =
        assertThrows(
            StepFailed.class,
            () ->
                ask(
                    trace(LONG),
                    "vpn.example",
                    query -> java.util.Collections.nCopies(70, new byte[1])));
    assertEquals(FailureKind.DNS_SERVER_MISBEHAVING, e.kind());
  }

  @Test
  void silenceMeetsTheDeadline() throws Exception {
    Trace trace = trace(Duration.ofMillis(300));
    StepFailed e =
        assertThrows(StepFailed.class, () -> ask(trace, "vpn.example", query -> List.of()));
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, e.kind());
    assertEquals(StepName.RESOLVE, trace.failure(e).step());
  }

  @Test
  void noResolverThere() throws Exception {
    int port;
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      port = socket.getLocalPort();
    }
    StepFailed e = assertThrows(StepFailed.class, () -> ask(trace(LONG), "vpn.example", port));
    assertEquals(FailureKind.CONNECTION_REFUSED, e.kind());
  }

  @Test
  void truncationGoesToTcp() throws Exception {
    Trace trace = trace(LONG);
    try (ServerSocket tcp = new ServerSocket(0, 1, LOOPBACK);
        DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), LOOPBACK)) {
      Thread.ofVirtual().start(() -> serve(udp, query -> List.of(reply(query, 0x8380, 0, ""))));
      Thread.ofVirtual().start(() -> serveOnce(tcp));
      assertEquals(
          List.of(InetAddress.ofLiteral("8.8.8.8")), ask(trace, "vpn.example", tcp.getLocalPort()));
    }
    assertEquals(1, observed(trace, "dns_truncated").size());
  }

  @Test
  void hostileBytesGiveTheDeclaredFailureOnly() throws Exception {
    Random random = new Random(1);
    DnsQuestion question = DnsQuestion.of("a.b", Family.IP4, random);
    byte[] good =
        reply(question.bytes(), 0x8180, 2, A_RECORD + "08080808" + "c00c00050001000000050002c00c");
    int answers = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 20));
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 2; flips--) {
        bytes[2 + random.nextInt(bytes.length - 2)] = (byte) random.nextInt(256);
      }
      try {
        DnsReply.parse(bytes, question);
        answers++;
      } catch (DnsReply.NotOurs e) {
        assertTrue(e.reason().startsWith("dns_"));
      }
    }
    assertTrue(answers > 100);
  }

  @Test
  void resolvConf() {
    assertEquals(
        InetAddress.ofLiteral("10.0.0.53"),
        ResolvConf.first(
                "# x\nsearch a\nnameserver nonsense\nnameserver  10.0.0.53\nnameserver ::1")
            .orElseThrow());
    assertTrue(ResolvConf.first("options ndots:2\nnameserver").isEmpty());
  }

  private static List<InetAddress> ask(Trace trace, String name, Script script)
      throws IOException, StepFailed {
    try (DatagramSocket server = new DatagramSocket(0, LOOPBACK)) {
      Thread.ofVirtual().start(() -> serve(server, script));
      return ask(trace, name, server.getLocalPort());
    }
  }

  private static List<InetAddress> ask(Trace trace, String name, int port) throws StepFailed {
    Resolver resolver = Resolver.of("test", "127.0.0.1:" + port);
    try (Vantage vantage = Vantages.open(new Via.Direct(), resolver, "test");
        Path path = vantage.path(trace)) {
      return path.resolve(name, Family.IP4);
    }
  }

  private static void serve(DatagramSocket server, Script script) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        server.receive(packet);
        byte[] query = queryIn(packet);
        for (byte[] reply : script.replies(query)) {
          server.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void serveOnce(ServerSocket server) {
    try (Socket socket = server.accept()) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] query = in.readNBytes(in.readUnsignedShort());
      byte[] reply = reply(query, 0x8180, 1, A_RECORD + "08080808");
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeShort(reply.length);
      out.write(reply);
    } catch (IOException e) {
      // The probe fails by itself when it gets no answer.
    }
  }

  /** The query with other flags, an answer count and an answer section (RFC 1035 section 4.1). */
  private static byte[] reply(byte[] query, int flags, int answers, String section) {
    byte[] records = HEX.parseHex(section);
    byte[] reply = Arrays.copyOf(query, query.length + records.length);
    reply[2] = (byte) (flags >> 8);
    reply[3] = (byte) flags;
    reply[7] = (byte) answers;
    System.arraycopy(records, 0, reply, query.length, records.length);
    return reply;
  }

  private static List<String> observed(Trace trace, String key) {
    return trace.observations().stream()
        .filter(o -> o.key().equals(key))
        .map(o -> o.value())
        .toList();
  }

  private static Trace trace(Duration deadline) {
    return new Trace(Clock.systemUTC(), System::nanoTime, deadline);
  }
}
