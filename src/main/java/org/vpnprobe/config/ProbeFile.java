package org.vpnprobe.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Rejected;
import org.vpnprobe.model.SourceMark;

/**
 * Reads probes.yaml. What is wrong with one endpoint rejects that endpoint; what is wrong with the
 * rest refuses the file. All problems are found at once.
 */
public final class ProbeFile {
  static final String SMALLEST =
      "expected at least “version: 1” and “endpoints:” with one entry of name, protocol and"
          + " address";

  /** Thousands of servers times protocols times ports. */
  static final int MOST_ENDPOINTS = 100_000;

  /** 100,000 endpoints of 330 bytes: WireGuard's with its keys. */
  private static final int MOST_BYTES = 32 * 1024 * 1024;

  /** The environment's ASN table. */
  private static final String ASN_TABLE = "VPNPROBE_ASN_TABLE";

  private final String name;
  private final Path folder;
  private final Options options;
  private final Problems problems = new Problems();
  private final Problems rejections = new Problems();
  private final Warnings warnings = new Warnings();
  private final Shapes shapes = new Shapes();
  private final Binder binder;
  private @Nullable Path table;

  private ProbeFile(String name, Path folder, Options options) {
    this.name = name;
    this.folder = folder;
    this.options = options;
    this.binder = new Binder(new Interpolation(folder, options), warnings);
  }

  /**
   * Reads a file. Secrets' paths are relative to its folder.
   *
   * @throws InvalidFile with everything that is wrong, also when it cannot be read
   */
  public static Loaded load(Path file, Options options) throws InvalidFile {
    String name = file.toString();
    Path folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
    return new ProbeFile(name, folder, options).read(text(name, file));
  }

  /**
   * Reads a text.
   *
   * @param name for messages; secrets' paths are relative to its folder
   * @throws InvalidFile with everything that is wrong
   */
  public static Loaded parse(String name, String text, Options options) throws InvalidFile {
    return new ProbeFile(name, folder(name), options).read(text);
  }

  /**
   * Takes endpoints from a file of another program, or from a share link, as if a file imported it
   * and held nothing else.
   *
   * @param shown for messages and reports: no secret
   * @param source a path, or a share link
   * @throws InvalidFile with everything that is wrong
   */
  public static Loaded foreign(String shown, String source, ForeignFiles.How how, Options options)
      throws InvalidFile {
    return new ProbeFile(shown, Path.of("").toAbsolutePath(), options)
        .read(Imports.alone(shown, source, how));
  }

  private static Path folder(String name) {
    try {
      Path parent = Path.of(name).toAbsolutePath().getParent();
      return parent == null ? Path.of("") : parent;
    } catch (InvalidPathException e) {
      return Path.of("");
    }
  }

  private static String text(String name, Path file) throws InvalidFile {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      String why =
          Files.exists(file)
              ? "this file cannot be read; expected one that this user may read"
              : "there is no such file; vpnprobe init writes a first one";
      throw new InvalidFile(List.of(new Problem(null, name, why, null)));
    }
    if (bytes.length > MOST_BYTES) {
      throw new InvalidFile(
          List.of(new Problem(null, name, "larger than " + MOST_BYTES / 1048576 + " MiB", null)));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidFile(List.of(new Problem(null, name, "this file is not UTF-8 text", null)));
    }
  }

  private Loaded read(String text) throws InvalidFile {
    return read(YamlReader.read(name, text));
  }

  private Loaded read(Yaml node) throws InvalidFile {
    Optional<Frame> read = frame(node);
    if (read.isEmpty() || !(node instanceof Yaml.Mapping root)) {
      throw refused();
    }
    Frame frame = read.get();
    Map<String, SourceMark> names = new LinkedHashMap<>();
    Map<String, EndpointReader.Entry> entries = endpoints(root, frame, names);
    entries.putAll(imported(frame, names, MOST_ENDPOINTS - entries.size()));
    if (names.isEmpty() && rejections.isEmpty() && problems.isEmpty()) {
      problems.add(root.at(), "endpoints", "there is no endpoint; " + SMALLEST);
    }
    Loaded loaded =
        new PlanBuilder(name, options, frame, entries, names.keySet(), problems, warnings, table)
            .build(rejected());
    boolean strictly = options.strict() && !rejections.isEmpty();
    if (!problems.isEmpty() || entries.isEmpty() || strictly) {
      throw refused();
    }
    return loaded;
  }

  private Map<String, EndpointReader.Entry> endpoints(
      Yaml.Mapping root, Frame frame, Map<String, SourceMark> names) {
    EndpointReader reader = new EndpointReader(binder, shapes, options, frame);
    Map<String, EndpointReader.Entry> entries = new LinkedHashMap<>();
    for (Yaml node : endpointNodes(root)) {
      Problems own = new Problems();
      Optional<EndpointReader.Entry> entry = reader.read(node, own);
      unique(node, names, own);
      rejections.addAll(own);
      entry.filter(e -> own.isEmpty()).ifPresent(e -> entries.put(e.bound().name(), e));
    }
    return entries;
  }

  /** The names that stand in the file are taken: those of imported endpoints give way. */
  private Map<String, EndpointReader.Entry> imported(
      Frame frame, Map<String, SourceMark> names, int most) {
    Imports imports = new Imports(binder, shapes, options, folder, warnings);
    Map<String, EndpointReader.Entry> entries = new LinkedHashMap<>();
    for (Yaml node : Objects.requireNonNullElse(frame.keys().imports(), List.<Yaml>of())) {
      for (Yaml.Mapping endpoint : imports.read(node, names.keySet(), rejections)) {
        Problems own = new Problems();
        Optional<EndpointReader.Entry> entry = imports.reader(frame).read(endpoint, own);
        rejections.addAll(own);
        entry.ifPresent(e -> entries.put(e.bound().name(), e));
        if (endpoint.get("name") instanceof Yaml.Scalar named) {
          names.putIfAbsent(named.text(), named.at());
        }
      }
      if (entries.size() > most) {
        problems.add(node.at(), "imports", "more than " + MOST_ENDPOINTS + " endpoints");
        return Map.of();
      }
    }
    return entries;
  }

  private InvalidFile refused() {
    problems.addAll(rejections);
    Comparator<Problem> byPlace =
        Comparator.comparing(
            Problem::at,
            Comparator.nullsFirst(
                Comparator.comparingInt(SourceMark::line).thenComparingInt(SourceMark::column)));
    return new InvalidFile(problems.list().stream().sorted(byPlace).toList());
  }

  private Optional<Frame> frame(Yaml node) {
    Shape.Keys shape = shapes.record(FileKeys.class);
    FileKeys keys = binder.partial(node, shape, FileKeys.class, name, problems);
    if (keys == null || !(node instanceof Yaml.Mapping root)) {
      return Optional.empty();
    }
    Located<Integer> version = keys.version();
    if (root.key("version") == null) {
      problems.add(root.at(), "version", "this key is missing; expected version: 1");
    } else if (version != null && version.value() != 1) {
      problems.add(version.at(), version.written(), "expected 1, the only version there is");
    }
    table = table(keys);
    Automatic automatic = new Automatic(options.scout(), table);
    VantageReader vantages =
        new VantageReader(CarrierCatalog.shipped(), automatic, problems, warnings);
    return Optional.of(vantages.read(keys, root));
  }

  /** The command line's ASN table, else the file's, else the environment's. */
  private @Nullable Path table(FileKeys keys) {
    Path table = options.asnTable().orElse(null);
    if (table == null && keys.asnTable() != null) {
      table = within(keys.asnTable());
    }
    return table == null ? options.env().apply(ASN_TABLE).map(Path::of).orElse(null) : table;
  }

  private @Nullable Path within(Name written) {
    try {
      Path table = folder.resolve(written.text());
      if (Files.isReadable(table) && Files.isRegularFile(table)) {
        return table;
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    problems.add(
        written.at(), written.text(), "expected an ASN table: an .mmdb or ip2asn file to be read");
    return null;
  }

  /** The endpoints as written, then those that templates make. */
  private List<Yaml> endpointNodes(Yaml root) {
    List<Yaml> nodes = new ArrayList<>();
    if (root instanceof Yaml.Mapping mapping) {
      if (mapping.get("endpoints") instanceof Yaml.Items items) {
        nodes.addAll(items.items());
      }
      if (mapping.get("templates") instanceof Yaml.Items items) {
        Templates templates = new Templates(binder, shapes, options);
        for (Yaml template : items.items()) {
          nodes.addAll(templates.expand(template, MOST_ENDPOINTS - nodes.size(), rejections));
        }
      }
    }
    if (nodes.size() > MOST_ENDPOINTS) {
      SourceMark at = nodes.get(MOST_ENDPOINTS).at();
      problems.add(at, "endpoints", "more than " + MOST_ENDPOINTS + " endpoints");
      return List.of();
    }
    return nodes;
  }

  private static void unique(Yaml node, Map<String, SourceMark> names, Problems own) {
    if (node instanceof Yaml.Mapping mapping && mapping.get("name") instanceof Yaml.Scalar name) {
      SourceMark before = names.putIfAbsent(name.text(), name.at());
      if (before != null) {
        own.add(
            name.at(),
            name.text(),
            before.equals(name.at())
                ? "several endpoints of this template get this name; expected {server}, {protocol}"
                    + " and {port} in the pattern"
                : "an endpoint of this name stands in line "
                    + before.line()
                    + "; expected another name");
      }
    }
  }

  private List<Rejected> rejected() {
    return rejections.list().stream()
        .map(problem -> {
          SourceMark at = Objects.requireNonNullElse(problem.at(), new SourceMark(name, 1, 1));
          return new Rejected(at.file(), at.line(), at.column(), problem.message());
        })
        .toList();
  }
}
