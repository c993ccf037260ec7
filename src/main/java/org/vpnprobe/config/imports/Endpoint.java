package org.vpnprobe.config.imports;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.model.SourceMark;

/**
 * An imported endpoint: an {@link Entry} with its final name and its places.
 *
 * @param settings as in {@link Entry}: taken literally
 * @param places where settings stand that do not begin where the endpoint does
 */
public record Endpoint(
    SourceMark at,
    String name,
    String protocol,
    String address,
    List<String> tags,
    Map<String, Object> settings,
    Map<String, SourceMark> places,
    List<String> notes) {

  public Endpoint {
    tags = List.copyOf(tags);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    places = Map.copyOf(places);
    notes = List.copyOf(notes);
  }

  /** As if it stood in probes.yaml. What would be a reference there is escaped. */
  public Yaml.Mapping node() {
    List<Yaml.Entry> entries = new ArrayList<>();
    entries.add(entry(at, "name", name));
    entries.add(entry(at, "protocol", protocol));
    entries.add(entry(at, "address", literal(address)));
    if (!tags.isEmpty()) {
      entries.add(entry(at, "tags", tags));
    }
    settings.forEach(
        (key, value) -> entries.add(entry(places.getOrDefault(key, at), key, literal(value))));
    return mapping(at, entries);
  }

  /** A value in which nothing is a reference. */
  static Object literal(Object value) {
    return switch (value) {
      case String text -> text.replace("${", "$${");
      case List<?> items -> items.stream().map(Endpoint::literal).toList();
      case Map<?, ?> map -> {
        Map<String, Object> literal = new LinkedHashMap<>();
        map.forEach((key, each) -> literal.put(String.valueOf(key), literal(each)));
        yield literal;
      }
      default -> value;
    };
  }

  private static Yaml.Entry entry(SourceMark at, String key, Object value) {
    return new Yaml.Entry(new Yaml.Scalar(at, key, true), yaml(at, value));
  }

  private static Yaml yaml(SourceMark at, Object value) {
    return switch (value) {
      case List<?> items -> {
        List<Yaml> nodes = items.stream().map(item -> yaml(at, item)).toList();
        yield new Yaml.Items(at, nodes, 1 + nodes.stream().mapToInt(Yaml::size).sum());
      }
      case Map<?, ?> map ->
          mapping(
              at,
              map.entrySet().stream()
                  .map(e -> entry(at, String.valueOf(e.getKey()), e.getValue()))
                  .toList());
      default -> new Yaml.Scalar(at, String.valueOf(value), !(value instanceof String));
    };
  }

  private static Yaml.Mapping mapping(SourceMark at, List<Yaml.Entry> entries) {
    int size = 1 + entries.stream().mapToInt(e -> 1 + e.value().size()).sum();
    return new Yaml.Mapping(at, entries, List.of(), size);
  }
}
