package org.vpnprobe.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Settings;

/** Which secrets an endpoint has; never what they are. */
final class SecretSettings {
  private SecretSettings() {}

  /**
   * {@code private_key set}, {@code private_key set from NAME}; when the endpoint cannot be judged
   * without a key also {@code private_key not set}.
   */
  static List<String> of(BoundEndpoint endpoint, boolean keysMissing) {
    List<String> secrets = new ArrayList<>();
    for (RecordComponent component : endpoint.protocol().settings().getRecordComponents()) {
      if (component.getType() != Secret.class) {
        continue;
      }
      List<String> own =
          endpoint.perVantage().entrySet().stream()
              .filter(entry -> isSet(component, entry.getValue()))
              .map(Map.Entry::getKey)
              .sorted()
              .toList();
      String key = Shapes.key(component.getName());
      if (isSet(component, endpoint.settings())) {
        secrets.add(key + " set");
      } else if (!own.isEmpty()) {
        secrets.add(key + " set from " + String.join(" ", own));
      } else if (keysMissing) {
        secrets.add(key + " not set");
      }
    }
    return secrets.isEmpty() ? List.of("no secrets") : secrets;
  }

  private static boolean isSet(RecordComponent component, Settings settings) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(settings) != null;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("every record has this accessor", e);
    }
  }
}
