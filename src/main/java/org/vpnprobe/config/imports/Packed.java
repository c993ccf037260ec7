package org.vpnprobe.config.imports;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Takes texts out of what they are packed in. Bounded. */
public final class Packed {
  /** No profile is larger; what is packed by 1000:1 is a bomb. */
  private static final int MOST_INFLATED = 4 * 1024 * 1024;

  private Packed() {}

  /**
   * Base64 of either alphabet (RFC 4648 sections 4 and 5), with or without padding, white space
   * anywhere.
   *
   * @return empty when it is none
   */
  public static Optional<byte[]> base64(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    int padding = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=') {
        padding++;
      } else if (c > ' ') {
        if (padding > 0) {
          return Optional.empty();
        }
        plain.append(c == '-' ? '+' : c == '_' ? '/' : c);
      }
    }
    if (padding > 2 || plain.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(plain.toString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * What Qt's {@code qUncompress} takes: the length in four bytes, big endian, then zlib.
   *
   * @return empty when it is none, or too large
   */
  public static Optional<byte[]> qtInflated(byte[] bytes) {
    return bytes.length < 5 ? Optional.empty() : inflated(bytes, 4);
  }

  private static Optional<byte[]> inflated(byte[] bytes, int from) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes, from, bytes.length - from);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] piece = new byte[8192];
      while (!inflater.finished()) {
        int length = inflater.inflate(piece);
        if (length == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return Optional.empty();
        }
        out.write(piece, 0, length);
        if (out.size() > MOST_INFLATED) {
          return Optional.empty();
        }
      }
      return Optional.of(out.toByteArray());
    } catch (DataFormatException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }
}
