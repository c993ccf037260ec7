package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
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

  /** Writes the object indented, with a line break at its end. */
  static void pretty(ObjectNode node, OutputStream out) throws IOException {
    try {
      line(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node), out);
    } catch (JacksonException e) {
      throw new IOException("the report cannot be written as JSON", e);
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
    StringBuilder out = null;
    for (int i = 0; i < json.length(); ) {
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
    // What GitHub's runner obeys wherever it stands in a line.
    return (out == null ? json : out.toString()).replace("##[", "##\\u005B");
  }
}
