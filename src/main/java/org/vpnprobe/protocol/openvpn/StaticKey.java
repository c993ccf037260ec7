package org.vpnprobe.protocol.openvpn;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.model.InvalidSetting;

/**
 * The 256 bytes of an OpenVPN static key: two keys, each of a cipher slot and an HMAC slot of 64
 * bytes.
 */
public final class StaticKey {
  /** Length of the whole key. */
  public static final int LENGTH = 256;

  private static final int SLOT = 64;
  private static final Pattern FILE =
      Pattern.compile(
          "-----BEGIN OpenVPN Static key V1-----([0-9a-fA-F\\s]*)-----END OpenVPN Static key"
              + " V1-----");

  private final byte[] bytes;

  private StaticKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A key of exactly {@link #LENGTH} bytes. */
  public static StaticKey of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a static key has 256 bytes, not " + bytes.length);
    }
    return new StaticKey(bytes.clone());
  }

  /**
   * Reads the text of a key file as {@code openvpn --genkey secret} writes it.
   *
   * @param setting the YAML key to name in the error
   */
  public static StaticKey parse(String setting, String text) {
    Matcher file = FILE.matcher(text);
    if (!file.find()) {
      throw new InvalidSetting(
          setting, "expected the text of a key file with BEGIN OpenVPN Static key V1");
    }
    String digits = file.group(1).replaceAll("\\s", "");
    if (digits.length() != 2 * LENGTH) {
      throw new InvalidSetting(
          setting,
          "the static key has " + digits.length() + " hexadecimal digits, expected " + 2 * LENGTH);
    }
    return new StaticKey(HexFormat.of().parseHex(digits));
  }

  /** The first bytes of the cipher slot of key 0 or 1. */
  public byte[] cipher(int key, int length) {
    return slot(2 * key, length);
  }

  /** The first bytes of the HMAC slot of key 0 or 1. */
  public byte[] hmac(int key, int length) {
    return slot(2 * key + 1, length);
  }

  private byte[] slot(int slot, int length) {
    return Arrays.copyOfRange(bytes, slot * SLOT, slot * SLOT + length);
  }

  @Override
  public String toString() {
    return "StaticKey[«secret»]";
  }
}
