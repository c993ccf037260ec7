package org.vpnprobe.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.PseudonymKey;
import org.vpnprobe.model.Variation;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.jdk.StringDeserializer;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Lines of the journal: one JSON object each, its {@code type} first. Keys are the model's names in
 * snake_case, constants their ids; times are ISO 8601, durations ISO 8601 durations. What is null
 * is left out. Readers ignore keys they do not know.
 */
final class JournalFormat {
  static final String PLAN = "plan";
  static final String MEASUREMENT = "measurement";
  static final String EGRESS = "egress";
  static final String FINISHED = "finished";

  /**
   * More than a plan of 100,000 endpoints and a million cells has; as little as two of them may
   * make an object.
   */
  private static final long MOST_TOKENS = 20_000_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .changeDefaultPropertyInclusion(inclusion ->
              inclusion.withValueInclusion(
                  com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL))
          .addModule(
              new SimpleModule()
                  .addSerializer(new Ids())
                  .addDeserializer(String.class, new Alike()))
          .addMixIn(PseudonymKey.class, Hex.class)
          .addMixIn(Variation.class, Kinds.class)
          .build();

  /** A variation is told by its kind. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Variation.Same.class, name = "same"),
    @JsonSubTypes.Type(value = Variation.OtherSni.class, name = "other_sni"),
    @JsonSubTypes.Type(value = Variation.OtherPort.class, name = "other_port"),
    @JsonSubTypes.Type(value = Variation.OtherAddress.class, name = "other_address"),
    @JsonSubTypes.Type(value = Variation.OtherProtocol.class, name = "other_protocol"),
    @JsonSubTypes.Type(value = Variation.FirstFlight.class, name = "first_flight"),
    @JsonSubTypes.Type(value = Variation.RawBytes.class, name = "raw_bytes"),
    @JsonSubTypes.Type(value = Variation.DataAfter.class, name = "data_after"),
    @JsonSubTypes.Type(value = Variation.Lookup.class, name = "lookup")
  })
  private interface Kinds {}

  /** A key is told by its hexadecimal digits. */
  private abstract static class Hex {
    @JsonValue
    abstract String hex();

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static PseudonymKey of(String hex) {
      return PseudonymKey.of(hex);
    }
  }

  private JournalFormat() {}

  /**
   * Keeps texts that are said alike once where there is a map for them: each cell of a plan names
   * its endpoint and its vantage again.
   */
  private static final class Alike extends StdDeserializer<String> {
    Alike() {
      super(String.class);
    }

    @Override
    public @Nullable String deserialize(JsonParser in, DeserializationContext context) {
      String text = StringDeserializer.instance.deserialize(in, context);
      if (text == null || !(context.getAttribute(Alike.class) instanceof Map<?, ?> known)) {
        return text;
      }
      @SuppressWarnings("unchecked") // Put there above.
      Map<String, String> texts = (Map<String, String>) known;
      String before = texts.putIfAbsent(text, text);
      return before == null ? text : before;
    }
  }

  /** Constants by their ids, as everywhere else. */
  @SuppressWarnings("rawtypes")
  private static final class Ids extends StdSerializer<Enum> {
    Ids() {
      super(Enum.class);
    }

    @Override
    public void serialize(Enum value, JsonGenerator out, SerializationContext context) {
      out.writeString(value.name().toLowerCase(Locale.ROOT));
    }
  }

  /** A value behind its type. */
  private record Typed(String type, @JsonUnwrapped Object value) {}

  /** One line, without its line break. */
  static String line(String type, Object value) {
    return MAPPER.writeValueAsString(new Typed(type, value));
  }

  /** The line of a plan, without its line break: with many endpoints it is too long for a text. */
  static void write(Plan plan, OutputStream out) throws IOException {
    try {
      MAPPER
          .writer()
          .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .writeValue(out, new Typed(PLAN, plan));
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Reads a line as an object.
   *
   * @throws JacksonException when it is not one
   */
  static ObjectNode node(String line) {
    if (MAPPER.readTree(line) instanceof ObjectNode node) {
      return node;
    }
    throw new IllegalArgumentException("not a JSON object");
  }

  static String type(ObjectNode node) {
    return node.path("type").asString("");
  }

  static Plan plan(ObjectNode node) {
    return plans().readValue(node);
  }

  /** How a plan's line begins when this version wrote it. */
  private static final byte[] PLANNED_BYTES =
      ("{\"type\":\"" + PLAN + "\",\"schema_version\":" + Plan.SCHEMA_VERSION + ",")
          .getBytes(StandardCharsets.US_ASCII);

  /** True when {@link #plan(InputStream)} may read a line of which these are the first bytes. */
  static boolean isPlan(byte[] bytes, int from, int to) {
    int end = from + PLANNED_BYTES.length;
    return end <= to && Arrays.equals(bytes, from, end, PLANNED_BYTES, 0, PLANNED_BYTES.length);
  }

  /** The plan of such a line, which is nowhere kept as a whole: it may have 100,000 endpoints. */
  static Plan plan(InputStream line) {
    return plans().readValue(line);
  }

  private static ObjectReader plans() {
    return MAPPER.readerFor(Plan.class).withAttribute(Alike.class, new HashMap<String, String>());
  }

  static Measurement measurement(ObjectNode node) {
    return MAPPER.treeToValue(node, Measurement.class);
  }

  /** How a measurement's line begins when this version wrote it. */
  private static final String MEASURED = "{\"type\":\"" + MEASUREMENT + "\",";

  private static final byte[] MEASURED_BYTES = MEASURED.getBytes(StandardCharsets.US_ASCII);

  /** True when {@link #measurement(String)} may read this line without looking for its type. */
  static boolean isMeasurement(String line) {
    return line.startsWith(MEASURED);
  }

  /** The measurement of such a line: most of a journal, so it is not made a tree first. */
  static Measurement measurement(String line) {
    try (JsonParser in = MAPPER.createParser(line)) {
      return MeasurementLine.read(in);
    } catch (MeasurementLine.Otherwise
        | JacksonException
        | DateTimeException
        | ArithmeticException e) {
      return bound(line);
    }
  }

  /**
   * The measurement of a line of ASCII, which need not be made a text first.
   *
   * @return empty when it is not as this version writes it, or wrong
   */
  static Optional<Measurement> measurement(byte[] line, int length) {
    if (!Arrays.equals(
        line,
        0,
        Math.min(length, MEASURED_BYTES.length),
        MEASURED_BYTES,
        0,
        MEASURED_BYTES.length)) {
      return Optional.empty();
    }
    try (JsonParser in = MAPPER.createParser(line, 0, length)) {
      return Optional.of(MeasurementLine.read(in));
    } catch (MeasurementLine.Otherwise
        | JacksonException
        | DateTimeException
        | ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** The same, from whatever binding takes for a measurement. */
  static Measurement bound(String line) {
    return MAPPER.readValue(line, Measurement.class);
  }

  static Egress egress(ObjectNode node) {
    return MAPPER.treeToValue(node, Egress.class);
  }

  static JournalEnd end(ObjectNode node) {
    return MAPPER.treeToValue(node, JournalEnd.class);
  }
}
