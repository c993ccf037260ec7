package org.vpnprobe.protocol.softether;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A PACK: named lists of values. Integers are {@link Long}, strings {@link String}, data {@code
 * byte[]}.
 */
public final class Pack {
  /** VALUE_INT, VALUE_DATA, VALUE_STR, VALUE_UNISTR, VALUE_INT64 of {@code Pack.h}. */
  private static final int INT = 0;

  private static final int DATA = 1;
  private static final int STRING = 2;
  private static final int UNICODE = 3;
  private static final int INT64 = 4;

  /** A hello has five elements of one value; these are bounds of ours. */
  private static final int MOST_ELEMENTS = 256;

  private static final int MOST_VALUES = 256;
  private static final int LONGEST_NAME = 63;

  private final Map<String, List<Object>> elements = new LinkedHashMap<>();

  /** Adds an element of one value: a {@link Long}, a {@link String} or a {@code byte[]}. */
  public Pack with(String name, Object value) {
    elements.put(name, List.of(value));
    return this;
  }

  /** The first value of an element when it is of this type. */
  public <T> Optional<T> first(String name, Class<T> type) {
    return elements.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
        .findFirst()
        .filter(type::isInstance)
        .map(type::cast);
  }

  /** The bytes of this pack. */
  public byte[] encoded() {
    ByteWriter out = new ByteWriter().u32(elements.size());
    elements.forEach((name, values) -> {
      byte[] written = name.getBytes(StandardCharsets.US_ASCII);
      out.u32(written.length + 1).bytes(written);
      switch (values.getFirst()) {
        case Long number -> out.u32(INT).u32(1).u32(number);
        case String text -> {
          byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
          out.u32(STRING).u32(1).u32(bytes.length).bytes(bytes);
        }
        case byte[] data -> out.u32(DATA).u32(1).u32(data.length).bytes(data);
        default -> throw new IllegalArgumentException("no value of a pack");
      }
    });
    return out.toByteArray();
  }

  /**
   * Reads a pack.
   *
   * @throws StepFailed {@code proto_malformed_reply}
   */
  public static Pack decode(byte[] bytes) throws StepFailed {
    ByteReader reader = new ByteReader(bytes);
    Pack pack = new Pack();
    int count = bounded(reader, MOST_ELEMENTS, "elements");
    for (int i = 0; i < count; i++) {
      // The length of a name counts a zero that is not sent.
      int length = bounded(reader, LONGEST_NAME + 1, "characters of a name") - 1;
      String name = reader.ascii(length).toLowerCase(Locale.ROOT);
      int type = bounded(reader, INT64, "a type");
      int values = bounded(reader, MOST_VALUES, "values");
      List<Object> list = new ArrayList<>();
      for (int n = 0; n < values; n++) {
        list.add(value(reader, type));
      }
      pack.elements.put(name, list);
    }
    return pack;
  }

  private static Object value(ByteReader reader, int type) throws StepFailed {
    return switch (type) {
      case INT -> reader.u32();
      case DATA -> reader.bytes(bounded(reader, reader.remaining(), "bytes"));
      case STRING, UNICODE ->
          new String(
              reader.bytes(bounded(reader, reader.remaining(), "bytes")), StandardCharsets.UTF_8);
      default -> reader.u64();
    };
  }

  private static int bounded(ByteReader reader, int most, String what) throws StepFailed {
    long number = reader.u32();
    if (number > most) {
      throw reader.malformed("too many " + what);
    }
    return (int) number;
  }
}
