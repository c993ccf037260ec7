package org.vpnprobe.config;

import java.util.List;
import org.vpnprobe.protocol.Protocol;

/**
 * The keys of a protocol's settings for a person to read, made from the same {@link Shape}s that
 * bind the file and print the schema.
 */
public final class SettingsReference {
  /**
   * One key.
   *
   * @param type what its value has to look like, such as {@code a text}
   * @param description what it means, possibly empty
   */
  public record Key(String name, String type, boolean required, String description) {}

  private SettingsReference() {}

  /** The keys in the order of the record; none where there is nothing to set. */
  public static List<Key> of(Protocol<?> protocol) {
    return new Shapes()
        .record(protocol.settings()).keys().stream()
            .map(key -> new Key(key.name(), type(key.shape()), !key.optional(), key.description()))
            .toList();
  }

  /**
   * What has a text form is written as a text by hand; the mapping is for what {@code of} reads.
   */
  private static String type(Shape shape) {
    return switch (shape) {
      case Shape.Keys keys when keys.text() != null -> keys.text().expected();
      default -> shape.expected();
    };
  }
}
