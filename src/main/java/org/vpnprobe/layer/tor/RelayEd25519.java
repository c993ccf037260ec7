package org.vpnprobe.layer.tor;

import java.util.Arrays;
import java.util.Base64;
import org.vpnprobe.model.InvalidSetting;

/** A relay's Ed25519 identity: 32 bytes, written in base64 without padding. */
public final class RelayEd25519 {
  private static final int LENGTH = 32;

  private final byte[] bytes;

  private RelayEd25519(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads an identity, with or without {@code ed25519:} before it and {@code =} behind it. */
  public static RelayEd25519 of(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text.strip().replaceFirst("^ed25519:", ""));
      if (bytes.length == LENGTH) {
        return new RelayEd25519(bytes);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new InvalidSetting("", "expected a relay's Ed25519 identity: 43 characters of base64");
  }

  static RelayEd25519 of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("an Ed25519 key has 32 bytes");
    }
    return new RelayEd25519(bytes.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RelayEd25519 that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
