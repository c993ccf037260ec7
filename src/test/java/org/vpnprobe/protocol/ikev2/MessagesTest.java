package org.vpnprobe.protocol.ikev2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.layer.ike.Group;
import org.vpnprobe.layer.ike.Identity;
import org.vpnprobe.layer.ike.KeyExchange;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/** Messages to bytes and back, and bytes of strangers. */
class MessagesTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long SEED = 20260923;

  /** What reads bytes of a network. */
  @FunctionalInterface
  interface Decoder {
    @Nullable Object read(byte[] bytes) throws StepFailed;
  }

  static List<Decoder> decoders() {
    return List.of(
        IkeMessage::decode,
        Notify::decode,
        Proposal::decode,
        body -> Chosen.of(body, Proposals.ike()),
        Identity::decode,
        body -> Payload.decode(Ike.SA, new ByteReader(body)),
        body -> ServerCertificate.read(List.of(new Payload(Ike.CERT, body))),
        body -> new EapMsChapV2("alice", "secret", RANDOM).answer(body),
        body -> Signatures.verify(Keys.EC.getPublic(), body, new byte[] {1}),
        body ->
            ChildSa.of(
                List.of(new Payload(Ike.SA, body)), new byte[] {1, 2, 3, 4}, Keys.DONE, RANDOM),
        body -> KePayload.agree(KeyExchange.of(Group.CURVE25519, new byte[32]), body),
        body -> encrypted(Keys.CBC, false).open(body));
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void randomBytesNeverThrowAnythingElse(Decoder decoder) {
    Random random = new Random(SEED);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      survives(decoder, bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void truncatedAndBentMessagesNeverThrowAnythingElse(Decoder decoder) {
    Random random = new Random(SEED);
    for (byte[] whole : samples()) {
      for (int length = 0; length < whole.length; length++) {
        survives(decoder, Arrays.copyOf(whole, length));
        byte[] bent = whole.clone();
        bent[length] = (byte) random.nextInt();
        survives(decoder, bent);
      }
    }
  }

  private static List<byte[]> samples() {
    List<byte[]> samples = new ArrayList<>();
    samples.add(request().encode());
    request().payloads().forEach(payload -> samples.add(payload.body()));
    samples.addAll(encrypted(Keys.CBC, true).seal(request(), true));
    samples.add(
        new byte[] {
          1, 7, 0, 26, 26, 1, 7, 0, 21, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
        });
    return samples;
  }

  private static void survives(Decoder decoder, byte[] bytes) {
    try {
      decoder.read(bytes);
    } catch (StepFailed e) {
      assertTrue(e.detail().length() < 200);
    } catch (RuntimeException e) {
      fail("unexpected " + e, e);
    }
  }

  @Test
  void aTruncatedMessageIsNoReply() throws StepFailed {
    byte[] whole = request().encode();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      StepFailed failed = assertThrows(StepFailed.class, () -> IkeMessage.decode(part));
      assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, failed.kind());
    }
    assertEquals(request().payloads().size(), IkeMessage.decode(whole).payloads().size());
  }

  @Test
  void aMessageComesBackWhole() throws StepFailed {
    IkeMessage back = IkeMessage.decode(request().encode());
    assertEquals(request().header(), back.header());
    assertArrayEquals(request().encode(), back.encode());
    byte[] sa = Payload.require(back.payloads(), Ike.SA, "SA");
    assertArrayEquals(sa, Proposal.encode(Proposal.decode(sa)));
    assertEquals(
        Proposals.ike().getLast().transforms(), Proposal.decode(sa).getLast().transforms());
  }

  @Test
  void aChainWithoutEndIsBounded() {
    byte[] chain = new byte[4 * 1000];
    for (int i = 0; i < chain.length; i += 4) {
      chain[i] = Ike.NOTIFY;
      chain[i + 3] = 4;
    }
    assertThrows(StepFailed.class, () -> Payload.decode(Ike.NOTIFY, new ByteReader(chain)));
  }

  static Stream<Chosen> suites() {
    List<Chosen> suites = new ArrayList<>();
    for (int bits : new int[] {128, 192, 256}) {
      suites.add(new Chosen(new Suite(bits, null), Prf.HMAC_SHA2_384, Group.CURVE25519));
      for (Integrity integrity : Integrity.values()) {
        suites.add(new Chosen(new Suite(bits, integrity), Prf.HMAC_SHA1, Group.CURVE25519));
      }
    }
    return suites.stream();
  }

  @ParameterizedTest
  @MethodSource("suites")
  void anEncryptedMessageComesBackWholeOrNotAtAll(Chosen chosen) throws StepFailed {
    IkeMessage message = request();
    byte[] sealed = encrypted(chosen, true).seal(message, false).getFirst();
    IkeMessage opened = Objects.requireNonNull(encrypted(chosen, false).open(sealed));
    assertArrayEquals(Payload.encode(message.payloads()), Payload.encode(opened.payloads()));
    for (int i = 0; i < sealed.length; i++) {
      byte[] bent = sealed.clone();
      bent[i] ^= 0x10;
      assertThrows(StepFailed.class, () -> encrypted(chosen, false).open(bent), "byte " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("suites")
  void fragmentsComeTogetherInAnyOrder(Chosen chosen) throws StepFailed {
    byte[] large = new byte[5000];
    RANDOM.nextBytes(large);
    IkeHeader header = new IkeHeader(1, 2, 0, Ike.IKE_AUTH, Ike.INITIATOR, 1);
    IkeMessage message = new IkeMessage(header, List.of(new Payload(Ike.CERT, large)));
    List<byte[]> fragments = new ArrayList<>(encrypted(chosen, true).seal(message, true));
    assertTrue(fragments.size() > 4 && fragments.stream().allMatch(f -> f.length <= 1228));
    assertEquals(1, encrypted(chosen, true).seal(message, false).size());
    Encrypted receiver = encrypted(chosen, false);
    for (int i = fragments.size() - 1; i > 0; i--) {
      assertNull(receiver.open(fragments.get(i)));
      assertNull(receiver.open(fragments.get(i)), "a copy does not count");
    }
    IkeMessage whole = Objects.requireNonNull(receiver.open(fragments.getFirst()));
    assertArrayEquals(large, whole.payloads().getFirst().body());
  }

  @Test
  void aChoiceThatWasNotOfferedIsRefused() throws StepFailed {
    Proposal offer = Proposals.ike().getFirst();
    Proposal choice = Ours.choose(offer);
    byte[] good = Proposal.encode(List.of(choice));
    assertEquals(Group.CURVE25519, Chosen.of(good, Proposals.ike()).group());
    List<Proposal.Transform> weaker = new ArrayList<>(choice.transforms());
    weaker.removeIf(transform -> transform.type() == Proposal.DH);
    assertChoiceRefused(new Proposal(1, Ike.PROTOCOL_IKE, new byte[0], weaker));
    weaker.add(new Proposal.Transform(Proposal.DH, Group.MODP1024.id(), 0));
    assertChoiceRefused(new Proposal(1, Ike.PROTOCOL_IKE, new byte[0], weaker));
    assertChoiceRefused(offer);
  }

  private static void assertChoiceRefused(Proposal choice) {
    byte[] body = Proposal.encode(List.of(choice));
    assertThrows(StepFailed.class, () -> Chosen.of(body, Proposals.ike()));
  }

  private static IkeMessage request() {
    return new IkeMessage(
        new IkeHeader(0x0102030405060708L, 0, 0, Ike.IKE_SA_INIT, Ike.INITIATOR, 0),
        List.of(
            new Payload(Ike.SA, Proposal.encode(Proposals.ike())),
            KePayload.of(KeyExchange.of(Group.CURVE25519, new byte[32])),
            new Payload(Ike.NONCE, new byte[32]),
            Signatures.hashes().payload(),
            new Payload(Ike.ID_R, Identity.of("", "vpn.example.test").body())));
  }

  private static Encrypted encrypted(Chosen chosen, boolean initiator) {
    IkeKeys keys = IkeKeys.derive(chosen, new byte[64], new byte[32], 1, 2);
    return initiator
        ? Encrypted.initiator(chosen, keys, RANDOM)
        : Encrypted.responder(chosen, keys, RANDOM);
  }
}
