package org.vpnprobe.protocol.sstp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.SstpResponder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Attempt;
import org.vpnprobe.protocol.PlayedTrial;
import org.vpnprobe.protocol.sstp.Sstp.SstpSettings;

/** SSTP against the embedded server, and against servers that are none. */
class SstpTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final String OPEN = "HTTP/1.1 200~Content-Length: 18446744073709551615~~";

  private static SstpSettings settings(@Nullable String ca) {
    return new SstpSettings(null, ca, null, null, null, null);
  }

  private static SstpSettings trusting() {
    return settings(Lab.material("lab_ca").orElseThrow());
  }

  private static String tried(SstpSettings client, Depth goal) throws IOException {
    try (Responder responder = new SstpResponder().start(client)) {
      return Attempt.at(responder.address(), new Sstp(), client, goal, AMPLE);
    }
  }

  @Test
  void eachDepth() throws IOException {
    assertEquals("authenticated", tried(trusting(), Depth.AUTHENTICATED));
    assertEquals("handshake", tried(trusting(), Depth.HANDSHAKE));
    assertEquals("port", tried(trusting(), Depth.PORT));
    assertEquals("port, ssl_unknown_authority in tls", tried(settings(null), Depth.AUTHENTICATED));
    assertEquals(Depth.AUTHENTICATED, new Sstp().facts(trusting()).ceiling());
  }

  @Test
  void stoppedSilentAndReset() throws IOException {
    InetSocketAddress address;
    try (Responder responder = new SstpResponder().start(trusting())) {
      address = responder.address();
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Attempt.at(address, new Sstp(), trusting(), Depth.AUTHENTICATED, AMPLE));
    Attempt.interfering(
        false,
        server ->
            assertEquals(
                "port, generic_timeout_error in tls",
                Attempt.at(
                    server, new Sstp(), trusting(), Depth.AUTHENTICATED, Duration.ofMillis(300))));
    Attempt.interfering(
        true,
        server ->
            assertEquals(
                "port, connection_reset in tls",
                Attempt.at(server, new Sstp(), trusting(), Depth.AUTHENTICATED, AMPLE)));
  }

  /**
   * The reply to the request, and at once what would answer the call; hexadecimal after {@code #}.
   */
  @ParameterizedTest
  @CsvSource(
      value = {
        "HTTP/1.1 404 Not Found~Content-Length: 0~~|http_unexpected:404",
        "HTTP/1.1 302 Found~Location: /~~|http_unexpected:302",
        OPEN + "|eof_error",
        OPEN + "#1001001400030001000200 0c00000000 00000004|auth_rejected",
        OPEN + "#485454502f312e31|proto_malformed_reply",
        OPEN + "#10000008ff03c021|proto_unexpected_reply",
        OPEN + "#1001000800020000|proto_malformed_reply"
      },
      delimiter = '|')
  void serversThatAreNone(String said, String failure) throws IOException {
    String[] parts = said.split("#", 2);
    String rest =
        parts.length == 1
            ? ""
            : new String(
                HexFormat.of().parseHex(parts[1].replace(" ", "")),
                java.nio.charset.StandardCharsets.ISO_8859_1);
    Attempt.saying(
        parts[0].replace("~", "\r\n") + rest,
        (server, ca) ->
            assertEquals(
                "port, " + failure + " in handshake",
                Attempt.at(server, new Sstp(), settings(ca), Depth.AUTHENTICATED, AMPLE)));
  }

  /** An acknowledged call whose LCP is never answered proves SSTP, and no more. */
  @Test
  void anAcknowledgedCallThatEnds() throws IOException {
    String ack =
        new String(
            SstpPacket.message(
                    SstpPacket.CALL_CONNECT_ACK,
                    SstpPacket.CRYPTO_BINDING_REQUEST,
                    new ByteWriter().u24(0).u8(2).zeros(32).toByteArray())
                .encoded(),
            java.nio.charset.StandardCharsets.ISO_8859_1);
    String abort =
        new String(
            SstpPacket.message(SstpPacket.CALL_ABORT).encoded(),
            java.nio.charset.StandardCharsets.ISO_8859_1);
    Attempt.saying(
        OPEN.replace("~", "\r\n") + ack,
        (server, ca) ->
            assertEquals(
                "handshake, eof_error in auth",
                Attempt.at(server, new Sstp(), settings(ca), Depth.AUTHENTICATED, AMPLE)));
    Attempt.saying(
        OPEN.replace("~", "\r\n") + ack + abort,
        (server, ca) ->
            assertEquals(
                "handshake, auth_rejected in auth",
                Attempt.at(server, new Sstp(), settings(ca), Depth.AUTHENTICATED, AMPLE)));
  }

  /** [MS-SSTP] section 4.1: a call request that asks for PPP. */
  @Test
  void theCallRequestIsThatOfTheSpecification() {
    byte[] expected = HexFormat.of().parseHex("1001000e00010001000100060001");
    byte[] ppp = new ByteWriter().u16(1).toByteArray();
    assertArrayEquals(
        expected,
        SstpPacket.message(SstpPacket.CALL_CONNECT_REQUEST, SstpPacket.ENCAPSULATED_PROTOCOL, ppp)
            .encoded());
  }

  /** 20,000 streams of packets, seeded. */
  @Test
  void anyPacketEndsInADeclaredFailure() {
    Random random = new Random(9);
    byte[] ack =
        SstpPacket.message(
                SstpPacket.CALL_CONNECT_ACK,
                SstpPacket.CRYPTO_BINDING_REQUEST,
                new byte[4 + SstpPacket.NONCE])
            .encoded();
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = i % 4 == 0 ? Arrays.copyOf(ack, random.nextInt(60)) : ack.clone();
      for (int n = random.nextInt(4); n > 0 && changed.length > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      ByteStream stream = PlayedTrial.stream(changed);
      try {
        SstpPacket packet = SstpPacket.read(stream);
        packet.type();
        packet.attribute(SstpPacket.CRYPTO_BINDING_REQUEST);
        read++;
      } catch (StepFailed e) {
        assertTrue(
            EnumSet.of(FailureKind.PROTO_MALFORMED_REPLY, FailureKind.EOF_ERROR)
                .contains(e.kind()));
      }
    }
    assertTrue(read > 4_000, "read " + read);
  }
}
