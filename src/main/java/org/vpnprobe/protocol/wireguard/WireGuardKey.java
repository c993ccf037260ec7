package org.vpnprobe.protocol.wireguard;

import java.util.Arrays;
import java.util.Base64;
import org.vpnprobe.model.InvalidSetting;

/** A Curve25519 or preshared key: 32 bytes, written in base64. Prints nothing of itself. */
public final class WireGuardKey {
  /** Bytes of every key. */
  public static final int LENGTH = 32;

  private final byte[] bytes;

  private WireGuardKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a key.
   *
   * @throws InvalidSetting that does not quote it
   */
  public static WireGuardKey of(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text.strip());
      if (bytes.length == LENGTH) {
        return new WireGuardKey(bytes);
      }
    } catch (IllegalArgumentException e) {
      // Said below, without quoting.
    }
    throw new InvalidSetting("", "expected a key of 32 bytes in base64 (44 characters)");
  }

  /** A key of these 32 bytes. */
  public static WireGuardKey of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a key has 32 bytes");
    }
    return new WireGuardKey(bytes.clone());
  }

  /** A copy of the key. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The key as it is written in files. */
  public String text() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WireGuardKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return 0; // Nothing of the value may leak, not even its hash.
  }

  @Override
  public String toString() {
    return "«key»";
  }
}
