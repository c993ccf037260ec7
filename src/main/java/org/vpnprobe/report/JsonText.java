package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as bytes. Characters that a terminal or an editor acts upon are escaped wherever they stand,
 * also those that JSON itself lets through: whoever prints the file sees what is in it.
 */
final class JsonText {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private JsonText() {}

  /** An empty object to be filled. */
  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** What an object holds, written property by property. */
  @FunctionalInterface
  interface Content {
    void write(Pretty out) throws IOException;
  }

  /** Writes an object indented, with a line break at its end. */
  static void pretty(Content content, OutputStream out) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = MAPPER.writerWithDefaultPrettyPrinter().createGenerator(text)) {
      json.writeStartObject();
      content.write(new Pretty(json, text, out));
      json.writeEndObject();
      json.flush();
      line(text.toString(), out);
    } catch (JacksonException e) {
      throw new IOException("the report cannot be written as JSON", e);
    }
  }

  /** An object under way: what is in it is made when its turn comes, and not all of it at once. */
  static final class Pretty {
    private final JsonGenerator json;
    private final StringWriter text;
    private final OutputStream out;

    private Pretty(JsonGenerator json, StringWriter text, OutputStream out) {
      this.json = json;
      this.text = text;
      this.out = out;
    }

    /** The properties of this node. */
    void all(ObjectNode node) {
      for (Map.Entry<String, JsonNode> each : node.properties()) {
        json.writeName(each.getKey());
        json.writeTree(each.getValue());
      }
    }

    /** An array of objects. */
    <T> void array(String name, List<T> values, BiConsumer<ObjectNode, T> fill) throws IOException {
      json.writeName(name);
      json.writeStartArray();
      for (T value : values) {
        ObjectNode node = object();
        fill.accept(node, value);
        json.writeTree(node);
        // Between two values no text is cut in two.
        json.flush();
        out.write(escaped(text.toString()).getBytes(StandardCharsets.UTF_8));
        text.getBuffer().setLength(0);
      }
      json.writeEndArray();
    }
  }

  /** Writes the object as one line (NDJSON). */
  static void line(ObjectNode node, OutputStream out) throws IOException {
    try {
      line(MAPPER.writeValueAsString(node), out);
    } catch (JacksonException e) {
      throw new IOException("the report cannot be written as JSON", e);
    }
  }

  private static void line(String json, OutputStream out) throws IOException {
    out.write(escaped(json).getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  /**
   * Outside strings JSON is ASCII, so every such character stands in a string, where an escape
   * means the same (RFC 8259 section 7). Controls below U+0020 are escaped by the writer already.
   */
  private static String escaped(String json) {
    int first = 0;
    while (first < json.length() && json.charAt(first) <= 0x7e) {
      first++;
    }
    StringBuilder out = null;
    for (int i = first; i < json.length(); ) {
      int code = json.codePointAt(i);
      int width = Character.charCount(code);
      if (code > 0x7e && Printable.harmful(code)) {
        if (out == null) {
          out = new StringBuilder(json.length() + 64).append(json, 0, i);
        }
        for (int unit = 0; unit < width; unit++) {
          out.append("\\u%04X".formatted((int) json.charAt(i + unit)));
        }
      } else if (out != null) {
        out.appendCodePoint(code);
      }
      i += width;
    }
    return Printable.withoutOrders(out == null ? json : out.toString(), "#\\u0023");
  }
}
