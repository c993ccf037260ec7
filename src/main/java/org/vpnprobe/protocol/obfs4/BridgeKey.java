package org.vpnprobe.protocol.obfs4;

import java.util.Arrays;
import java.util.Base64;
import org.vpnprobe.model.InvalidSetting;

/**
 * What a bridge line's {@code cert} says of a bridge: its node id and its public key. Who knows it
 * can make the bridge answer; prints nothing of itself.
 */
public final class BridgeKey {
  static final int NODE_ID = 20;
  static final int PUBLIC_KEY = 32;

  private final byte[] nodeId;
  private final byte[] publicKey;

  /** A bridge's node id (20 bytes) and public key (32). */
  public BridgeKey(byte[] nodeId, byte[] publicKey) {
    if (nodeId.length != NODE_ID || publicKey.length != PUBLIC_KEY) {
      throw new IllegalArgumentException("20 and 32 bytes");
    }
    this.nodeId = nodeId.clone();
    this.publicKey = publicKey.clone();
  }

  /** Reads a {@code cert}: both in base64, its padding left out. Quotes nothing of it. */
  public static BridgeKey of(String cert) {
    try {
      byte[] bytes = Base64.getDecoder().decode(cert.strip());
      if (bytes.length == NODE_ID + PUBLIC_KEY) {
        return new BridgeKey(
            Arrays.copyOf(bytes, NODE_ID), Arrays.copyOfRange(bytes, NODE_ID, bytes.length));
      }
    } catch (IllegalArgumentException e) {
      // Said below, without quoting.
    }
    throw new InvalidSetting("cert", "expected the cert of a bridge line: 70 characters of base64");
  }

  /** The text of a {@code cert}. */
  public String text() {
    byte[] both = Arrays.copyOf(nodeId, NODE_ID + PUBLIC_KEY);
    System.arraycopy(publicKey, 0, both, NODE_ID, PUBLIC_KEY);
    return Base64.getEncoder().withoutPadding().encodeToString(both);
  }

  byte[] nodeId() {
    return nodeId.clone();
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public String toString() {
    return "«bridge»";
  }
}
