package org.vpnprobe.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.SourceMark;

/**
 * A YAML document as a tree whose every node knows where it stands. Aliases and merge keys are
 * resolved: the same node may hang in several places.
 */
public sealed interface Yaml {
  /** Where it begins. */
  SourceMark at();

  /** How many nodes there are when every alias is written out. */
  int size();

  /** A word for messages: what this is, without what it says. */
  String kind();

  /** The first key in it that its mapping has already; empty when every key stands alone. */
  default Optional<Scalar> firstDuplicate() {
    return switch (this) {
      case Scalar scalar -> Optional.empty();
      case Items several ->
          several.items.stream().flatMap(item -> item.firstDuplicate().stream()).findFirst();
      case Mapping mapping ->
          Stream.concat(
                  mapping.duplicates.stream(),
                  mapping.entries.stream().flatMap(entry -> entry.value.firstDuplicate().stream()))
              .findFirst();
    };
  }

  /**
   * A text.
   *
   * @param plain written without quotes
   */
  record Scalar(SourceMark at, String text, boolean plain) implements Yaml {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public String kind() {
      return isNothing() ? "nothing" : "a text";
    }

    /** {@code key:} with nothing behind it, {@code null} or {@code ~} (YAML 1.2.2 section 10.2). */
    public boolean isNothing() {
      return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }
  }

  /** A list. */
  record Items(SourceMark at, List<Yaml> items, int size) implements Yaml {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * A mapping.
   *
   * @param duplicates keys that were there already; their values are dropped
   */
  record Mapping(SourceMark at, List<Entry> entries, List<Scalar> duplicates, int size)
      implements Yaml {
    public Mapping {
      entries = List.copyOf(entries);
      duplicates = List.copyOf(duplicates);
    }

    @Override
    public String kind() {
      return "a mapping";
    }

    /** The value of a key, null when it is not there. */
    public @Nullable Yaml get(String key) {
      for (Entry entry : entries) {
        if (entry.key.text.equals(key)) {
          return entry.value;
        }
      }
      return null;
    }

    /** The key itself, null when it is not there. */
    public @Nullable Scalar key(String key) {
      for (Entry entry : entries) {
        if (entry.key.text.equals(key)) {
          return entry.key;
        }
      }
      return null;
    }
  }

  /** A key with its value. */
  record Entry(Scalar key, Yaml value) {}
}
