package org.vpnprobe.config.imports.proxies;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Trees;

/** Looks into YAML and JSON. */
final class Nodes {
  /** More than any list of a server's has. */
  private static final int LONGEST_LIST = 500;

  private Nodes() {}

  /** A text or a list of texts (joined by commas) with its place; null for what is neither. */
  static @Nullable Part part(Yaml.Mapping mapping, String key) {
    return part(mapping.get(key));
  }

  /** A text or a list of texts; null for what is neither. */
  static @Nullable Part part(@Nullable Yaml node) {
    return switch (node) {
      case null -> null;
      case Yaml.Scalar scalar ->
          scalar.isNothing() ? null : new Part(scalar.text(), Trees.place(scalar));
      case Yaml.Items items -> {
        List<String> texts =
            items.items().stream()
                .limit(LONGEST_LIST)
                .map(item -> item instanceof Yaml.Scalar scalar ? scalar.text() : "")
                .toList();
        yield texts.isEmpty() ? null : new Part(String.join(",", texts), Trees.place(items));
      }
      case Yaml.Mapping mapping -> null;
    };
  }

  /** The lines of a text, or of a list of lines. */
  static @Nullable Part lines(Yaml.Mapping mapping, String key) {
    return mapping.get(key) instanceof Yaml.Items items
        ? new Part(
            items.items().stream()
                .limit(LONGEST_LIST)
                .map(item -> item instanceof Yaml.Scalar scalar ? scalar.text() : "")
                .collect(Collectors.joining("\n")),
            Trees.place(items))
        : part(mapping, key);
  }

  static @Nullable Part first(Yaml.Mapping mapping, String... keys) {
    for (String key : keys) {
      Part part = part(mapping, key);
      if (part != null) {
        return part;
      }
    }
    return null;
  }

  static @Nullable String text(Yaml.Mapping mapping, String key) {
    Part part = part(mapping, key);
    return part == null ? null : part.text();
  }

  static boolean yes(Yaml.@Nullable Mapping mapping, String key) {
    return mapping != null && "true".equalsIgnoreCase(text(mapping, key));
  }

  /** A mapping within a mapping, null when there is none. */
  static Yaml.@Nullable Mapping mapping(Yaml.@Nullable Mapping mapping, String key) {
    return mapping != null && mapping.get(key) instanceof Yaml.Mapping inner ? inner : null;
  }

  /** A header's value, whatever the case of its name. */
  static @Nullable Part header(Yaml.@Nullable Mapping headers, String name) {
    if (headers != null) {
      for (Yaml.Entry entry : headers.entries()) {
        if (entry.key().text().equalsIgnoreCase(name)) {
          return part(entry.value());
        }
      }
    }
    return null;
  }

  /**
   * The peer of a WireGuard client, null when it lists none.
   *
   * @throws NotImported when there are several
   */
  static Yaml.@Nullable Mapping peer(Yaml.Mapping mapping) throws NotImported {
    Yaml node = mapping.get("peers");
    boolean none =
        node == null
            || (node instanceof Yaml.Scalar scalar && scalar.isNothing())
            || (node instanceof Yaml.Items peers && peers.items().isEmpty());
    if (none) {
      return null;
    }
    if (node instanceof Yaml.Items peers && peers.items().size() > 1) {
      throw NotImported.unspoken("it has several peers; write an endpoint for each");
    }
    if (node instanceof Yaml.Items peers && peers.items().getFirst() instanceof Yaml.Mapping peer) {
      return peer;
    }
    throw NotImported.malformed(Trees.place(mapping), "peers", "expected a list with one peer");
  }

  /** Tells a proxy of all keys of its that are not among these. */
  static void unknown(Yaml.@Nullable Mapping mapping, Set<String> known, Proxy proxy) {
    if (mapping != null) {
      mapping.entries().stream()
          .map(entry -> entry.key().text())
          .filter(key -> !known.contains(key))
          .forEach(proxy::unknown);
    }
  }
}
