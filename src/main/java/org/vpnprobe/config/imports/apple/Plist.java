package org.vpnprobe.config.imports.apple;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.model.SourceMark;

/**
 * Apple's property lists in XML to the tree that YAML and JSON become; data (its base64) is {@code
 * plain}, as numbers are, and strings are not. No entity is expanded and nothing outside is read;
 * nesting and nodes are bounded, and nothing recurs.
 */
final class Plist {
  private static final int DEEPEST = 40;
  private static final int MOST_NODES = 200_000;

  /** A collection that is being read. */
  private static final class Open {
    private final SourceMark at;
    private final boolean isDict;
    private final List<Yaml> items = new ArrayList<>();
    private final List<Yaml.Entry> entries = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private Yaml.@Nullable Scalar key;

    Open(SourceMark at, boolean isDict) {
      this.at = at;
      this.isDict = isDict;
    }

    void add(Yaml value) {
      if (!isDict) {
        items.add(value);
      } else if (key != null) {
        entries.add(new Yaml.Entry(key, value));
        key = null;
      }
    }

    Yaml closed() {
      int size = 1;
      for (Yaml item : items) {
        size += item.size();
      }
      for (Yaml.Entry entry : entries) {
        size += 1 + entry.value().size();
      }
      return isDict
          ? new Yaml.Mapping(at, entries, List.of(), size)
          : new Yaml.Items(at, items, size);
    }
  }

  private final String name;
  private final XMLStreamReader reader;
  private final Deque<Open> open = new ArrayDeque<>();
  private @Nullable Yaml root;

  private Plist(String name, XMLStreamReader reader) {
    this.name = name;
    this.reader = reader;
  }

  /**
   * Reads a property list.
   *
   * @throws InvalidFile with the one problem that stopped the reading
   */
  static Yaml read(String name, String text) throws InvalidFile {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setXMLResolver((publicId, systemId, base, namespace) -> {
      throw new XMLStreamException("nothing outside is read");
    });
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
      return new Plist(name, reader).tree();
    } catch (XMLStreamException e) {
      // Its own words quote the text.
      throw invalidXml(name, e.getLocation());
    } catch (RuntimeException e) {
      // The JDK's reader throws unchecked exceptions for some broken documents.
      throw invalidXml(name, null);
    }
  }

  private static InvalidFile invalidXml(String name, @Nullable Location at) {
    return InvalidFile.at(mark(name, at), "", "this is no XML property list");
  }

  private Yaml tree() throws XMLStreamException, InvalidFile {
    int nodes = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++nodes > MOST_NODES || open.size() > DEEPEST) {
            throw invalid("nested too deeply, or too large");
          }
          start(reader.getLocalName());
        }
        case XMLStreamConstants.END_ELEMENT -> end(reader.getLocalName());
        case XMLStreamConstants.ENTITY_REFERENCE -> throw invalid("entities are not expanded");
        default -> {}
      }
    }
    if (root == null) {
      throw invalid("expected a dict in it");
    }
    return root;
  }

  private void start(String element) throws XMLStreamException, InvalidFile {
    SourceMark at = mark(name, reader.getLocation());
    switch (element) {
      case "plist" -> {}
      case "dict", "array" -> open.push(new Open(at, element.equals("dict")));
      case "true", "false" -> add(new Yaml.Scalar(at, element, true));
      case "key" -> {
        Open dict = open.peek();
        Yaml.Scalar key = new Yaml.Scalar(at, text(), false);
        if (dict == null || !dict.isDict) {
          throw invalid("a key outside of a dict");
        }
        if (!dict.seen.add(key.text())) {
          throw InvalidFile.twice(key);
        }
        dict.key = key;
      }
      case "integer", "real", "data" -> add(new Yaml.Scalar(at, text().strip(), true));
      case "string", "date" -> add(new Yaml.Scalar(at, text(), false));
      default -> throw invalid("an element that property lists do not have");
    }
  }

  /** The text of an element that holds nothing else. */
  private String text() throws XMLStreamException, InvalidFile {
    StringBuilder text = new StringBuilder();
    while (true) {
      switch (reader.next()) {
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          return text.toString();
        }
        case XMLStreamConstants.COMMENT, XMLStreamConstants.PROCESSING_INSTRUCTION -> {}
        case XMLStreamConstants.ENTITY_REFERENCE -> throw invalid("entities are not expanded");
        default -> throw invalid("expected a text");
      }
    }
  }

  private void end(String element) {
    boolean collection = element.equals("dict") || element.equals("array");
    if (collection && !open.isEmpty()) {
      add(open.pop().closed());
    }
  }

  private void add(Yaml value) {
    Open into = open.peek();
    if (into != null) {
      into.add(value);
    } else if (root == null) {
      root = value;
    }
  }

  private InvalidFile invalid(String expected) {
    return InvalidFile.at(mark(name, reader.getLocation()), "", expected);
  }

  private static SourceMark mark(String name, @Nullable Location at) {
    return at == null
        ? new SourceMark(name, 1, 1)
        : new SourceMark(name, Math.max(1, at.getLineNumber()), Math.max(1, at.getColumnNumber()));
  }
}
