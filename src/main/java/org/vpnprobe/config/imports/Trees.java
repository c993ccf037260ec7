package org.vpnprobe.config.imports;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Problem;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.YamlReader;
import org.vpnprobe.model.SourceMark;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * JSON and YAML to one kind of tree whose nodes know their places. Bounded: nesting, nodes, the
 * length of a text. JSON's texts are not {@code plain}; its numbers, true, false and null are.
 */
public final class Trees {
  private static final int DEEPEST = 40;
  private static final int MOST_NODES = 3_000_000;
  private static final int LONGEST_TEXT = 1024 * 1024;
  private static final int LONGEST_NUMBER = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(LONGEST_TEXT)
                  .maxNumberLength(LONGEST_NUMBER)
                  .build())
          .build();

  private final String name;
  private final JsonParser parser;
  private int nodes;

  private Trees(String name, JsonParser parser) {
    this.name = name;
    this.parser = parser;
  }

  /**
   * Reads YAML, one document. A key that stands twice in a mapping is refused, as Clash does.
   *
   * @return empty after it was rejected, with its place
   */
  public static Optional<Yaml> yaml(Source source, Account account) {
    try {
      Yaml tree = YamlReader.read(source.name(), source.text().orElse(""));
      Optional<Yaml.Scalar> twice = tree.firstDuplicate();
      if (twice.isPresent()) {
        throw InvalidFile.twice(twice.get());
      }
      return Optional.of(tree);
    } catch (InvalidFile e) {
      return refused(source, account, e.problems().getFirst());
    }
  }

  /**
   * Reads JSON, with the comments and last commas that people leave in it. A key that stands twice
   * in braces is refused: programs disagree which one counts (RFC 8259 section 4).
   *
   * @return empty after it was rejected, with its place
   */
  public static Optional<Yaml> json(Source source, Account account) {
    try {
      return Optional.of(json(source));
    } catch (InvalidFile e) {
      return refused(source, account, e.problems().getFirst());
    }
  }

  /**
   * Reads JSON.
   *
   * @throws InvalidFile with the one problem that stopped the reading
   */
  public static Yaml json(Source source) throws InvalidFile {
    try (JsonParser parser =
        JSON.createParser(ObjectReadContext.empty(), source.text().orElse(""))) {
      Trees trees = new Trees(source.name(), parser);
      parser.nextToken();
      Yaml tree = trees.node();
      if (parser.nextToken() != null) {
        throw trees.invalid("expected the end after the closing bracket");
      }
      return tree;
    } catch (JacksonException e) {
      // Its own words quote the text.
      throw InvalidFile.at(mark(source.name(), e.getLocation()), "", "this is no JSON");
    }
  }

  private static Optional<Yaml> refused(Source source, Account account, Problem problem) {
    SourceMark at = problem.at();
    int last = source.whole().last();
    int line = at == null ? 1 : Math.min(Math.max(1, at.line()), last);
    account.cover(source.whole());
    account.reject(
        Span.at(line, at == null ? 1 : Math.max(1, at.column())),
        problem.offending(),
        problem.expected());
    return Optional.empty();
  }

  private Yaml node() throws InvalidFile {
    if (++nodes > MOST_NODES) {
      throw invalid("more than " + MOST_NODES + " values");
    }
    SourceMark at = mark(name, parser.currentTokenLocation());
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw invalid("expected JSON, found nothing");
    }
    return switch (token) {
      case START_ARRAY -> items(at);
      case START_OBJECT -> mapping(at);
      case VALUE_STRING -> new Yaml.Scalar(at, parser.getString(), false);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL ->
          new Yaml.Scalar(at, parser.getString(), true);
      default -> throw invalid("this is no JSON");
    };
  }

  private Yaml items(SourceMark at) throws InvalidFile {
    List<Yaml> items = new ArrayList<>();
    int size = 1;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Yaml item = node();
      items.add(item);
      size += item.size();
    }
    return new Yaml.Items(at, items, size);
  }

  private Yaml mapping(SourceMark at) throws InvalidFile {
    List<Yaml.Entry> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int size = 1;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Yaml.Scalar key =
          new Yaml.Scalar(mark(name, parser.currentTokenLocation()), parser.getString(), false);
      if (!seen.add(key.text())) {
        throw InvalidFile.twice(key);
      }
      parser.nextToken();
      Yaml value = node();
      size += 1 + value.size();
      entries.add(new Yaml.Entry(key, value));
    }
    return new Yaml.Mapping(at, entries, List.of(), size);
  }

  private InvalidFile invalid(String expected) {
    return InvalidFile.at(mark(name, parser.currentTokenLocation()), "", expected);
  }

  /**
   * @param at null when the parser does not know
   */
  private static SourceMark mark(String name, @Nullable TokenStreamLocation at) {
    return at == null
        ? new SourceMark(name, 1, 1)
        : new SourceMark(name, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
  }

  /** The place of a node, for what is said of it. */
  public static Span place(Yaml node) {
    return Span.at(node.at().line(), node.at().column());
  }

  /** The text of a key's value; null when it is not there, null, or no text or number. */
  public static @Nullable String text(Yaml.Mapping mapping, String key) {
    return mapping.get(key) instanceof Yaml.Scalar scalar && !scalar.isNothing()
        ? scalar.text()
        : null;
  }
}
