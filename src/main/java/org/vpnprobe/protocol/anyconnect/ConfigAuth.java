package org.vpnprobe.protocol.anyconnect;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.XmlElements;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/**
 * A server's {@code config-auth} document, as far as a login needs it.
 *
 * @param type {@code auth-request}, {@code complete}, {@code client-cert-request}, …
 * @param action the path that a form's answer goes to, empty when it names none
 * @param inputs what the form asks for
 * @param groups what its select offers, by value
 * @param error true when the server says that the last answer was wrong
 * @param opaque what has to be given back as it came, as XML, empty when there is none
 * @param token the session's, null when there is none
 */
public record ConfigAuth(
    String type,
    String action,
    List<Input> inputs,
    List<String> groups,
    boolean error,
    String opaque,
    @Nullable String token) {
  /** A field of a form. */
  public record Input(String type, String name) {}

  /** Deeper than any server nests its elements. */
  private static final int DEEPEST = 32;

  private static final int MOST_INPUTS = 32;

  public ConfigAuth {
    inputs = List.copyOf(inputs);
    groups = List.copyOf(groups);
  }

  /**
   * Reads a document.
   *
   * @throws StepFailed {@code proto_unexpected_reply} when it is no {@code config-auth}
   */
  public static ConfigAuth of(String xml) throws StepFailed {
    Reading reading = new Reading();
    try {
      XMLStreamReader reader = XmlElements.factory().createXMLStreamReader(new StringReader(xml));
      try {
        while (reader.hasNext()) {
          reading.event(reader, reader.next());
        }
      } finally {
        reader.close();
      }
    } catch (XMLStreamException | RuntimeException e) {
      // The JDK's reader throws unchecked exceptions for some broken documents.
      throw foreign();
    }
    return reading.result().orElseThrow(ConfigAuth::foreign);
  }

  private static StepFailed foreign() {
    return new StepFailed(
        FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is no config-auth of AnyConnect");
  }

  /** What has been read so far. */
  private static final class Reading {
    private final List<Input> inputs = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private final StringBuilder opaque = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private @Nullable String type;
    private @Nullable String token;
    private String action = "";
    private boolean error;
    private int depth;
    private int opaqueFrom;

    Optional<ConfigAuth> result() {
      String known = type;
      return known == null
          ? Optional.empty()
          : Optional.of(
              new ConfigAuth(known, action, inputs, groups, error, opaque.toString(), token));
    }

    void event(XMLStreamReader reader, int event) throws XMLStreamException {
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          if (depth > DEEPEST || inputs.size() > MOST_INPUTS || groups.size() > MOST_INPUTS) {
            throw new XMLStreamException("too much of it");
          }
          text.setLength(0);
          started(reader, reader.getLocalName());
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          text.append(reader.getText());
          if (opaqueFrom > 0) {
            opaque.append(escaped(reader.getText()));
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          ended(reader.getLocalName());
          depth--;
        }
        default -> {} // Comments and the like say nothing.
      }
    }

    private void started(XMLStreamReader reader, String name) throws XMLStreamException {
      if (depth == 1) {
        if (!name.equals("config-auth")) {
          throw new XMLStreamException("another document");
        }
        type = attribute(reader, "type");
      }
      switch (name) {
        case "form" -> action = attribute(reader, "action");
        case "input" -> inputs.add(new Input(attribute(reader, "type"), attribute(reader, "name")));
        case "error" -> error = true;
        case "select" -> inputs.add(new Input("select", attribute(reader, "name")));
        case "option" -> groups.add(attribute(reader, "value"));
        case "opaque" -> opaqueFrom = opaqueFrom == 0 ? depth : opaqueFrom;
        default -> {} // What a login does not need.
      }
      if (opaqueFrom > 0) {
        opaque.append('<').append(name);
        for (int i = 0; i < reader.getAttributeCount(); i++) {
          opaque
              .append(' ')
              .append(reader.getAttributeLocalName(i))
              .append("=\"")
              .append(escaped(reader.getAttributeValue(i)))
              .append('"');
        }
        opaque.append('>');
      }
    }

    private void ended(String name) {
      if (opaqueFrom > 0) {
        opaque.append("</").append(name).append('>');
        opaqueFrom = opaqueFrom == depth ? 0 : opaqueFrom;
      } else if (name.equals("session-token")) {
        token = text.toString().strip();
      }
    }

    private static String attribute(XMLStreamReader reader, String name) {
      String value = reader.getAttributeValue(null, name);
      return value == null ? "" : value;
    }
  }

  /** Text as it stands in XML. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
