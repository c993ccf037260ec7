package org.vpnprobe.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.vpnprobe.model.SourceMark;

/**
 * Text to one {@link Yaml} tree. Bounded against bombs: nesting, and nodes after every alias is
 * written out. An anchor cannot hold itself.
 */
public final class YamlReader {
  /** No valid file nests deeper than a dozen levels. */
  static final int MOST_NESTING = 40;

  /** 100,000 endpoints with fourteen keys each come to this. */
  static final int MOST_NODES = 3_000_000;

  /** A key or a certificate chain written into the file has a few kilobytes. */
  static final int MOST_CHARS = 256 * 1024;

  private final String file;
  private final Iterator<Event> events;
  private final Map<Anchor, Yaml> anchors = new HashMap<>();
  private long nodes;

  private YamlReader(String file, Iterator<Event> events) {
    this.file = file;
    this.events = events;
  }

  /**
   * Reads a text.
   *
   * @param file the name for messages
   * @throws InvalidFile with the one problem that stopped the reading
   */
  public static Yaml read(String file, String text) throws InvalidFile {
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setCodePointLimit(Integer.MAX_VALUE).build();
    try {
      return new YamlReader(file, new Parse(settings).parseString(text).iterator()).document();
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      SourceMark at = mark.map(m -> mark(file, m)).orElse(new SourceMark(file, 1, 1));
      throw SyntaxProblems.explain(at, text, e);
    } catch (ReaderException e) {
      throw invalid(
          unprintable(file, text),
          "U+%04X".formatted(e.getCodePoint()),
          "this character cannot stand in YAML; in double quotes an escape such as \\x1b can");
    } catch (YamlEngineException | IllegalArgumentException e) {
      // The engine says these without a place (an escape that is no character, a bad directive).
      throw invalid(new SourceMark(file, 1, 1), "YAML", "cannot be read as YAML 1.2");
    }
  }

  /** The engine looks at pieces and counts from their start; we look again from ours. */
  private static SourceMark unprintable(String file, String text) {
    int line = 1;
    int column = 1;
    for (int c : text.codePoints().toArray()) {
      if (!StreamReader.isPrintable(c)) {
        break;
      }
      column = c == '\n' ? 1 : column + 1;
      line += c == '\n' ? 1 : 0;
    }
    return new SourceMark(file, line, column);
  }

  private Yaml document() throws InvalidFile {
    events.next(); // Start of the stream.
    Event first = events.next();
    if (first.getEventId() == Event.ID.StreamEnd) {
      throw invalid(new SourceMark(file, 1, 1), "", "the file is empty; " + ProbeFile.SMALLEST);
    }
    Yaml root = node(events.next(), 0);
    events.next(); // End of the document.
    Event next = events.next();
    if (next.getEventId() != Event.ID.StreamEnd) {
      throw invalid(at(next), "---", "a second document begins here; expected only one in a file");
    }
    return root;
  }

  private Yaml node(Event event, int depth) throws InvalidFile {
    if (depth > MOST_NESTING) {
      throw invalid(at(event), "…", "nested deeper than " + MOST_NESTING + " levels");
    }
    if (event instanceof AliasEvent alias) {
      Yaml target = anchors.get(alias.getAlias());
      if (target == null) {
        throw invalid(at(event), "*", "this alias has no anchor before it; a text goes in quotes");
      }
      count(event, target.size());
      return target;
    }
    count(event, 1);
    refuseTag(event);
    Yaml node =
        switch (event.getEventId()) {
          case Scalar -> scalar((ScalarEvent) event);
          case SequenceStart -> items(event, depth);
          default -> mapping(event, depth);
        };
    ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    return node;
  }

  private void count(Event event, int more) throws InvalidFile {
    nodes += more;
    if (nodes > MOST_NODES) {
      throw invalid(at(event), "…", "more than " + MOST_NODES + " nodes with aliases written out");
    }
  }

  private Yaml.Scalar scalar(ScalarEvent event) throws InvalidFile {
    if (event.getValue().length() > MOST_CHARS) {
      throw invalid(at(event), "…", "a text of more than " + MOST_CHARS + " characters");
    }
    return new Yaml.Scalar(at(event), event.getValue(), event.isPlain());
  }

  private Yaml items(Event start, int depth) throws InvalidFile {
    List<Yaml> items = new ArrayList<>();
    int size = 1;
    for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; ) {
      Yaml item = node(next, depth + 1);
      items.add(item);
      size += item.size();
      next = events.next();
    }
    return new Yaml.Items(at(start), items, size);
  }

  private Yaml mapping(Event start, int depth) throws InvalidFile {
    List<Yaml.Entry> entries = new ArrayList<>();
    List<Yaml.Entry> merged = new ArrayList<>();
    List<Yaml.Scalar> duplicates = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; ) {
      if (!(node(next, depth + 1) instanceof Yaml.Scalar key)) {
        throw invalid(at(next), "…", "expected a key that is a text");
      }
      Yaml value = node(events.next(), depth + 1);
      if (key.plain() && key.text().equals("<<")) {
        merge(value, merged);
      } else if (seen.add(key.text())) {
        entries.add(new Yaml.Entry(key, value));
      } else {
        duplicates.add(key);
      }
      next = events.next();
    }
    merged.stream().filter(entry -> seen.add(entry.key().text())).forEach(entries::add);
    int size = 1 + entries.stream().mapToInt(entry -> 1 + entry.value().size()).sum();
    return new Yaml.Mapping(at(start), entries, duplicates, size);
  }

  /** {@code <<: *base} or {@code <<: [*one, *two]}: keys that the mapping does not set itself. */
  private static void merge(Yaml value, List<Yaml.Entry> into) throws InvalidFile {
    switch (value) {
      case Yaml.Mapping mapping -> into.addAll(mapping.entries());
      case Yaml.Items several -> {
        for (Yaml item : several.items()) {
          if (!(item instanceof Yaml.Mapping mapping)) {
            throw invalid(item.at(), "<<", "expected aliases of mappings");
          }
          into.addAll(mapping.entries());
        }
      }
      case Yaml.Scalar scalar ->
          throw invalid(scalar.at(), "<<", "expected the alias of a mapping, such as *base");
    }
  }

  private void refuseTag(Event event) throws InvalidFile {
    Optional<String> tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
    if (tag.isPresent()) {
      throw invalid(at(event), "!", "YAML tags are not used here; a text goes in quotes");
    }
  }

  private SourceMark at(Event event) {
    return event.getStartMark().map(m -> mark(file, m)).orElse(new SourceMark(file, 1, 1));
  }

  private static SourceMark mark(String file, Mark mark) {
    return new SourceMark(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static InvalidFile invalid(SourceMark at, String offending, String expected) {
    return new InvalidFile(List.of(new Problem(at, offending, expected, null)));
  }
}
