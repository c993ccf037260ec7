package org.vpnprobe.protocol.ssh;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/**
 * By what a server's host key is known: its fingerprint as OpenSSH prints it ({@code SHA256:…}), or
 * the key itself as it stands in a {@code .pub} file.
 */
public final class SshHostKey {
  /** RFC 4253, 5656, 8709: the kinds of host key that servers have. */
  private static final List<String> TYPES =
      List.of(
          "ssh-ed25519",
          "ecdsa-sha2-nistp256",
          "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521",
          "ssh-rsa");

  private static final String EXPECTED =
      "expected a fingerprint (SHA256:…) as ssh-keygen -l prints it, or a public key"
          + " (ssh-ed25519 AAAA…)";

  private final String fingerprint;
  private final Optional<String> type;

  private SshHostKey(String fingerprint, Optional<String> type) {
    this.fingerprint = fingerprint;
    this.type = type;
  }

  /**
   * Reads a fingerprint or a public key.
   *
   * @throws InvalidSetting when it is neither
   */
  public static SshHostKey of(String text) {
    String stripped = text.strip();
    if (stripped.matches("SHA256:[A-Za-z0-9+/]{43}=?")) {
      return new SshHostKey(stripped.replace("=", ""), Optional.empty());
    }
    String[] words = stripped.split("\\s+", 3);
    if (words.length < 2 || !TYPES.contains(words[0])) {
      throw new InvalidSetting("", EXPECTED);
    }
    try {
      byte[] blob = Base64.getDecoder().decode(words[1]);
      if (type(blob).equals(words[0])) {
        return new SshHostKey(fingerprint(blob), Optional.of(words[0]));
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new InvalidSetting("", EXPECTED);
  }

  /** The fingerprint of a public key as OpenSSH prints it. */
  public static String fingerprint(byte[] blob) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The type that a public key names in its first field, empty when it names none. */
  static String type(byte[] blob) {
    try {
      ByteReader reader = new ByteReader(blob);
      long length = reader.u32();
      return length > 64 ? "" : new String(reader.bytes((int) length), StandardCharsets.ISO_8859_1);
    } catch (StepFailed e) {
      return "";
    }
  }

  boolean matches(byte[] blob) {
    return fingerprint.equals(fingerprint(blob));
  }

  /**
   * The signature algorithms to offer, best first: those of the key's type when that is known. A
   * server shows one key, of the first type that both sides have.
   */
  static List<String> algorithms(Optional<SshHostKey> pinned) {
    return pinned.flatMap(key -> key.type).map(List::of).orElse(TYPES).stream()
        // RFC 8332: RSA keys sign with SHA-2, under names of their own.
        .flatMap(type ->
            type.equals("ssh-rsa")
                ? List.of("rsa-sha2-512", "rsa-sha2-256").stream()
                : List.of(type).stream())
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SshHostKey key
        && fingerprint.equals(key.fingerprint)
        && type.equals(key.type);
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }

  @Override
  public String toString() {
    return fingerprint;
  }
}
