package org.vpnprobe.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A value that must never appear in any output. Prints as {@code «secret»}. */
public final class Secret {
  private final byte[] value;

  private Secret(byte[] value) {
    this.value = value;
  }

  public static Secret of(String text) {
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A copy of the secret's bytes (UTF-8 of what the user wrote). */
  public byte[] bytes() {
    return value.clone();
  }

  /** The secret as text. Callers must not put it into messages. */
  public String text() {
    return new String(value, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && Arrays.equals(value, secret.value);
  }

  @Override
  public int hashCode() {
    return 0; // Nothing of the value may leak, not even its hash.
  }

  @Override
  public String toString() {
    return "«secret»";
  }
}
