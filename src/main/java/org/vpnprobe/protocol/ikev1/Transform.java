package org.vpnprobe.protocol.ikev1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.vpnprobe.layer.ike.Group;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** One offer for phase 1 with a shared secret (RFC 2409 appendix A). */
public record Transform(Encryption encryption, Hash hash, Group group) {
  /** Ciphers, all in CBC mode (RFC 2409 appendix A, RFC 3602). */
  public enum Encryption {
    AES256(7, 32, "AES", 16),
    AES192(7, 24, "AES", 16),
    AES128(7, 16, "AES", 16),
    /** What Windows and old appliances still offer. */
    TRIPLE_DES(5, 24, "DESede", 8);

    final int id;
    final int keyLength;
    final String algorithm;
    final int block;

    Encryption(int id, int keyLength, String algorithm, int block) {
      this.id = id;
      this.keyLength = keyLength;
      this.algorithm = algorithm;
      this.block = block;
    }

    String keyword() {
      return this == TRIPLE_DES ? "3des" : name().toLowerCase(Locale.ROOT);
    }
  }

  /** Hashes, whose HMAC is the pseudo-random function (RFC 2409 appendix A, RFC 4868). */
  public enum Hash {
    SHA256(4, "SHA-256", "HmacSHA256"),
    SHA384(5, "SHA-384", "HmacSHA384"),
    SHA512(6, "SHA-512", "HmacSHA512"),
    SHA1(2, "SHA-1", "HmacSHA1"),
    MD5(1, "MD5", "HmacMD5");

    final int id;
    final String algorithm;
    final String mac;

    Hash(int id, String algorithm, String mac) {
      this.id = id;
      this.algorithm = algorithm;
      this.mac = mac;
    }

    String keyword() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int KEY_IKE = 1;
  private static final int SHARED_SECRET = 1;
  private static final int SECONDS = 1;

  /** What Windows asks for. */
  private static final int LIFETIME = 28800;

  /** Attribute classes (RFC 2409 appendix A); the highest bit says that the value stands here. */
  private static final int ENCRYPTION = 1;

  private static final int HASH = 2;
  private static final int METHOD = 3;
  private static final int GROUP = 4;
  private static final int LIFE_TYPE = 11;
  private static final int LIFE_DURATION = 12;
  private static final int KEY_LENGTH = 14;
  private static final int SHORT = 0x8000;

  /** Transforms in one proposal: their number is one byte. */
  private static final int MOST = 255;

  /**
   * What is offered when the user names nothing. Groups below 2048 bits are not: whoever is on the
   * way could choose them.
   */
  public static List<Transform> broad() {
    List<Transform> all = new ArrayList<>();
    for (Group group : List.of(Group.MODP2048, Group.ECP384, Group.ECP256)) {
      for (Encryption encryption : List.of(Encryption.AES256, Encryption.AES128)) {
        for (Hash hash : List.of(Hash.SHA256, Hash.SHA1, Hash.SHA384)) {
          all.add(new Transform(encryption, hash, group));
        }
      }
    }
    all.add(new Transform(Encryption.TRIPLE_DES, Hash.SHA1, Group.MODP2048));
    return all;
  }

  /**
   * What aggressive mode offers when the user names nothing: its key comes with the offer, so that
   * there can be one group alone (RFC 2409 section 5).
   */
  public static List<Transform> oneGroup() {
    return broad().stream().filter(transform -> transform.group == Group.MODP2048).toList();
  }

  /** Reads the user's {@code proposals}, in strongSwan's words: {@code aes256-sha1-modp1024}. */
  public static List<Transform> parse(List<String> proposals) {
    return proposals.stream().map(Transform::parse).toList();
  }

  private static Transform parse(String text) {
    String[] words = text.strip().toLowerCase(Locale.ROOT).split("-", -1);
    Optional<Encryption> encryption =
        Arrays.stream(Encryption.values()).filter(e -> e.keyword().equals(words[0])).findFirst();
    if (words.length == 3 && encryption.isPresent()) {
      for (Hash hash : Hash.values()) {
        for (Group group : Group.values()) {
          // RFC 8031 gives curve25519 to IKEv2 alone.
          if (group != Group.CURVE25519
              && hash.keyword().equals(words[1])
              && group.keyword().equals(words[2])) {
            return new Transform(encryption.get(), hash, group);
          }
        }
      }
    }
    throw new InvalidSetting(
        "proposals", "expected cipher-hash-group such as aes256-sha256-modp2048");
  }

  /** The SA payload with these offers (RFC 2408 sections 3.4 to 3.6). */
  public static byte[] encode(List<Transform> transforms) {
    ByteWriter list = new ByteWriter();
    for (int i = 0; i < transforms.size(); i++) {
      byte[] attributes = transforms.get(i).attributes();
      list.u8(i + 1 < transforms.size() ? 3 : 0).u8(0).u16(8 + attributes.length);
      list.u8(i + 1).u8(KEY_IKE).u16(0).bytes(attributes);
    }
    ByteWriter proposal = new ByteWriter().u8(0).u8(0).u16(8 + list.size());
    proposal.u8(1).u8(Isakmp.PROTOCOL).u8(0).u8(transforms.size()).bytes(list.toByteArray());
    return new ByteWriter().u32(Isakmp.DOI).u32(1).bytes(proposal.toByteArray()).toByteArray();
  }

  private byte[] attributes() {
    ByteWriter out = new ByteWriter();
    out.u16(SHORT | ENCRYPTION).u16(encryption.id);
    if (encryption != Encryption.TRIPLE_DES) {
      out.u16(SHORT | KEY_LENGTH).u16(encryption.keyLength * 8);
    }
    out.u16(SHORT | HASH).u16(hash.id);
    out.u16(SHORT | GROUP).u16(group.id());
    out.u16(SHORT | METHOD).u16(SHARED_SECRET);
    out.u16(SHORT | LIFE_TYPE).u16(SECONDS);
    return out.u16(SHORT | LIFE_DURATION).u16(LIFETIME).toByteArray();
  }

  /**
   * The choice in a responder's SA payload.
   *
   * @throws StepFailed {@code proto_malformed_reply} when it is not exactly one of our offers
   */
  public static Transform chosen(byte[] sa, List<Transform> offers) throws StepFailed {
    // One is chosen (RFC 2409 section 5). Our own list, sent back, is not read to its end.
    List<Transform> all = decode(sa, 1);
    if (all.size() != 1 || !offers.contains(all.getFirst())) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "the server's choice is not one of our proposals");
    }
    return all.getFirst();
  }

  /** The transforms of an SA payload that we know; unknown ones are passed over. */
  public static List<Transform> decode(byte[] sa) throws StepFailed {
    return decode(sa, MOST);
  }

  private static List<Transform> decode(byte[] sa, int most) throws StepFailed {
    ByteReader in = new ByteReader(sa);
    if (in.u32() != Isakmp.DOI || in.u32() != 1) {
      throw in.malformed("another domain of interpretation than IPsec's");
    }
    in.skip(2);
    ByteReader proposal = in.slice(in.u16() - 4);
    proposal.skip(1);
    proposal.expect(Isakmp.PROTOCOL, "protocol of the proposal");
    int spi = proposal.u8();
    int count = proposal.u8();
    if (count > most) {
      throw in.malformed(count + " transforms");
    }
    proposal.skip(spi);
    List<Transform> transforms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      proposal.skip(2);
      ByteReader transform = proposal.slice(proposal.u16() - 4);
      transform.skip(1);
      transform.expect(KEY_IKE, "transform");
      transform.skip(2);
      of(transform).ifPresent(transforms::add);
    }
    return transforms;
  }

  private static Optional<Transform> of(ByteReader attributes) throws StepFailed {
    int cipher = 0;
    int bits = 0;
    int hash = 0;
    int group = 0;
    int method = 0;
    while (attributes.hasRemaining()) {
      int type = attributes.u16();
      int value = attributes.u16();
      if ((type & SHORT) == 0) {
        attributes.skip(value); // A long one: a lifetime.
        continue;
      }
      switch (type & ~SHORT) {
        case ENCRYPTION -> cipher = value;
        case KEY_LENGTH -> bits = value;
        case HASH -> hash = value;
        case GROUP -> group = value;
        case METHOD -> method = value;
        default -> {}
      }
    }
    int wantedCipher = cipher;
    int wantedBits = bits;
    int wantedHash = hash;
    Optional<Encryption> encryption =
        Arrays.stream(Encryption.values())
            .filter(e -> e.id == wantedCipher)
            .filter(e -> e == Encryption.TRIPLE_DES || e.keyLength * 8 == wantedBits)
            .findFirst();
    Optional<Hash> digest =
        Arrays.stream(Hash.values()).filter(h -> h.id == wantedHash).findFirst();
    Optional<Group> known = Group.of(group);
    return method == SHARED_SECRET && encryption.isPresent() && digest.isPresent()
        ? known.map(g -> new Transform(encryption.get(), digest.get(), g))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return encryption.keyword() + "-" + hash.keyword() + "-" + group.keyword();
  }
}
