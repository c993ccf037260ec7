package org.vpnprobe.layer;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/**
 * The elements of a server's XML document in the order in which they end, its root last. Document
 * types and entities are refused: what a server writes is read, never fetched.
 */
public record XmlElements(List<Element> all) {
  /** An element's name without its prefix, and the text directly in it. */
  public record Element(String name, String text) {}

  private static final int MOST_ELEMENTS = 4096;
  private static final int DEEPEST = 32;

  public XmlElements {
    all = List.copyOf(all);
  }

  /** A reader's factory without document types and entities. */
  public static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /**
   * Reads a document.
   *
   * @throws StepFailed {@code proto_unexpected_reply} when it is no XML, or more than a server of
   *     any protocol here writes
   */
  public static XmlElements of(String xml) throws StepFailed {
    List<Element> ended = new ArrayList<>();
    List<StringBuilder> open = new ArrayList<>();
    try {
      XMLStreamReader reader = factory().createXMLStreamReader(new StringReader(xml));
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> open.add(new StringBuilder());
          case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
              open.getLast().append(reader.getText());
          case XMLStreamConstants.END_ELEMENT ->
              ended.add(new Element(reader.getLocalName(), open.removeLast().toString().strip()));
          default -> {} // Comments and the like say nothing.
        }
        if (open.size() > DEEPEST || ended.size() > MOST_ELEMENTS) {
          throw new XMLStreamException("too much of it");
        }
      }
    } catch (XMLStreamException | RuntimeException e) {
      // The JDK's reader throws unchecked exceptions for some broken documents.
      throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is no XML");
    }
    return new XmlElements(ended);
  }

  /** The root's name, empty for no document. */
  public String root() {
    return all.isEmpty() ? "" : all.getLast().name();
  }

  /** The texts of all elements of a name. */
  public List<String> texts(String name) {
    return all.stream().filter(e -> e.name().equals(name)).map(Element::text).toList();
  }

  /** The text of the first element of a name. */
  public Optional<String> text(String name) {
    return texts(name).stream().findFirst();
  }
}
