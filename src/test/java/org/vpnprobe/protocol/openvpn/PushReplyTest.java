package org.vpnprobe.protocol.openvpn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vpnprobe.net.StepFailed;

class PushReplyTest {
  private static PushReply reply(String... messages) throws StepFailed {
    return PushReply.of(List.of(messages));
  }

  private static Optional<InetAddress> address(String literal) {
    return Optional.of(InetAddress.ofLiteral(literal));
  }

  /** As OpenVPN 2.6.14 with {@code topology subnet} sends it. */
  @Test
  void readsASubnetServer() throws StepFailed {
    PushReply reply =
        reply(
            "PUSH_REPLY,route-gateway 10.8.141.1,topology subnet,ifconfig 10.8.141.2 255.255.255.0,"
                + "peer-id 1,cipher AES-256-GCM,protocol-flags cc-exit tls-ekm,tun-mtu 1500");
    assertEquals(address("10.8.141.2"), reply.ipv4());
    assertEquals(address("10.8.141.1"), reply.serverIpv4());
    assertEquals(Optional.empty(), reply.ipv6());
    assertEquals(OptionalInt.of(1), reply.peerId());
    assertEquals(Optional.of("AES-256-GCM"), reply.cipher());
    assertTrue(reply.exportedKeys());
    assertTrue(reply.exitOnControlChannel());
    assertEquals(CompressionFraming.NONE, reply.framing());
  }

  /** The other end of a net30 link answers nothing; the host route leads to the server. */
  @Test
  void readsANet30Server() throws StepFailed {
    PushReply reply = reply("PUSH_REPLY,route 10.8.0.1,topology net30,ifconfig 10.8.0.6 10.8.0.5");
    assertEquals(address("10.8.0.1"), reply.serverIpv4());
    assertEquals(OptionalInt.empty(), reply.peerId());
    assertEquals(Optional.empty(), reply.cipher());
    assertFalse(reply.exportedKeys());
    assertFalse(reply.exitOnControlChannel());
    assertEquals(address("10.8.0.5"), reply("PUSH_REPLY,ifconfig 10.8.0.6 10.8.0.5").serverIpv4());
  }

  @Test
  void readsIpv6() throws StepFailed {
    PushReply reply = reply("PUSH_REPLY,ifconfig-ipv6 fd00::2/64 fd00::1");
    assertEquals(address("fd00::2"), reply.ipv6());
    assertEquals(address("fd00::1"), reply.serverIpv6());
  }

  @Test
  void joinsContinuations() throws StepFailed {
    String first = "PUSH_REPLY,peer-id 3,push-continuation 2";
    String last = "PUSH_REPLY,cipher AES-128-GCM,push-continuation 1";
    assertTrue(PushReply.continues(first));
    assertFalse(PushReply.continues(last));
    assertEquals(List.of("peer-id 3", "cipher AES-128-GCM"), reply(first, last).options());
  }

  @Test
  void aNameIsNoAddressAndIsNotLookedUp() throws StepFailed {
    assertEquals(
        Optional.empty(), reply("PUSH_REPLY,route-gateway localhost,topology subnet").serverIpv4());
  }

  @Test
  void nonsenseIsAbsence() throws StepFailed {
    PushReply reply =
        reply(
            "PUSH_REPLY,,peer-id 99999999,ifconfig,cipher,protocol-flags,ifconfig-ipv6 /,route x");
    assertEquals(OptionalInt.empty(), reply.peerId());
    assertEquals(Optional.empty(), reply.ipv4());
    assertEquals(Optional.empty(), reply.ipv6());
    assertEquals(Optional.empty(), reply.cipher());
    assertFalse(PushReply.is("PUSH_REPLYX"));
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(100)];
      random.nextBytes(bytes);
      PushReply noise = reply("PUSH_REPLY," + new String(bytes, StandardCharsets.ISO_8859_1));
      assertEquals(OptionalInt.empty(), noise.peerId());
      assertEquals(Optional.empty(), noise.serverIpv4());
    }
  }

  @Test
  void theLastCompressionOptionSaysTheFraming() throws StepFailed {
    assertEquals(CompressionFraming.LZO, reply("PUSH_REPLY,comp-lzo no").framing());
    assertEquals(CompressionFraming.LZO, reply("PUSH_REPLY,compress lzo").framing());
    assertEquals(CompressionFraming.SWAP, reply("PUSH_REPLY,compress").framing());
    assertEquals(CompressionFraming.SWAP, reply("PUSH_REPLY,compress stub").framing());
    assertEquals(CompressionFraming.V2, reply("PUSH_REPLY,compress stub-v2").framing());
    assertEquals(CompressionFraming.NONE, reply("PUSH_REPLY,comp-lzo,compress migrate").framing());
  }

  @ParameterizedTest
  @EnumSource
  void framingIsUndone(CompressionFraming framing) {
    for (String packet : new String[] {"4500", "5011", "50", "fa12"}) {
      byte[] bytes = Vectors.HEX.parseHex(packet);
      assertArrayEquals(bytes, framing.unframe(framing.frame(bytes)), packet);
    }
    assertEquals(
        "fb0045", Vectors.HEX.formatHex(CompressionFraming.SWAP.frame(new byte[] {0x45, 0})));
    // Compressed with LZO, and nothing at all.
    assertNull(CompressionFraming.LZO.unframe(new byte[] {0x66, 1, 2}));
    assertNull(CompressionFraming.SWAP.unframe(new byte[] {(byte) 0xfb}));
    assertNull(CompressionFraming.V2.unframe(new byte[] {0x50}));
    assertEquals(
        framing == CompressionFraming.LZO || framing == CompressionFraming.SWAP,
        framing.unframe(new byte[0]) == null);
  }
}
