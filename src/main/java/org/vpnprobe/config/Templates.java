package org.vpnprobe.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.protocol.Protocol;

/**
 * Multiplies servers by protocols by ports. What comes out is read like endpoints that were written
 * one by one; its nodes keep their places, so that every problem points into the template.
 */
final class Templates {
  private static final List<String> PLACEHOLDERS = List.of("server", "protocol", "port");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");

  private static final Set<String> ONLY_IN_PROTOCOLS = Set.of("protocol", "as", "ports");
  private static final Set<String> COMMON =
      Set.of("family", "depth", "deadline", "tags", "expect", "never_probe_from");

  private final Binder binder;
  private final Options options;
  private final Shape.Keys templateShape;
  private final Shape.Keys serverShape;
  private final Shape.Keys protocolShape;

  Templates(Binder binder, Shapes shapes, Options options) {
    this.binder = binder;
    this.options = options;
    this.templateShape = shapes.record(EndpointKeys.Template.class);
    this.serverShape = shapes.record(EndpointKeys.TemplateServer.class);
    this.protocolShape = shapes.record(EndpointKeys.TemplateProtocol.class);
  }

  /**
   * @param own the settings that this server has for one protocol, by the protocol's label
   */
  private record Server(
      String name, Yaml.Scalar address, Yaml.Mapping all, Map<String, Yaml.Mapping> own) {}

  private record Variant(
      Yaml.Scalar protocol, String label, List<Integer> ports, Yaml.Mapping all) {}

  /**
   * @param most how many endpoints it may make
   * @return nodes like those of {@code endpoints:}; empty after a problem was added
   */
  List<Yaml> expand(Yaml node, int most, Problems problems) {
    Problems own = new Problems();
    EndpointKeys.Template keys =
        binder.record(node, templateShape, EndpointKeys.Template.class, "templates", Set.of(), own);
    if (keys == null || !(node instanceof Yaml.Mapping template)) {
      problems.addAll(own);
      return List.of();
    }
    checkPattern(keys.name(), own);
    List<Variant> variants = keys.protocols().stream().flatMap(v -> variant(v, own)).toList();
    Set<String> labels = new LinkedHashSet<>();
    for (Variant variant : variants) {
      if (!labels.add(variant.label)) {
        own.add(
            variant.all.at(),
            variant.label,
            "this protocol stands here twice; expected as: with another name");
      }
    }
    long count = keys.servers().size() * variants.stream().mapToLong(v -> v.ports.size()).sum();
    if (count > most) {
      own.add(
          keys.name().at(), "templates", "more than " + ProbeFile.MOST_ENDPOINTS + " endpoints");
      problems.addAll(own);
      return List.of();
    }
    List<Server> servers = keys.servers().stream().flatMap(s -> server(s, labels, own)).toList();
    problems.addAll(own);
    return own.isEmpty() ? endpoints(keys.name(), template, servers, variants) : List.of();
  }

  private static void checkPattern(Name pattern, Problems problems) {
    Matcher matcher = PLACEHOLDER.matcher(pattern.text());
    while (matcher.find()) {
      if (!PLACEHOLDERS.contains(matcher.group(1))) {
        problems.unknown(
            pattern.at(), matcher.group(1), "unknown placeholder of a name", PLACEHOLDERS);
      }
    }
  }

  private Stream<Variant> variant(Yaml node, Problems problems) {
    Set<String> settings = new LinkedHashSet<>();
    if (node instanceof Yaml.Mapping mapping) {
      // What is no key of a template is a setting: read when the endpoint is.
      mapping.entries().forEach(entry -> settings.add(entry.key().text()));
    }
    EndpointKeys.TemplateProtocol keys =
        binder.record(
            node,
            protocolShape,
            EndpointKeys.TemplateProtocol.class,
            "protocols",
            settings,
            problems);
    if (keys == null
        || !(node instanceof Yaml.Mapping mapping)
        || !(mapping.get("protocol") instanceof Yaml.Scalar name)) {
      return Stream.empty();
    }
    Protocol<?> protocol = options.protocols().apply(keys.protocol().text()).orElse(null);
    if (protocol == null) {
      problems.unknown(
          keys.protocol().at(),
          keys.protocol().text(),
          "unknown protocol",
          options.protocolNames());
      return Stream.empty();
    }
    String label = keys.as() == null ? protocol.name() : keys.as().text();
    return Stream.of(new Variant(name, label, ports(keys, protocol, problems), mapping));
  }

  private static List<Integer> ports(
      EndpointKeys.TemplateProtocol keys, Protocol<?> protocol, Problems problems) {
    if (keys.ports() == null) {
      if (protocol.defaultPort() == 0) {
        problems.add(
            keys.protocol().at(),
            "ports",
            protocol.name() + " has no port of its own; expected ports: [443]");
      }
      return List.of(protocol.defaultPort());
    }
    Set<Integer> ports = new LinkedHashSet<>();
    for (Located<Integer> port : keys.ports()) {
      if (port.value() < 1 || port.value() > 65535) {
        problems.add(port.at(), port.written(), "expected a port from 1 to 65535");
      } else if (!ports.add(port.value())) {
        problems.add(port.at(), port.written(), "this port stands here twice");
      }
    }
    return List.copyOf(ports);
  }

  private Stream<Server> server(Named<Yaml> entry, Set<String> labels, Problems problems) {
    Map<String, Yaml.Mapping> own = new LinkedHashMap<>();
    if (entry.value() instanceof Yaml.Scalar host) {
      Yaml.Mapping all = new Yaml.Mapping(host.at(), List.of(), List.of(), 1);
      return host(host, problems).map(address -> new Server(entry.name(), address, all, own));
    }
    EndpointKeys.TemplateServer keys =
        binder.record(
            entry.value(),
            serverShape,
            EndpointKeys.TemplateServer.class,
            entry.name(),
            labels,
            problems);
    if (keys == null
        || !(entry.value() instanceof Yaml.Mapping all)
        || !(all.get("address") instanceof Yaml.Scalar host)) {
      return Stream.empty();
    }
    for (String label : labels) {
      if (all.get(label) instanceof Yaml.Mapping settings) {
        own.put(label, settings);
      } else if (all.get(label) != null) {
        problems.add(entry.at(), label, "expected a mapping with settings of this protocol");
      }
    }
    return host(host, problems).map(address -> new Server(entry.name(), address, all, own));
  }

  /** A host without a port, in the form that a port can be put behind. */
  private static Stream<Yaml.Scalar> host(Yaml.Scalar host, Problems problems) {
    if (host.text().contains("${")) {
      return Stream.of(host);
    }
    try {
      HostPort address = HostPort.of(host.text());
      if (address.port() == 0) {
        return Stream.of(new Yaml.Scalar(host.at(), address.toString(), false));
      }
      problems.add(
          host.at(),
          host.text(),
          "a server of a template has no port; ports: stands at its protocols");
    } catch (InvalidSetting e) {
      problems.add(host.at(), host.text(), String.valueOf(e.getMessage()));
    }
    return Stream.empty();
  }

  private static List<Yaml> endpoints(
      Name pattern, Yaml.Mapping template, List<Server> servers, List<Variant> variants) {
    List<Yaml> endpoints = new ArrayList<>();
    for (Server server : servers) {
      for (Variant variant : variants) {
        List<Yaml.Entry> shared = shared(template, server, variant);
        for (int port : variant.ports) {
          String name =
              pattern
                  .text()
                  .replace("{server}", server.name)
                  .replace("{protocol}", variant.label)
                  .replace("{port}", Integer.toString(port));
          List<Yaml.Entry> entries = new ArrayList<>();
          entries.add(entry(pattern.at(), "name", name));
          entries.add(entry(variant.protocol.at(), "protocol", variant.protocol.text()));
          entries.add(entry(server.address.at(), "address", server.address.text() + ":" + port));
          entries.addAll(shared);
          endpoints.add(new Yaml.Mapping(variant.all.at(), entries, List.of(), entries.size()));
        }
      }
    }
    return endpoints;
  }

  /** What the endpoints of one server and protocol have in common; the nearer word wins. */
  private static List<Yaml.Entry> shared(Yaml.Mapping template, Server server, Variant variant) {
    Map<String, Yaml.Entry> entries = new LinkedHashMap<>();
    Yaml.Mapping own = server.own.get(variant.label);
    if (own != null) {
      own.entries().forEach(entry -> entries.putIfAbsent(entry.key().text(), entry));
    }
    add(server.all, entries, COMMON::contains);
    add(variant.all, entries, key -> !ONLY_IN_PROTOCOLS.contains(key));
    add(template, entries, COMMON::contains);
    Yaml.Items tags = tags(Stream.of(template, variant.all, server.all));
    if (tags != null) {
      entries.put("tags", new Yaml.Entry(new Yaml.Scalar(tags.at(), "tags", true), tags));
    }
    return List.copyOf(entries.values());
  }

  private static void add(
      Yaml.Mapping from, Map<String, Yaml.Entry> into, Predicate<String> wanted) {
    for (Yaml.Entry entry : from.entries()) {
      if (wanted.test(entry.key().text())) {
        into.putIfAbsent(entry.key().text(), entry);
      }
    }
  }

  /** Tags add up instead of replacing each other. */
  private static Yaml.@Nullable Items tags(Stream<Yaml.Mapping> from) {
    List<Yaml> all = new ArrayList<>();
    List<SourceMark> places = new ArrayList<>();
    from.forEach(mapping -> {
      if (mapping.get("tags") instanceof Yaml.Items tags) {
        all.addAll(tags.items());
        places.add(tags.at());
      }
    });
    return places.isEmpty() ? null : new Yaml.Items(places.getFirst(), all, all.size());
  }

  private static Yaml.Entry entry(SourceMark at, String key, String value) {
    return new Yaml.Entry(new Yaml.Scalar(at, key, true), new Yaml.Scalar(at, value, false));
  }
}
