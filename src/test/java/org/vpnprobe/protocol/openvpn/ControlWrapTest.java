package org.vpnprobe.protocol.openvpn;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.vpnprobe.protocol.openvpn.Vectors.HEX;

import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.openvpn.ControlPacket.Message;

class ControlWrapTest {
  private static final Clock CLOCK = Vectors.at(0x61d3bf6cL);

  /** Two ends of one wrapping. */
  record Ends(String name, ControlWrap client, ControlWrap server) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Ends> wrappings() {
    StaticKey key = Vectors.key();
    Stream<Ends> auth =
        Arrays.stream(Digest.values())
            .flatMap(digest ->
                Stream.of(-1, 0, 1)
                    .map(direction ->
                        new Ends(
                            digest + " direction " + direction,
                            TlsAuthWrap.of(key, direction, digest, CLOCK),
                            TlsAuthWrap.of(
                                key, direction < 0 ? -1 : 1 - direction, digest, CLOCK))));
    return Stream.concat(
        auth,
        Stream.of(
            new Ends("plain", new PlainWrap(), new PlainWrap()),
            new Ends(
                "tls-crypt", TlsCryptWrap.client(key, CLOCK), TlsCryptWrap.server(key, CLOCK))));
  }

  private static ControlPacket reset(String session) {
    return ControlPacket.of(
        Opcode.HARD_RESET_CLIENT_V2,
        Long.parseUnsignedLong(session, 16),
        List.of(),
        0,
        new Message(Opcode.HARD_RESET_CLIENT_V2, 0, new byte[0]));
  }

  private static ControlPacket example() {
    return ControlPacket.of(
        Opcode.CONTROL_V1,
        0x0123456789abcdefL,
        List.of(0L, 3L),
        0xfedcba9876543210L,
        new Message(Opcode.CONTROL_V1, 7, "some TLS".getBytes(US_ASCII)));
  }

  @Test
  void aPlainResetIsTheVector() {
    assertEquals(
        Vectors.PLAIN_RESET, HEX.formatHex(new PlainWrap().seal(reset("6891923fa3103437"))));
  }

  @Test
  void aTlsAuthResetIsTheVector() {
    ControlWrap client = TlsAuthWrap.of(Vectors.key(), 1, Digest.SHA1, Vectors.at(0x61d3bf6cL));
    assertEquals(Vectors.TLS_AUTH_RESET, HEX.formatHex(client.seal(reset("de694c5c7bfba274"))));
  }

  @Test
  void aTlsCryptResetIsTheVector() throws StepFailed {
    ControlWrap client = TlsCryptWrap.client(Vectors.key(), Vectors.at(0x61d3f8e1L));
    assertEquals(Vectors.TLS_CRYPT_RESET, HEX.formatHex(client.seal(reset("f419cb12d1f9e48f"))));
    ControlPacket opened =
        TlsCryptWrap.server(Vectors.key(), CLOCK).open(HEX.parseHex(Vectors.TLS_CRYPT_RESET));
    assertEquals("0000000000", HEX.formatHex(opened.rest()));
  }

  @Test
  void aTlsCryptV2ResetAnnouncesEarlyNegotiationAndShowsTheWrappedKey() throws StepFailed {
    TlsCryptV2Key key = TlsCryptV2Key.parse("tls_crypt_v2", Vectors.clientKeyFile());
    ControlPacket reset =
        ControlPacket.of(
            Opcode.HARD_RESET_CLIENT_V3,
            42,
            List.of(),
            0,
            new Message(Opcode.HARD_RESET_CLIENT_V3, 0, new byte[0]));
    byte[] sealed = TlsCryptWrap.client(key, CLOCK).seal(reset);

    assertEquals(353, sealed.length);
    assertEquals(0x50, sealed[0]);
    assertEquals("0f000001", HEX.formatHex(sealed, 9, 13));
    assertArrayEquals(key.wrapped(), Arrays.copyOfRange(sealed, 54, 353));
    ControlPacket opened = TlsCryptWrap.server(key.key(), CLOCK).open(Arrays.copyOf(sealed, 54));
    assertEquals(42, opened.session());
  }

  @ParameterizedTest
  @MethodSource("wrappings")
  void whatOneSideSealsTheOtherOpens(Ends ends) throws StepFailed {
    assertSame(ends.server().open(ends.client().seal(example())));
    assertSame(ends.client().open(ends.server().seal(example())));
    ControlPacket ack = ControlPacket.of(Opcode.ACK_V1, 5, List.of(9L), 6, null);
    assertEquals(ack, ends.server().open(ends.client().seal(ack)));
  }

  private static void assertSame(ControlPacket opened) {
    assertEquals(example().session(), opened.session());
    assertEquals(example().acks(), opened.acks());
    assertEquals(example().peer(), opened.peer());
    assertArrayEquals(example().rest(), opened.rest());
  }

  @ParameterizedTest
  @MethodSource("wrappings")
  void aCutPacketIsADeclaredFailure(Ends ends) throws StepFailed {
    byte[] sealed = ends.client().seal(example());
    int shortestPlain = sealed.length - "some TLS".length();
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      if (ends.name().equals("plain") && length >= shortestPlain) {
        assertEquals(
            7,
            Objects.requireNonNull(ends.server().open(cut).message())
                .id()); // Only the payload is shorter.
      } else {
        assertThrows(StepFailed.class, () -> ends.server().open(cut), "length " + length);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wrappings")
  void randomBytesAreADeclaredFailureOrAPacket(Ends ends) {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      try {
        ends.client().open(bytes).rest();
      } catch (StepFailed e) {
        // What a hostile packet may do.
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wrappings")
  void aChangedBitDoesNotVerify(Ends ends) {
    if (ends.name().equals("plain")) {
      return;
    }
    byte[] sealed = ends.client().seal(example());
    for (int at = 1; at < sealed.length; at++) {
      byte[] changed = sealed.clone();
      changed[at] ^= 1;
      StepFailed failed =
          assertThrows(StepFailed.class, () -> ends.server().open(changed), "byte " + at);
      assertEquals(FailureKind.AUTH_WRONG_SERVER_KEY, failed.kind());
    }
  }

  @Test
  void theWrongDirectionDoesNotVerify() {
    ControlWrap one = TlsAuthWrap.of(Vectors.key(), 1, Digest.SHA256, CLOCK);
    ControlWrap other = TlsAuthWrap.of(Vectors.key(), 1, Digest.SHA256, CLOCK);
    assertThrows(StepFailed.class, () -> other.open(one.seal(example())));
  }

  @Test
  void anHttpReplyIsUnexpected() {
    StepFailed failed =
        assertThrows(
            StepFailed.class, () -> new PlainWrap().open("HTTP/1.1 400 Bad".getBytes(US_ASCII)));
    assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, failed.kind());
  }
}
