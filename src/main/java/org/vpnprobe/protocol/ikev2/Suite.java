package org.vpnprobe.protocol.ikev2;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/**
 * What protects an SA: AES-CBC with a checksum, or AES-GCM with a tag of 16 bytes (RFC 5282) when
 * there is no {@code integrity}.
 *
 * @param keyBits 128, 192 or 256
 */
public record Suite(int keyBits, @Nullable Integrity integrity) {
  public static final int AES_CBC = 12;
  public static final int AES_GCM_16 = 20;

  private static final int GCM_SALT = 4;

  /**
   * The protection that this choice names.
   *
   * @throws StepFailed {@code proto_malformed_reply} for one that we never offer
   */
  static Suite of(Proposal chosen) throws StepFailed {
    Proposal.Transform encryption = chosen.only(Proposal.ENCR).orElseThrow(() -> unusable());
    int bits = encryption.keyBits();
    if (bits != 128 && bits != 192 && bits != 256) {
      throw unusable();
    }
    Optional<Integrity> integrity =
        chosen
            .only(Proposal.INTEG)
            .flatMap(transform ->
                Arrays.stream(Integrity.values())
                    .filter(known -> known.id() == transform.id())
                    .findFirst());
    return switch (encryption.id()) {
      case AES_GCM_16 -> new Suite(bits, null);
      case AES_CBC -> new Suite(bits, integrity.orElseThrow(() -> unusable()));
      default -> throw unusable();
    };
  }

  static StepFailed unusable() {
    return new StepFailed(
        FailureKind.PROTO_MALFORMED_REPLY, "the server chose algorithms that were not offered");
  }

  /** Bytes of an encryption key, with the salt of GCM. */
  public int encryptionKey() {
    return keyBits / 8 + (integrity == null ? GCM_SALT : 0);
  }

  /** Bytes of an integrity key. */
  public int integrityKey() {
    return integrity == null ? 0 : integrity.keyLength();
  }
}
