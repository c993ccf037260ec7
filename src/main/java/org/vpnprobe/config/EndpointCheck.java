package org.vpnprobe.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.vpnprobe.protocol.Protocol;

/**
 * Reads endpoints that stand in no file yet exactly as those of a file are read, so that whatever
 * passes here can be loaded later.
 */
public final class EndpointCheck {
  private static final FileKeys NOTHING =
      new FileKeys(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null);

  private final Shapes shapes = new Shapes();
  private final Map<String, Optional<Shape.Keys>> known = new HashMap<>();
  private final Function<String, Optional<Protocol<?>>> protocols;
  private final EndpointReader reader;

  /**
   * @param options which protocols there are; nothing else of it is used
   */
  public EndpointCheck(Options options) {
    this.protocols = options.protocols();
    Options bare =
        Options.of(options.toolVersion(), options.now(), options.runId())
            .withProtocols(options.protocolNames(), protocols);
    Frame frame = new Frame(NOTHING, List.of(), Set.of(), Map.of(), Set.of(), List.of());
    // Nothing is interpolated: a reference in what comes from elsewhere is taken literally.
    Binder binder = new Binder(new Interpolation(Path.of(""), bare), new Warnings());
    this.reader = new EndpointReader(binder, shapes, bare, frame);
  }

  /** What is wrong with an endpoint; empty when it can be probed. */
  public List<Problem> problems(Yaml.Mapping endpoint) {
    Problems problems = new Problems();
    reader.read(endpoint, problems);
    return problems.list();
  }

  /** The settings of a protocol that must not be shown; none for an unknown protocol. */
  public Set<String> secrets(String protocol) {
    return shape(protocol)
        .map(shape ->
            shape.keys().stream()
                .filter(key -> key.shape() instanceof Shape.Hidden)
                .map(Shape.Key::name)
                .collect(Collectors.toUnmodifiableSet()))
        .orElse(Set.of());
  }

  /** True when the protocol cannot do without this setting. */
  public boolean needs(String protocol, String setting) {
    return shape(protocol).stream()
        .flatMap(shape -> shape.keys().stream())
        .anyMatch(key -> key.name().equals(setting) && !key.optional());
  }

  /** The settings of a protocol in the order of its reference; none for an unknown protocol. */
  public List<String> settings(String protocol) {
    return shape(protocol).map(Shape.Keys::names).orElse(List.of());
  }

  private Optional<Shape.Keys> shape(String protocol) {
    return known.computeIfAbsent(
        protocol, name -> protocols.apply(name).map(p -> shapes.record(p.settings())));
  }
}
