package org.vpnprobe.cli;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import okhttp3.tls.HeldCertificate;

/**
 * Secrets that are found again by any few characters of theirs, as they are or in hexadecimal,
 * base64 or percent signs.
 */
final class Planted {
  /** As many characters of a secret are too many. */
  private static final int SHORTEST = 8;

  /** Of base64, which stands for fewer: 12 are 9 bytes. */
  private static final int SHORTEST_BASE64 = 12;

  private static final int SHORTEST_HEX = 16;

  private final Random random;
  private final Set<String> texts = new HashSet<>();
  private final Set<String> base64 = new HashSet<>();
  private final Set<String> hex = new HashSet<>();
  private final HeldCertificate held =
      new HeldCertificate.Builder().commonName("localhost").certificateAuthority(0).build();

  Planted(Random random) {
    this.random = random;
  }

  /** A new secret. */
  String secret(String form) {
    return switch (form) {
      case "word" -> planted(word());
      case "uuid" -> {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        planted(id.toString().replace("-", ""));
        yield planted(id.toString());
      }
      case "key" -> key(32);
      case "cert" -> key(52).replace("=", "");
      case "urlkey" -> {
        String key = key(32);
        yield planted(key.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"));
      }
      case "static" -> {
        StringBuilder text = new StringBuilder("-----BEGIN OpenVPN Static key V1-----\n");
        for (int i = 0; i < 16; i++) {
          text.append(planted(HexFormat.of().formatHex(bytes(16)))).append('\n');
        }
        yield text + "-----END OpenVPN Static key V1-----";
      }
      case "pem" -> {
        String pem = held.privateKeyPkcs8Pem().strip();
        // What begins a key of one kind is the same in all of them.
        pem.lines()
            .filter(line -> !line.startsWith("-----"))
            .forEach(line -> planted(line.substring(Math.min(36, line.length() / 2))));
        yield pem;
      }
      default -> throw new IllegalArgumentException(form);
    };
  }

  /** A certificate of the key that is a secret, which is none itself. */
  String certificate() {
    return held.certificatePem();
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      word.append(Character.forDigit(random.nextInt(36), 36));
    }
    return word.toString();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private String key(int length) {
    byte[] key = bytes(length);
    grams(hex, HexFormat.of().formatHex(key), SHORTEST_HEX);
    return planted(Base64.getEncoder().encodeToString(key));
  }

  private String planted(String secret) {
    grams(texts, secret, SHORTEST);
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    grams(hex, HexFormat.of().formatHex(bytes), SHORTEST_HEX);
    Canaries.forms(bytes).stream()
        .filter(form -> form.matches("[A-Za-z0-9+/_-]+"))
        .forEach(form -> grams(base64, form, SHORTEST_BASE64));
    return secret;
  }

  private static void grams(Set<String> into, String text, int length) {
    for (int i = 0; i + length <= text.length(); i++) {
      into.add(text.substring(i, i + length));
    }
  }

  /** What of any secret is in a text, with what stands around it. */
  Optional<String> in(String text) {
    return in(text, texts, SHORTEST)
        .or(() -> in(text, base64, SHORTEST_BASE64))
        .or(() -> in(text.toLowerCase(java.util.Locale.ROOT), hex, SHORTEST_HEX));
  }

  private static Optional<String> in(String text, Set<String> grams, int length) {
    for (int i = 0; i + length <= text.length(); i++) {
      if (grams.contains(text.substring(i, i + length))) {
        return Optional.of(
            text.substring(Math.max(0, i - 60), Math.min(text.length(), i + length + 40)));
      }
    }
    return Optional.empty();
  }
}
