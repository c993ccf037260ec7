package org.vpnprobe.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Settings;

/** Reads one endpoint: the keys that all have, and the settings of its protocol. */
final class EndpointReader {
  private final Binder binder;
  private final Shapes shapes;
  private final Options options;
  private final Frame frame;
  private final Shape.Keys common;

  EndpointReader(Binder binder, Shapes shapes, Options options, Frame frame) {
    this.binder = binder;
    this.shapes = shapes;
    this.options = options;
    this.frame = frame;
    this.common = shapes.record(EndpointKeys.Endpoint.class);
  }

  /** An endpoint that can be probed, and what the plan says about it. */
  record Entry(
      BoundEndpoint bound,
      EndpointFacts facts,
      Set<Family> families,
      Expected expected,
      Set<String> neverFrom) {}

  /**
   * @return empty after problems were added
   */
  Optional<Entry> read(Yaml node, Problems problems) {
    if (!(node instanceof Yaml.Mapping mapping)) {
      problems.add(
          node.at(), "endpoints", "expected " + common.expected() + ", found " + node.kind());
      return Optional.empty();
    }
    Protocol<?> protocol = protocol(mapping);
    if (protocol == null) {
      Set<String> anything = new HashSet<>();
      mapping.entries().forEach(entry -> anything.add(entry.key().text()));
      common(mapping, anything, problems);
      return Optional.empty();
    }
    Shape.Keys shape = shapes.record(protocol.settings());
    EndpointKeys.Endpoint keys = common(mapping, Set.copyOf(shape.names()), problems);
    Yaml.Mapping rest = without(mapping, common.names());
    Set<String> besides = new TreeSet<>(common.names());
    Map<String, Settings> perVantage =
        keys == null ? Map.of() : perVantage(keys, rest, protocol, shape, problems);
    Problems own = new Problems();
    Settings settings = settings(rest, protocol, shape, besides, own);
    if (settings == null && everywhere(perVantage)) {
      settings = perVantage.values().iterator().next();
    } else {
      problems.addAll(own);
    }
    return keys == null || settings == null || !problems.isEmpty()
        ? Optional.empty()
        : entry(keys, protocol, settings, perVantage, problems);
  }

  private EndpointKeys.@Nullable Endpoint common(
      Yaml.Mapping mapping, Set<String> besides, Problems problems) {
    EndpointKeys.Endpoint keys =
        binder.record(mapping, common, EndpointKeys.Endpoint.class, "endpoints", besides, problems);
    if (keys == null) {
      return null;
    }
    Frame.checkName(keys.name().at(), keys.name().text(), problems);
    if (options.protocols().apply(keys.protocol().text()).isEmpty()) {
      problems.unknown(
          keys.protocol().at(),
          keys.protocol().text(),
          "unknown protocol",
          options.protocolNames());
    }
    checkVantages(keys, problems);
    return keys;
  }

  private void checkVantages(EndpointKeys.Endpoint keys, Problems problems) {
    Set<String> known = frame.nameable();
    Stream.of(
            expected(keys).perVantage().stream()
                .filter(entry -> !entry.name().equals(Expected.OTHERS))
                .map(entry -> new Name(entry.at(), entry.name())),
            or(keys.neverProbeFrom()).stream(),
            or(keys.perVantage()).stream().map(entry -> new Name(entry.at(), entry.name())))
        .flatMap(names -> names)
        .filter(name -> !known.contains(name.text()))
        .forEach(name ->
            problems.unknown(name.at(), name.text(), "no carrier or control has this name", known));
  }

  private @Nullable Protocol<?> protocol(Yaml.Mapping mapping) {
    return mapping.get("protocol") instanceof Yaml.Scalar name
        ? options.protocols().apply(name.text()).orElse(null)
        : null;
  }

  private @Nullable Settings settings(
      Yaml.Mapping mapping,
      Protocol<?> protocol,
      Shape.Keys shape,
      Set<String> besides,
      Problems problems) {
    return binder.record(mapping, shape, protocol.settings(), protocol.name(), besides, problems);
  }

  private Map<String, Settings> perVantage(
      EndpointKeys.Endpoint keys,
      Yaml.Mapping base,
      Protocol<?> protocol,
      Shape.Keys shape,
      Problems problems) {
    Map<String, Settings> perVantage = new LinkedHashMap<>();
    for (Named<Yaml> entry : or(keys.perVantage())) {
      if (!(entry.value() instanceof Yaml.Mapping own)) {
        problems.add(entry.at(), entry.name(), "expected " + shape.expected());
        continue;
      }
      Settings settings = settings(over(base, own), protocol, shape, Set.of(), problems);
      if (settings != null) {
        perVantage.put(entry.name(), settings);
      }
    }
    return perVantage;
  }

  /** True when every vantage has settings of its own, so that the shared ones are never used. */
  private boolean everywhere(Map<String, Settings> perVantage) {
    return !perVantage.isEmpty() && perVantage.keySet().containsAll(frame.names());
  }

  private Optional<Entry> entry(
      EndpointKeys.Endpoint keys,
      Protocol<?> protocol,
      Settings settings,
      Map<String, Settings> perVantage,
      Problems problems) {
    HostPort address = address(keys.address(), protocol, problems);
    Set<Family> families = families(keys, address, problems);
    List<Facts> facts = new ArrayList<>();
    try {
      for (Settings each : used(settings, perVantage)) {
        facts.add(facts(protocol, each));
      }
    } catch (InvalidSetting e) {
      problems.add(keys.name().at(), keys.name().text(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      InvalidSetting said = Scalars.unexpected(e);
      problems.add(keys.name().at(), keys.name().text(), String.valueOf(said.getMessage()));
    }
    if (!problems.isEmpty()) {
      return Optional.empty();
    }
    Set<String> neverFrom = new HashSet<>();
    or(keys.neverProbeFrom()).forEach(name -> neverFrom.add(name.text()));
    return Optional.of(
        new Entry(
            new BoundEndpoint(keys.name().text(), protocol, address, settings, renamed(perVantage)),
            endpointFacts(keys, protocol, address, facts, settings),
            families,
            expected(keys),
            neverFrom));
  }

  /** Settings for auto are those of the carrier it turned out to be in. */
  private Map<String, Settings> renamed(Map<String, Settings> perVantage) {
    Map<String, Settings> renamed = new LinkedHashMap<>(perVantage);
    frame
        .found()
        .forEach((written, name) -> {
          Settings own = renamed.remove(written);
          if (own != null) {
            renamed.putIfAbsent(name, own);
          }
        });
    return renamed;
  }

  /** The settings that some vantage really uses. */
  private List<Settings> used(Settings settings, Map<String, Settings> perVantage) {
    return everywhere(perVantage)
        ? List.copyOf(perVantage.values())
        : Stream.concat(Stream.of(settings), perVantage.values().stream()).toList();
  }

  private static <S extends Settings> Facts facts(Protocol<S> protocol, Settings settings) {
    return protocol.facts(Objects.requireNonNull(protocol.settings().cast(settings)));
  }

  /** What holds from every vantage, whatever its own settings. */
  private EndpointFacts endpointFacts(
      EndpointKeys.Endpoint keys,
      Protocol<?> protocol,
      HostPort address,
      List<Facts> facts,
      Settings settings) {
    FileKeys.Defaults defaults = frame.defaults();
    Set<String> exclusive = new TreeSet<>();
    facts.forEach(each -> exclusive.addAll(each.exclusive()));
    Depth ceiling = facts.stream().map(Facts::ceiling).reduce(Depth.TUNNEL, Depth::min);
    return new EndpointFacts(
        keys.name().text(),
        protocol.name(),
        facts.getFirst().transport(),
        address.toString(),
        first(keys.depth(), defaults.depth(), Depth.AUTHENTICATED),
        ceiling,
        facts.stream().anyMatch(Facts::silent),
        facts.stream().anyMatch(Facts::obfuscated),
        facts.stream().anyMatch(Facts::keysMissing),
        facts.stream().anyMatch(Facts::residual),
        facts.stream().map(Facts::deadline).max(Duration::compareTo).orElseThrow(),
        keys.deadline() == null ? defaults.deadline() : keys.deadline(),
        List.copyOf(exclusive),
        or(keys.tags()).stream().map(Name::text).toList(),
        keys.name().at(),
        settings.serverName(address.host()).orElse(null),
        settings.carriesData(ceiling));
  }

  private static HostPort address(
      Located<HostPort> written, Protocol<?> protocol, Problems problems) {
    HostPort address = written.value();
    if (address.port() != 0) {
      return address;
    }
    if (protocol.defaultPort() == 0) {
      problems.add(
          written.at(), "address", protocol.name() + " has no port of its own; expected host:port");
      return address;
    }
    return new HostPort(address.host(), protocol.defaultPort());
  }

  private Set<Family> families(EndpointKeys.Endpoint keys, HostPort address, Problems problems) {
    Located<EndpointKeys.Families> own = keys.family();
    EndpointKeys.Families byDefault = frame.defaults().family();
    Optional<InetAddress> literal = literal(address.host());
    if (literal.isPresent()) {
      Family family = literal.get() instanceof Inet6Address ? Family.IP6 : Family.IP4;
      if (own != null && !Shapes.word(own.value()).equals(family.id())) {
        problems.add(
            own.at(),
            Shapes.word(own.value()),
            "the address is an IP address; expected " + family.id() + " or nothing");
      }
      return EnumSet.of(family);
    }
    return switch (first(own == null ? null : own.value(), byDefault, EndpointKeys.Families.IP4)) {
      case IP4 -> EnumSet.of(Family.IP4);
      case IP6 -> EnumSet.of(Family.IP6);
      case BOTH -> EnumSet.allOf(Family.class);
    };
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Expected expected(EndpointKeys.Endpoint keys) {
    Expected byDefault = frame.defaults().expect();
    return first(keys.expect(), byDefault, new Expected(List.of()));
  }

  private static Yaml.Mapping without(Yaml.Mapping mapping, List<String> names) {
    return new Yaml.Mapping(
        mapping.at(),
        mapping.entries().stream().filter(e -> !names.contains(e.key().text())).toList(),
        // The common keys' reader has complained about all of them.
        List.of(),
        mapping.size());
  }

  private static Yaml.Mapping over(Yaml.Mapping base, Yaml.Mapping own) {
    List<Yaml.Entry> entries = new ArrayList<>(own.entries());
    base.entries().stream()
        .filter(entry -> own.key(entry.key().text()) == null)
        .forEach(entries::add);
    return new Yaml.Mapping(own.at(), entries, own.duplicates(), base.size() + own.size());
  }

  private static <T> T first(@Nullable T one, @Nullable T two, T otherwise) {
    return one != null ? one : two != null ? two : otherwise;
  }

  private static <T> List<T> or(@Nullable List<T> list) {
    return Objects.requireNonNullElse(list, List.of());
  }
}
