package org.vpnprobe.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;

/** The 16 bytes by which VLESS and VMess know a user. */
public final class UserId {
  private static final int LENGTH = 16;

  /** Xray maps a name of 1 to 30 bytes to an id (Xray-core, common/uuid/uuid.go). */
  private static final int LONGEST_NAME = 30;

  private UserId() {}

  /**
   * Reads what users write: a UUID, or the short name that Xray makes one of (version 5 in the name
   * space of zeros, RFC 9562 section 5.5).
   *
   * @throws InvalidSetting for {@code uuid}, without quoting it
   */
  public static byte[] of(Secret uuid) {
    String text = uuid.text().strip();
    if (text.matches("[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")) {
      String digits = text.replace("-", "");
      return ByteBuffer.allocate(LENGTH)
          .putLong(Long.parseUnsignedLong(digits.substring(0, 16), 16))
          .putLong(Long.parseUnsignedLong(digits.substring(16), 16))
          .array();
    }
    byte[] name = text.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > LONGEST_NAME) {
      throw new InvalidSetting("uuid", "expected a UUID, or the short name that Xray makes one of");
    }
    return named(name);
  }

  private static byte[] named(byte[] name) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(new byte[LENGTH]);
      byte[] hash = sha1.digest(name);
      hash[6] = (byte) (hash[6] & 0x0f | 5 << 4);
      hash[8] = (byte) (hash[8] & 0x3f | 0x80);
      return ByteBuffer.allocate(LENGTH).put(hash, 0, LENGTH).array();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** The usual way of writing an id. */
  public static String text(byte[] id) {
    ByteBuffer bytes = ByteBuffer.wrap(id);
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }
}
