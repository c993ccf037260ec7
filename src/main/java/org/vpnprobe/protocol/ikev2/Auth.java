package org.vpnprobe.protocol.ikev2;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** What AUTH payloads cover, and the shared-key method (RFC 7296 section 2.15). */
public final class Auth {
  /** Shared Key Message Integrity Code. */
  public static final int SHARED_KEY = 2;

  private static final byte[] PAD = "Key Pad for IKEv2".getBytes(StandardCharsets.US_ASCII);

  private Auth() {}

  /**
   * The octets that a side signs.
   *
   * @param message its own IKE_SA_INIT message as sent
   * @param nonce the other side's
   * @param key SK_pi of the initiator, SK_pr of the responder
   * @param identity the body of its ID payload
   */
  public static byte[] octets(byte[] message, byte[] nonce, Prf prf, byte[] key, byte[] identity) {
    return new ByteWriter()
        .bytes(message)
        .bytes(nonce)
        .bytes(prf.apply(key, identity))
        .toByteArray();
  }

  /** The body of an AUTH payload by shared key, or by the key of an EAP method. */
  public static byte[] shared(Prf prf, byte[] secret, byte[] octets) {
    return new ByteWriter()
        .u8(SHARED_KEY)
        .zeros(3)
        .bytes(prf.apply(prf.apply(secret, PAD), octets))
        .toByteArray();
  }

  /** True when the body is that of the shared key. */
  public static boolean verifyShared(Prf prf, byte[] secret, byte[] octets, byte[] body)
      throws StepFailed {
    return new ByteReader(body).u8() == SHARED_KEY
        && MessageDigest.isEqual(body, shared(prf, secret, octets));
  }
}
