package org.vpnprobe.protocol.ikev2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vpnprobe.layer.ike.Group;
import org.vpnprobe.layer.ike.KeyExchange;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/** Key exchange, key derivation and MS-CHAP-V2 against vectors of others. */
class KeysTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Recorded with strongSwan 5.9.8: AES-CBC-256, HMAC-SHA2-256-128, PRF-HMAC-SHA2-256, x25519. */
  @Test
  void keysAreThoseOfStrongSwan() {
    byte[] nonces =
        hex(
            "8fb08a0ec2da1a9073019f21b79c8eb26b5d016a476089bffe331431a1a49609"
                + "a059a9ceef5ea15f1d9246842e4d0198bb7cfa60e561656e78ad3b8557a63123");
    byte[] shared = hex("291e0f326a06c895a39ed7e4696e82088308d5e5867eff7a89782f0a546b0e33");
    assertArrayEquals(
        hex("55c00ecc123d2cfa622e8280d0dff83821035b6e13397709fad3866a34687795"),
        Prf.HMAC_SHA2_256.apply(nonces, shared));
    IkeKeys keys =
        IkeKeys.derive(
            new Chosen(
                new Suite(256, Integrity.HMAC_SHA2_256_128), Prf.HMAC_SHA2_256, Group.CURVE25519),
            nonces,
            shared,
            0x6ca5621d9f233b7dL,
            0x9bd8a6ac1695fc04L);
    assertHex("c8d5695fe36e383a78e362861f2bee320579103e9d22d1035f9b7e07cdbe2bae", keys.d());
    assertHex("86e75ba427cc638d782431581dd340b47df124fa493883b31a6dfc44850362ce", keys.ai());
    assertHex("39e43c1590c35eb91f3aca2e262ca9ce934b36c13cd5039cd7e8fbd2bb6b6275", keys.ar());
    assertHex("63a50230343967517bce3ef74d407d455dd012d950b8e027c27a1b3f8dca598d", keys.ei());
    assertHex("4d3d80901fa1aca48d0534d06d3e1c5d8326a9d546dfa7b6f08d7ba35ba1d06c", keys.er());
    assertHex("e37be779fc5c6fef61d6f29c97536ed349176e25ee01f4e0d99a4f4a4e287d66", keys.pi());
    assertHex("09a48698ffc9fc3600ecab8ac323c4639c7d75a6a47c522a833c0a8c7194673c", keys.pr());
  }

  /** RFC 7748 section 6.1. */
  @Test
  void curve25519() throws StepFailed {
    KeyExchange alice =
        KeyExchange.of(
            Group.CURVE25519,
            hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
    assertHex(
        "001f0000" + "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
        KePayload.of(alice).body());
    assertHex(
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
        KePayload.agree(
            alice,
            hex("001f0000" + "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")));
  }

  /** RFC 5903 section 8.1. */
  @Test
  void ecp256() throws StepFailed {
    KeyExchange initiator =
        KeyExchange.of(
            Group.ECP256, hex("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433"));
    assertHex(
        "00130000"
            + "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180"
            + "5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3",
        KePayload.of(initiator).body());
    assertHex(
        "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de",
        KePayload.agree(
            initiator,
            hex(
                "00130000"
                    + "d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"
                    + "56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab")));
  }

  @ParameterizedTest
  @EnumSource
  void bothSidesAgree(Group group) throws StepFailed {
    KeyExchange one = KeyExchange.generate(group, RANDOM);
    KeyExchange other = KeyExchange.generate(group, RANDOM);
    byte[] shared = KePayload.agree(one, KePayload.of(other).body());
    assertArrayEquals(shared, KePayload.agree(other, KePayload.of(one).body()));
    assertEquals(
        group.name().startsWith("MODP")
            ? KePayload.of(one).body().length - 4
            : group == Group.ECP521 ? 66 : Math.max(32, group == Group.ECP384 ? 48 : 32),
        shared.length);
  }

  @ParameterizedTest
  @EnumSource
  void valuesOutsideTheGroupAreRefused(Group group) {
    KeyExchange ours = KeyExchange.generate(group, RANDOM);
    byte[] value = KePayload.of(ours).body();
    byte[] zero = Arrays.copyOf(Arrays.copyOf(value, 4), value.length);
    assertRefused(ours, zero);
    assertRefused(ours, Arrays.copyOf(value, value.length - 1));
    assertRefused(ours, Arrays.copyOf(value, value.length + 1));
    byte[] otherGroup = value.clone();
    otherGroup[1] ^= 1;
    assertRefused(ours, otherGroup);
    if (group != Group.CURVE25519) {
      byte[] outside = value.clone();
      Arrays.fill(outside, 4, outside.length, (byte) 0xff);
      assertRefused(ours, outside);
    }
  }

  private static void assertRefused(KeyExchange ours, byte[] theirs) {
    StepFailed failed = assertThrows(StepFailed.class, () -> KePayload.agree(ours, theirs));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, failed.kind());
  }

  /** RFC 2759 section 9.2 and RFC 3079 section 3.5.3. */
  @Test
  void msChapV2() {
    MsChapV2 chap =
        new MsChapV2(
            "User",
            "clientPass",
            hex("5B5D7C7D7B3F2F3E3C2C602132262628"),
            hex("21402324255E262A28295F2B3A337C7E"));
    assertHex("82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df", chap.ntResponse());
    assertEquals("S=407A5589115FD0D6209F510FE9C04566932CDA56", chap.authenticatorResponse());
    byte[] key = MsChapV2.key("clientPass", chap.ntResponse());
    assertHex("8b7cdc149b993a1ba118cb153f56dccb", Arrays.copyOfRange(key, 16, 32));
    assertArrayEquals(new byte[32], Arrays.copyOfRange(key, 32, 64));
  }

  private static void assertHex(String expected, byte[] actual) {
    assertEquals(expected, HexFormat.of().formatHex(actual));
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
