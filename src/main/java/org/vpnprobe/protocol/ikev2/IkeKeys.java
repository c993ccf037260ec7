package org.vpnprobe.protocol.ikev2;

import java.util.Arrays;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The keys of an IKE SA (RFC 7296 section 2.14).
 *
 * @param d SK_d, from which child SAs get theirs
 * @param ai integrity, initiator to responder; {@code ar} the other way
 * @param ei encryption, initiator to responder; {@code er} the other way
 * @param pi for the initiator's AUTH; {@code pr} for the responder's
 */
public record IkeKeys(byte[] d, byte[] ai, byte[] ar, byte[] ei, byte[] er, byte[] pi, byte[] pr) {
  /**
   * Derives them.
   *
   * @param nonces Ni | Nr
   * @param shared g^ir
   */
  public static IkeKeys derive(
      Chosen chosen, byte[] nonces, byte[] shared, long initiatorSpi, long responderSpi) {
    Prf prf = chosen.prf();
    byte[] seed = new ByteWriter().bytes(nonces).u64(initiatorSpi).u64(responderSpi).toByteArray();
    int a = chosen.suite().integrityKey();
    int e = chosen.suite().encryptionKey();
    int p = prf.length();
    byte[] all = prf.plus(prf.apply(nonces, shared), seed, 3 * p + 2 * a + 2 * e);
    int[] lengths = {p, a, a, e, e, p, p};
    byte[][] keys = new byte[lengths.length][];
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      keys[i] = Arrays.copyOfRange(all, at, at + lengths[i]);
      at += lengths[i];
    }
    return new IkeKeys(keys[0], keys[1], keys[2], keys[3], keys[4], keys[5], keys[6]);
  }

  @Override
  public String toString() {
    return "IkeKeys[«secret»]";
  }
}
