package org.vpnprobe.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Protocol;

/**
 * The first entry of {@code endpoints:}, after the protocol's own example. What was not given
 * stands there as a comment with the example's value.
 *
 * @param settings what was given, as the user wrote it; secrets by reference
 */
public record FirstEndpoint(
    Protocol<?> protocol, String name, String address, Map<String, String> settings) {

  private static final String INDENT = "    ";

  /** Keys of the example that every entry has, or that are for those who have the first ones. */
  private static final Set<String> NOT_ASKED = Set.of("name", "protocol", "address", "depth");

  private static final String LATER =
      """
          # tags: [office]         # words to select by: vpnprobe run --only office
          # expect: blocked        # decides the exit code; without it: reachable
      """;

  public FirstEndpoint {
    settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * A setting to ask for.
   *
   * @param required the entry is refused without it
   * @param secret never shown; its value belongs into a file of its own
   * @param file its value is the content of a file, such as a certificate
   * @param example its value in the protocol's example
   * @param description what it means, possibly empty
   */
  public record Asked(
      String key,
      boolean required,
      boolean secret,
      boolean file,
      String example,
      String description) {}

  /** What to ask for: the settings in the protocol's example, and those it cannot be without. */
  public static List<Asked> asked(Protocol<?> protocol) {
    Map<String, String> example = example(protocol);
    List<Asked> asked = new ArrayList<>();
    List<SettingsReference.Key> keys = SettingsReference.of(protocol);
    for (Map.Entry<String, String> line : example.entrySet()) {
      if (!NOT_ASKED.contains(line.getKey())) {
        keys.stream()
            .filter(key -> key.name().equals(line.getKey()))
            .forEach(key -> asked.add(asked(protocol, key, line.getValue())));
      }
    }
    keys.stream()
        .filter(key -> key.required() && !example.containsKey(key.name()))
        .forEach(key -> asked.add(asked(protocol, key, "")));
    return asked;
  }

  private static Asked asked(Protocol<?> protocol, SettingsReference.Key key, String example) {
    boolean secret =
        Arrays.stream(protocol.settings().getRecordComponents())
            .filter(each -> Shapes.key(each.getName()).equals(key.name()))
            .map(RecordComponent::getType)
            .anyMatch(type -> type == Secret.class);
    return new Asked(
        key.name(),
        key.required(),
        secret,
        example.startsWith("${file:"),
        example,
        key.description());
  }

  /** The example's keys and values, in its order; what spans lines comes as a flow. */
  private static Map<String, String> example(Protocol<?> protocol) {
    Map<String, String> found = new LinkedHashMap<>();
    try {
      if (YamlReader.read(protocol.name(), protocol.about().example()) instanceof Yaml.Items list
          && list.items().getFirst() instanceof Yaml.Mapping entry) {
        entry.entries().forEach(each -> found.put(each.key().text(), flow(each.value())));
      }
      return found;
    } catch (InvalidFile e) {
      throw new IllegalStateException("the example of " + protocol.name() + " is no YAML", e);
    }
  }

  private static String flow(Yaml node) {
    return switch (node) {
      case Yaml.Scalar scalar -> scalar.text();
      case Yaml.Items items ->
          "[" + joined(items.items().stream().map(FirstEndpoint::inFlow)) + "]";
      case Yaml.Mapping mapping ->
          "{"
              + joined(
                  mapping.entries().stream()
                      .map(each -> each.key().text() + ": " + inFlow(each.value())))
              + "}";
    };
  }

  private static String inFlow(Yaml node) {
    return node instanceof Yaml.Scalar scalar ? FirstFile.scalar(scalar.text()) : flow(node);
  }

  private static String joined(Stream<String> parts) {
    return parts.collect(Collectors.joining(", "));
  }

  /** The entry as an item of the list of endpoints. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("  - name: ").append(FirstFile.scalar(name)).append('\n');
    line(text, "protocol", protocol.name());
    line(text, "address", address);
    settings.forEach((key, value) -> line(text, key, value));
    for (Asked each : asked(protocol)) {
      if (!settings.containsKey(each.key())) {
        text.append(INDENT).append("# ").append(each.key()).append(": ");
        text.append(FirstFile.scalar(each.example()));
        text.append(each.description().isEmpty() ? "" : "   # " + each.description()).append('\n');
      }
    }
    return text.append(LATER).toString();
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(INDENT).append(key).append(": ").append(FirstFile.scalar(value)).append('\n');
  }
}
