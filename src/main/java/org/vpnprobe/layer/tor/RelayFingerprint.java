package org.vpnprobe.layer.tor;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.vpnprobe.model.InvalidSetting;

/** A relay's RSA identity as bridge lines have it: SHA-1 of the key, 40 hexadecimal digits. */
public final class RelayFingerprint {
  private static final int LENGTH = 20;

  private final byte[] bytes;

  private RelayFingerprint(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads a fingerprint; a leading {@code $} and spaces between its groups are allowed. */
  public static RelayFingerprint of(String text) {
    String digits = text.strip().replaceFirst("^\\$", "").replace(" ", "");
    if (!digits.matches("[0-9A-Fa-f]{40}")) {
      throw new InvalidSetting("", "expected a relay's fingerprint: 40 hex digits");
    }
    return new RelayFingerprint(HexFormat.of().parseHex(digits));
  }

  static RelayFingerprint of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("SHA-1 has 20 bytes");
    }
    return new RelayFingerprint(bytes.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RelayFingerprint that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT);
  }
}
