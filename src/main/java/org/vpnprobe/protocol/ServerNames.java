package org.vpnprobe.protocol;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server name in settings that have a key {@code sni}: read and replaced for all protocols
 * alike, so that experiments with names need nothing of a protocol.
 */
final class ServerNames {
  private static final String KEY = "sni";

  /**
   * Nobody has a certificate for it (RFC 6761 section 6.4). A server that answers to another name
   * may be another one with a good certificate for that name, such as a content network's: the
   * handshake ends where the certificate is judged, before anything secret leaves.
   */
  static final String NOBODY = "nobody.invalid";

  private ServerNames() {}

  /** The name that is sent: the key's, else the host; empty without TLS and for an address. */
  static Optional<String> shown(Settings settings, String host) {
    if (RecordKeys.component(settings, KEY) == null || isPlain(settings)) {
      return Optional.empty();
    }
    Object sni = RecordKeys.value(settings, KEY);
    return shown(sni == null ? host : sni.toString());
  }

  /** An IP literal is not sent as a server name (RFC 6066 section 3). */
  static Optional<String> shown(String name) {
    boolean address = name.indexOf(':') >= 0 || name.matches("[0-9.]*");
    return address ? Optional.empty() : Optional.of(name);
  }

  /** The same settings with another name, and no certificate that could be the right one. */
  static Optional<Settings> with(Settings settings, String name) {
    RecordComponent sni = RecordKeys.component(settings, KEY);
    boolean judged = RecordKeys.component(settings, "verifyName") != null;
    if (sni == null || sni.getType() != String.class || !judged || isPlain(settings)) {
      return Optional.empty();
    }
    RecordComponent[] components = settings.getClass().getRecordComponents();
    @Nullable Object[] values =
        Arrays.stream(components)
            .map(each ->
                switch (each.getName()) {
                  case KEY -> name;
                  case "verifyName" -> NOBODY;
                  case "pin" -> null;
                  default -> RecordKeys.value(settings, each.getName());
                })
            .toArray();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = settings.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return Optional.of((Settings) constructor.newInstance(values));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("every record has this constructor", e);
    }
  }

  /** Where TLS is a choice, it was not made. */
  private static boolean isPlain(Settings settings) {
    if (RecordKeys.component(settings, "tls") != null
        && !Boolean.TRUE.equals(RecordKeys.value(settings, "tls"))) {
      return true;
    }
    Object transport =
        RecordKeys.component(settings, "transport") == null
            ? null
            : RecordKeys.value(settings, "transport");
    String word = transport == null ? "" : transport.toString().toLowerCase(Locale.ROOT);
    return word.equals("udp") || word.equals("tcp");
  }
}
