package org.vpnprobe.protocol.obfs4;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The ntor handshake (Goldberg, Stebila, Ustaoglu; Tor proposal 216) as obfs4 does it, B standing
 * twice in what is hashed.
 */
public final class Ntor {
  /**
   * What both sides end up with.
   *
   * @param keySeed all keys of the session come from it
   * @param auth proves that the server holds the secret of B
   */
  public record Result(byte[] keySeed, byte[] auth) {}

  private static final String PROTOCOL = "ntor-curve25519-sha256-1";
  private static final byte[] PROTOCOL_ID = ascii("");
  private static final byte[] MAC_TWEAK = ascii(":mac");
  private static final byte[] KEY_TWEAK = ascii(":key_extract");
  private static final byte[] VERIFY_TWEAK = ascii(":key_verify");
  private static final byte[] EXPAND_TWEAK = ascii(":key_expand");
  private static final byte[] SERVER = "Server".getBytes(StandardCharsets.US_ASCII);

  private Ntor() {}

  private static byte[] ascii(String suffix) {
    return (PROTOCOL + suffix).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The client's computation.
   *
   * @param ours the client's x and X
   * @param theirs the server's Y
   */
  static Result client(Elligator2.KeyPair ours, byte[] theirs, BridgeKey bridge) {
    return result(
        agreement(ours.secret(), theirs),
        agreement(ours.secret(), bridge.publicKey()),
        ours.publicKey(),
        theirs,
        bridge);
  }

  /**
   * The server's computation.
   *
   * @param ours the server's y and Y
   * @param theirs the client's X
   * @param secret of the bridge's public key
   */
  public static Result server(
      Elligator2.KeyPair ours, byte[] theirs, BridgeKey bridge, byte[] secret) {
    return result(
        agreement(ours.secret(), theirs),
        agreement(secret, theirs),
        theirs,
        ours.publicKey(),
        bridge);
  }

  /** A peer's point of low order gives zeros, and so an AUTH that fails: it knows no secret. */
  private static byte[] agreement(byte[] secret, byte[] publicKey) {
    byte[] shared = new byte[X25519.POINT_SIZE];
    X25519.scalarMult(secret, 0, publicKey, 0, shared, 0);
    return shared;
  }

  private static Result result(
      byte[] xy, byte[] xb, byte[] clientKey, byte[] serverKey, BridgeKey bridge) {
    byte[] suffix =
        new ByteWriter()
            .bytes(bridge.publicKey())
            .bytes(bridge.publicKey())
            .bytes(clientKey)
            .bytes(serverKey)
            .bytes(PROTOCOL_ID)
            .bytes(bridge.nodeId())
            .toByteArray();
    byte[] secretInput = new ByteWriter().bytes(xy).bytes(xb).bytes(suffix).toByteArray();
    byte[] verify = hmac(VERIFY_TWEAK, secretInput);
    return new Result(hmac(KEY_TWEAK, secretInput), hmac(MAC_TWEAK, verify, suffix, SERVER));
  }

  /** Key material out of a seed (proposal 216: HKDF of RFC 5869). */
  public static byte[] expand(byte[] keySeed, int length) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(keySeed, KEY_TWEAK, EXPAND_TWEAK));
    byte[] keys = new byte[length];
    hkdf.generateBytes(keys, 0, length);
    return keys;
  }

  /** HMAC-SHA256 over the parts. */
  static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }
}
