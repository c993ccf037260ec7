package org.vpnprobe.config.imports.ike;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Packed;
import org.vpnprobe.config.imports.ike.SwanSections.Section;
import org.vpnprobe.config.imports.ike.SwanSections.Value;

/** The secrets of a swanctl.conf, put in order once for all of its connections. */
final class SwanSecrets {
  private static final List<String> SHARED = List.of("ike");
  private static final List<String> LOGINS = List.of("eap", "xauth", "ntlm");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x(?:[0-9a-fA-F]{2})++");
  private static final List<String> KEYS = List.of("private", "rsa", "ecdsa", "pkcs8");

  private final Kind shared;
  private final Kind logins;
  private final @Nullable Section key;

  /**
   * @param secrets the section of all of them
   */
  SwanSecrets(Section secrets) {
    this.shared = new Kind(secrets, SHARED);
    this.logins = new Kind(secrets, LOGINS);
    this.key =
        secrets.sections().values().stream()
            .filter(secret -> begins(secret, KEYS))
            .filter(secret -> secret.values().get("file") != null)
            .filter(secret -> secret.values().get("secret") == null)
            .findFirst()
            .orElse(null);
  }

  private static boolean begins(Section secret, List<String> kinds) {
    return kinds.stream().anyMatch(secret.name()::startsWith);
  }

  /**
   * A secret.
   *
   * @param id whose it is, null when it is for anybody
   */
  record Secret(Section section, int place, @Nullable String id) {
    /** Its text, null when it has none. */
    @Nullable Value value() {
      return section.values().get("secret");
    }
  }

  /** The secrets whose names begin alike. */
  private static final class Kind {
    private final Map<String, Secret> byIdentity = new HashMap<>();
    private @Nullable Secret last;
    private @Nullable Secret anybody;

    Kind(Section secrets, List<String> kinds) {
      int place = 0;
      for (Section section : secrets.sections().values()) {
        if (begins(section, kinds)) {
          List<String> ids =
              section.values().entrySet().stream()
                  .filter(entry -> entry.getKey().startsWith("id"))
                  .map(entry -> entry.getValue().text())
                  .toList();
          Secret secret = new Secret(section, place++, ids.isEmpty() ? null : ids.getFirst());
          ids.forEach(id -> byIdentity.putIfAbsent(id, secret));
          last = secret;
          anybody = ids.isEmpty() ? secret : anybody;
        }
      }
    }

    /** The first for one of these identities, else the one that is for anybody. */
    @Nullable Secret of(List<String> identities) {
      Secret first = null;
      for (String identity : identities) {
        Secret secret = byIdentity.get(identity);
        boolean earlier = secret != null && (first == null || secret.place < first.place);
        first = earlier ? secret : first;
      }
      return first != null ? first : identities.isEmpty() ? last : anybody;
    }
  }

  /** What two sides share, one of whom is called like this; null when it is not here. */
  @Nullable Secret shared(List<String> identities) {
    return shared.of(identities);
  }

  /**
   * Somebody's password, or the last of all when it is not known whose; null when there is none.
   */
  @Nullable Secret login(@Nullable String name) {
    return logins.of(name == null ? List.of() : List.of(name));
  }

  /** A key's file that needs no password, and the section that names it; null without one. */
  @Nullable Section key() {
    return key;
  }

  /** A secret as it stands, or after 0x in hexadecimal, or after 0s in base64. */
  static String text(Value value) throws Unusable {
    String text = value.text();
    Optional<byte[]> bytes;
    if (text.startsWith("0s")) {
      bytes = Packed.base64(text.substring(2));
    } else if (HEXADECIMAL.matcher(text).matches()) {
      bytes = Optional.of(HexFormat.of().parseHex(text.substring(2)));
    } else {
      return text;
    }
    try {
      if (bytes.isPresent()) {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.get())).toString();
      }
    } catch (CharacterCodingException e) {
      // Said below.
    }
    throw new Unusable(value.at(), "secret", "expected a secret that is a text");
  }
}
