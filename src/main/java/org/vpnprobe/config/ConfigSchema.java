package org.vpnprobe.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Schema (draft-07) of probes.yaml, made from the same records that the file is bound to.
 * Editors complete and check with it; {@link ProbeFile} knows more rules than a schema can say.
 */
public final class ConfigSchema {
  /** Values that come from elsewhere are checked when they are there. */
  private static final Map<String, Object> REFERENCE =
      Map.of("type", "string", "pattern", "\\$\\{(env|file|lab):");

  private final Shapes shapes = new Shapes();
  private final Map<String, Protocol<?>> protocols = new LinkedHashMap<>();

  private ConfigSchema(List<String> names, Function<String, Optional<Protocol<?>>> lookup) {
    names.forEach(name -> lookup.apply(name).ifPresent(p -> protocols.put(name, p)));
  }

  /** The schema with every protocol of the registry, as indented JSON. */
  public static String json() {
    return json(Protocols.names(), Protocols::named);
  }

  static String json(List<String> names, Function<String, Optional<Protocol<?>>> lookup) {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    return mapper.writeValueAsString(new ConfigSchema(names, lookup).root());
  }

  private Map<String, Object> root() {
    Map<String, Object> properties = properties(shapes.record(FileKeys.class).keys());
    properties.put("version", Map.of("const", 1, "description", "The only version there is."));
    properties.put("endpoints", list(Map.of("$ref", "#/definitions/endpoint")));
    properties.put("templates", list(template()));
    Shape.Keys imported = shapes.record(EndpointKeys.Import.class);
    properties.put("imports", list(schema(imported)));
    Map<String, Object> definitions = new LinkedHashMap<>();
    definitions.put("endpoint", choice("endpoint_", common(EndpointKeys.Endpoint.class)));
    definitions.put(
        "template_protocol", choice("template_", common(EndpointKeys.TemplateProtocol.class)));
    protocols.forEach((name, protocol) -> {
      definitions.put("settings_" + name, settings(protocol));
      definitions.put("endpoint_" + name, endpoint(protocol, EndpointKeys.Endpoint.class, true));
      definitions.put(
          "template_" + name, endpoint(protocol, EndpointKeys.TemplateProtocol.class, false));
    });
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("$schema", "http://json-schema.org/draft-07/schema#");
    root.put("title", "probes.yaml of vpnprobe");
    root.put("type", "object");
    root.put("required", List.of("version"));
    root.put("anyOf", List.of(required("endpoints"), required("templates"), required("imports")));
    root.put("additionalProperties", false);
    root.put("properties", properties);
    root.put("definitions", definitions);
    return root;
  }

  /** An endpoint is checked against the schema of its protocol. */
  private Map<String, Object> choice(String prefix, List<Shape.Key> common) {
    List<Object> branches = new ArrayList<>();
    for (String name : protocols.keySet()) {
      Map<String, Object> branch = new LinkedHashMap<>();
      branch.put(
          "if",
          Map.of(
              "properties", Map.of("protocol", Map.of("const", name)),
              "required", List.of("protocol")));
      branch.put("then", Map.of("$ref", "#/definitions/" + prefix + name));
      branches.add(branch);
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("required", required(common));
    schema.put("properties", Map.of("protocol", Map.of("enum", protocols.keySet())));
    schema.put("allOf", branches);
    return schema;
  }

  /**
   * @param complete a setting that every endpoint needs has to be here; a template's server may
   *     bring it
   */
  private Map<String, Object> endpoint(Protocol<?> protocol, Class<?> keys, boolean complete) {
    Shape.Keys settings = shapes.record(protocol.settings());
    List<Shape.Key> common = common(keys);
    Map<String, Object> properties = properties(common);
    properties.put("protocol", Map.of("const", protocol.name(), "description", protocol.summary()));
    properties.put("per_vantage", perVantage(protocol));
    properties.putAll(properties(settings.keys()));
    Map<String, Object> schema = object(properties, required(common));
    List<String> needed = required(settings.keys());
    if (complete && !needed.isEmpty()) {
      schema.put("anyOf", List.of(Map.of("required", needed), required("per_vantage")));
    }
    return schema;
  }

  private static Map<String, Object> perVantage(Protocol<?> protocol) {
    return described(
        Map.of(
            "type",
            "object",
            "additionalProperties",
            Map.of("$ref", "#/definitions/settings_" + protocol.name())),
        "Settings that differ from one carrier or control to the other, such as keys.");
  }

  private Map<String, Object> settings(Protocol<?> protocol) {
    return object(properties(shapes.record(protocol.settings()).keys()), List.of());
  }

  private Map<String, Object> template() {
    List<Shape.Key> keys = shapes.record(EndpointKeys.Template.class).keys();
    Map<String, Object> server =
        object(
            properties(shapes.record(EndpointKeys.TemplateServer.class).keys()),
            List.of("address"));
    // Settings of one protocol stand under its label, which the user chooses.
    server.put("additionalProperties", Map.of("type", "object"));
    Map<String, Object> properties = properties(keys);
    properties.put(
        "servers",
        Map.of(
            "type",
            "object",
            "additionalProperties",
            Map.of("anyOf", List.of(Map.of("type", "string"), server))));
    properties.put("protocols", list(Map.of("$ref", "#/definitions/template_protocol")));
    return object(properties, required(keys));
  }

  private List<Shape.Key> common(Class<?> keys) {
    return shapes.record(keys).keys();
  }

  private Map<String, Object> properties(List<Shape.Key> keys) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Shape.Key key : keys) {
      properties.put(key.name(), described(schema(key.shape()), key.description()));
    }
    return properties;
  }

  private Map<String, Object> schema(Shape shape) {
    return switch (shape) {
      // 123 and true are texts, too, where a text is wanted.
      case Shape.Text t -> Map.of("type", List.of("string", "number", "boolean"));
      case Shape.Label l -> Map.of("type", List.of("string", "number"));
      case Shape.Hidden h ->
          described(
              Map.of("type", List.of("string", "number")),
              "Secret: ${env:NAME} or ${file:path} keeps it out of the file.");
      case Shape.Whole w -> orReference(Map.of("type", "integer"));
      case Shape.Fraction f -> orReference(Map.of("type", "number"));
      case Shape.Flag f -> orReference(Map.of("type", "boolean"));
      case Shape.Time t -> orReference(Map.of("type", "string", "pattern", "^\\d{1,9}(ms|s|m|h)$"));
      case Shape.Day d ->
          orReference(Map.of("type", "string", "pattern", "^\\d{4}-\\d{2}-\\d{2}$"));
      case Shape.IpAddress a -> Map.of("type", "string");
      case Shape.Choice choice -> orReference(Map.of("enum", choice.words()));
      case Shape.Parsed p -> Map.of("type", List.of("string", "number"));
      case Shape.Items items -> list(schema(items.item()));
      case Shape.Names names -> names(schema(names.value()));
      case Shape.Placed placed -> schema(placed.value());
      case Shape.Raw r -> Map.of("type", "object");
      case Shape.Expects e -> anyOf(schema(e.word()), names(schema(e.word())));
      case Shape.Keys keys -> {
        Map<String, Object> object = object(properties(keys.keys()), required(keys.keys()));
        yield keys.text() == null ? object : anyOf(schema(keys.text()), object);
      }
    };
  }

  private static Map<String, Object> object(Map<String, Object> properties, List<String> required) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("properties", properties);
    return schema;
  }

  private static List<String> required(Collection<Shape.Key> keys) {
    return keys.stream().filter(key -> !key.optional()).map(Shape.Key::name).toList();
  }

  private static Map<String, Object> required(String key) {
    return Map.of("required", List.of(key));
  }

  private static Map<String, Object> list(Map<String, Object> item) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "array");
    schema.put("items", item);
    return schema;
  }

  private static Map<String, Object> names(Map<String, Object> value) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("additionalProperties", value);
    return schema;
  }

  private static Map<String, Object> orReference(Map<String, Object> schema) {
    return anyOf(schema, REFERENCE);
  }

  private static Map<String, Object> anyOf(Map<String, Object> one, Map<String, Object> other) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("anyOf", List.of(one, other));
    return schema;
  }

  private static Map<String, Object> described(Map<String, Object> schema, String description) {
    Map<String, Object> described = new LinkedHashMap<>();
    if (!description.isEmpty()) {
      described.put("description", description);
    }
    described.putAll(schema);
    return described;
  }
}
