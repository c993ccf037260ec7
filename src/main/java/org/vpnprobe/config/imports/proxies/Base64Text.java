package org.vpnprobe.config.imports.proxies;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.vpnprobe.config.imports.Packed;

/** Text in base64 as people pass it on. */
final class Base64Text {
  private Base64Text() {}

  /**
   * Decodes what {@link Packed#base64} takes.
   *
   * @return empty when it is none, or no text inside
   */
  static Optional<String> decode(String text) {
    return Packed.base64(text).flatMap(Base64Text::utf8);
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
