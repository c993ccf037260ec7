package org.vpnprobe.protocol.ikev2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.vpnprobe.layer.ike.Group;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.protocol.ikev2.Proposal.Transform;

/** What we offer. */
public final class Proposals {
  private static final List<Group> GROUPS =
      Stream.of(Group.values())
          .filter(group -> group != Group.MODP1024 && group != Group.MODP1536)
          .toList();
  private static final List<Prf> SHA2 =
      List.of(Prf.HMAC_SHA2_256, Prf.HMAC_SHA2_384, Prf.HMAC_SHA2_512);
  private static final Map<String, Prf> PRFS =
      Map.of(
          "sha256", Prf.HMAC_SHA2_256,
          "sha384", Prf.HMAC_SHA2_384,
          "sha512", Prf.HMAC_SHA2_512,
          "sha1", Prf.HMAC_SHA1);

  private Proposals() {}

  /** AES-GCM first, then AES-CBC, with all we have but the groups that are too short. */
  static List<Proposal> ike() {
    List<Transform> aead = new ArrayList<>(encryption(Suite.AES_GCM_16));
    SHA2.forEach(prf -> aead.add(new Transform(Proposal.PRF, prf.id(), 0)));
    List<Transform> cbc = new ArrayList<>(encryption(Suite.AES_CBC));
    for (Integrity integrity : Integrity.values()) {
      cbc.add(new Transform(Proposal.INTEG, integrity.id(), 0));
    }
    for (Prf prf : Prf.values()) {
      cbc.add(new Transform(Proposal.PRF, prf.id(), 0));
    }
    for (Group group : GROUPS) {
      aead.add(new Transform(Proposal.DH, group.id(), 0));
      cbc.add(new Transform(Proposal.DH, group.id(), 0));
    }
    return List.of(
        new Proposal(1, Ike.PROTOCOL_IKE, new byte[0], aead),
        new Proposal(2, Ike.PROTOCOL_IKE, new byte[0], cbc));
  }

  /** The child SA's, without extended sequence numbers. */
  static List<Proposal> esp(byte[] spi) {
    List<Transform> aead = new ArrayList<>(encryption(Suite.AES_GCM_16));
    List<Transform> cbc = new ArrayList<>(encryption(Suite.AES_CBC));
    for (Integrity integrity : Integrity.values()) {
      cbc.add(new Transform(Proposal.INTEG, integrity.id(), 0));
    }
    aead.add(new Transform(Proposal.ESN, 0, 0));
    cbc.add(new Transform(Proposal.ESN, 0, 0));
    return List.of(
        new Proposal(1, Ike.PROTOCOL_ESP, spi, aead), new Proposal(2, Ike.PROTOCOL_ESP, spi, cbc));
  }

  private static List<Transform> encryption(int id) {
    return List.of(
        new Transform(Proposal.ENCR, id, 256),
        new Transform(Proposal.ENCR, id, 128),
        new Transform(Proposal.ENCR, id, 192));
  }

  /**
   * What the user wants offered, in strongSwan's keywords: {@code aes256gcm16-prfsha384-ecp384},
   * {@code aes128-sha256-modp2048}.
   */
  static List<Proposal> parse(List<String> texts) {
    List<Proposal> proposals = new ArrayList<>();
    for (String text : texts) {
      proposals.add(
          new Proposal(proposals.size() + 1, Ike.PROTOCOL_IKE, new byte[0], transforms(text)));
    }
    if (proposals.isEmpty() || proposals.size() > 16) {
      throw new InvalidSetting("proposals", "expected 1 to 16 proposals");
    }
    return proposals;
  }

  private static List<Transform> transforms(String text) {
    List<Transform> transforms = new ArrayList<>();
    boolean gcm = false;
    List<Prf> hashes = new ArrayList<>();
    List<Prf> prfs = new ArrayList<>();
    for (String word : text.strip().toLowerCase(Locale.ROOT).split("-", -1)) {
      if (word.matches("aes(128|192|256)(gcm(16)?)?")) {
        int bits = Integer.parseInt(word.substring(3, 6));
        boolean isGcm = word.length() > 6;
        gcm |= isGcm;
        transforms.add(
            new Transform(Proposal.ENCR, isGcm ? Suite.AES_GCM_16 : Suite.AES_CBC, bits));
      } else if (PRFS.get(word) instanceof Prf hash) {
        hashes.add(hash);
      } else if (word.startsWith("prf") && PRFS.get(word.substring(3)) instanceof Prf prf) {
        prfs.add(prf);
      } else {
        transforms.add(new Transform(Proposal.DH, group(word).id(), 0));
      }
    }
    for (Prf prf : prfs.isEmpty() ? hashes : prfs) {
      transforms.add(new Transform(Proposal.PRF, prf.id(), 0));
    }
    if (!gcm) {
      hashes.forEach(hash ->
          transforms.add(
              new Transform(Proposal.INTEG, Integrity.values()[hash.ordinal()].id(), 0)));
    }
    checkComplete(transforms, gcm);
    return transforms;
  }

  private static void checkComplete(List<Transform> transforms, boolean gcm) {
    boolean mixed = gcm && transforms.stream().anyMatch(t -> t.equals(cbc(t)));
    for (int type : new int[] {Proposal.ENCR, Proposal.PRF, Proposal.INTEG, Proposal.DH}) {
      boolean missing = transforms.stream().noneMatch(transform -> transform.type() == type);
      if (mixed || (missing && !(gcm && type == Proposal.INTEG))) {
        throw wrong();
      }
    }
  }

  private static Transform cbc(Transform like) {
    return new Transform(Proposal.ENCR, Suite.AES_CBC, like.keyBits());
  }

  private static Group group(String word) {
    return Arrays.stream(Group.values())
        .filter(group ->
            group.keyword().equals(word) || (word.equals("x25519") && group == Group.CURVE25519))
        .findFirst()
        .orElseThrow(Proposals::wrong);
  }

  private static InvalidSetting wrong() {
    return new InvalidSetting(
        "proposals",
        "expected encryption-hash-group like aes256-sha256-modp2048, or"
            + " aes256gcm16-prfsha256-curve25519");
  }
}
