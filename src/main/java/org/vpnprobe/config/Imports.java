package org.vpnprobe.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Brought;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.model.SourceMark;

/** Reads {@code imports:}: the endpoints of a foreign file as if they were written out. */
final class Imports {
  /** What an import says of all its endpoints, in the words of an endpoint. */
  private static final Set<String> COMMON =
      Set.of("family", "depth", "deadline", "expect", "never_probe_from");

  private final Binder binder;
  private final Shapes shapes;
  private final Options options;
  private final Path folder;
  private final Warnings warnings;
  private @Nullable EndpointReader reader;

  Imports(Binder binder, Shapes shapes, Options options, Path folder, Warnings warnings) {
    this.binder = binder;
    this.shapes = shapes;
    this.options = options;
    this.folder = folder;
    this.warnings = warnings;
  }

  /** A file that imports one source and says nothing else. */
  static Yaml alone(String shown, String source, How how) {
    SourceMark at = new SourceMark(shown, 1, 1);
    List<Yaml.Entry> keys = new ArrayList<>();
    keys.add(entry(at, "file", source.replace("${", "$${")));
    how.format().ifPresent(format -> keys.add(entry(at, "as", format)));
    how.target().ifPresent(target -> keys.add(entry(at, "target", target.replace("${", "$${"))));
    Yaml.Mapping one = new Yaml.Mapping(at, keys, List.of(), 1 + 2 * keys.size());
    Yaml.Items list = new Yaml.Items(at, List.of(one), 1 + one.size());
    return new Yaml.Mapping(
        at,
        List.of(
            entry(at, "version", "1"), new Yaml.Entry(new Yaml.Scalar(at, "imports", true), list)),
        List.of(),
        4 + list.size());
  }

  private static Yaml.Entry entry(SourceMark at, String key, String value) {
    return new Yaml.Entry(new Yaml.Scalar(at, key, true), new Yaml.Scalar(at, value, false));
  }

  /**
   * Reads one import.
   *
   * @param taken names that its endpoints cannot have
   * @return nodes like those of {@code endpoints:}; empty after a problem was added
   */
  List<Yaml.Mapping> read(Yaml node, Set<String> taken, Problems problems) {
    Problems own = new Problems();
    EndpointKeys.Import keys =
        binder.record(
            node,
            shapes.record(EndpointKeys.Import.class),
            EndpointKeys.Import.class,
            "imports",
            Set.of(),
            own);
    problems.addAll(own);
    if (keys == null || !own.isEmpty() || !(node instanceof Yaml.Mapping mapping)) {
      return List.of();
    }
    try {
      Brought brought =
          options
              .foreign()
              .read(
                  keys.file().value(),
                  keys.file().written(),
                  folder,
                  how(keys),
                  new HashSet<>(taken));
      brought.rejected().forEach(problem -> problems.add(shown(problem, keys.target())));
      brought.remarks().forEach(warnings::add);
      return brought.endpoints().stream().map(endpoint -> with(endpoint, mapping)).toList();
    } catch (Unreadable e) {
      problems.add(keys.file().at(), keys.file().written(), String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  /** A problem as it may be shown: what came from the environment stays there. */
  private static Problem shown(Problem problem, @Nullable Located<String> target) {
    if (target != null
        && !target.written().equals(target.value())
        && !target.value().isEmpty()
        && problem.offending().contains(target.value())) {
      return new Problem(target.at(), target.written(), problem.expected(), null);
    }
    return problem;
  }

  private static How how(EndpointKeys.Import keys) {
    return new How(
        Optional.ofNullable(keys.as()).map(Name::text),
        Objects.requireNonNullElse(keys.tags(), List.<Name>of()).stream().map(Name::text).toList(),
        Optional.ofNullable(keys.target()).map(Located::value));
  }

  private static Yaml.Mapping with(Yaml.Mapping endpoint, Yaml.Mapping written) {
    List<Yaml.Entry> entries = new ArrayList<>(endpoint.entries());
    written.entries().stream()
        .filter(entry -> COMMON.contains(entry.key().text()))
        .forEach(entries::add);
    return new Yaml.Mapping(endpoint.at(), entries, List.of(), endpoint.size() + 2 * COMMON.size());
  }

  /** Reads what came in. That secrets stand in a foreign file in clear text is how it is there. */
  EndpointReader reader(Frame frame) {
    if (reader == null) {
      Binder quiet = new Binder(new Interpolation(folder, options), new Warnings());
      reader = new EndpointReader(quiet, shapes, options, frame);
    }
    return reader;
  }
}
