package org.vpnprobe.model;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the pseudonyms of a redacted report are made with. Whoever has it can find an address behind
 * its pseudonym by trying all of them: it stands in the journal, which holds the addresses anyway,
 * and in nothing that is made from it.
 */
public final class PseudonymKey implements Comparable<PseudonymKey> {
  /** As long as the output of the HMAC-SHA-256 that it is for (RFC 2104 section 3). */
  public static final int BYTES = 32;

  private final byte[] value;

  private PseudonymKey(byte[] value) {
    this.value = value;
  }

  /**
   * A key of these bytes.
   *
   * @throws IllegalArgumentException when there are not {@link #BYTES} of them
   */
  public static PseudonymKey of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("expected a key of " + BYTES + " bytes");
    }
    return new PseudonymKey(bytes.clone());
  }

  /**
   * Reads what {@link #hex} gave.
   *
   * @throws IllegalArgumentException for anything else; the text is not quoted
   */
  public static PseudonymKey of(String hex) {
    byte[] bytes;
    try {
      bytes = HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected a key in hexadecimal digits");
    }
    return of(bytes);
  }

  /** A copy of its bytes. */
  public byte[] bytes() {
    return value.clone();
  }

  /** As journals and the state folder keep it. */
  public String hex() {
    return HexFormat.of().formatHex(value);
  }

  @Override
  public int compareTo(PseudonymKey other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PseudonymKey key && MessageDigest.isEqual(value, key.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "«key»";
  }
}
