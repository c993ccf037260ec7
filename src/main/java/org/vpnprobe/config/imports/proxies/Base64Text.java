package org.vpnprobe.config.imports.proxies;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Text in base64 as people pass it on. */
final class Base64Text {
  private Base64Text() {}

  /**
   * Decodes either alphabet (RFC 4648 sections 4 and 5), with or without padding, white space
   * anywhere.
   *
   * @return empty when it is none, or no text inside
   */
  static Optional<String> decode(String text) {
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
    if (plain.isEmpty() || padding > 2) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(plain.toString());
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
