package org.vpnprobe.protocol;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keys that settings of several protocols share, read by their names. */
final class RecordKeys {
  private RecordKeys() {}

  /** What a proxy leads to, empty for what is no proxy. */
  static Optional<Target> target(Settings settings) {
    return value(settings, "target") instanceof Target target
        ? Optional.of(target)
        : Optional.empty();
  }

  /** The component of this name, null when there is none. */
  static @Nullable RecordComponent component(Settings settings, String name) {
    RecordComponent[] components = settings.getClass().getRecordComponents();
    return components == null
        ? null
        : Arrays.stream(components).filter(c -> c.getName().equals(name)).findFirst().orElse(null);
  }

  /** Its value, null when there is none. */
  static @Nullable Object value(Settings settings, String name) {
    RecordComponent component = component(settings, name);
    if (component == null) {
      return null;
    }
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(settings);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("an accessor of a record fails only by itself", e);
    }
  }
}
