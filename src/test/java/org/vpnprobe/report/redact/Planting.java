package org.vpnprobe.report.redact;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.analysis.Stories;

/** Makes records at random, each of their texts with something planted in it. */
final class Planting {
  private final Random random;
  private final Function<String, String> texts;
  private final List<String> cells = new ArrayList<>();

  /**
   * @param texts makes the text of a place ({@code Record.component})
   */
  Planting(Random random, Function<String, String> texts) {
    this.random = random;
    this.texts = texts;
  }

  /** The cells for which there are stories. */
  List<String> cells() {
    return cells;
  }

  <T> T record(Class<T> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          value(
              components[i].getGenericType(), type.getSimpleName() + "." + components[i].getName());
    }
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  private Object value(Type type, String place) {
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      if (generic.getRawType() == Map.class) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
          map.put(value(of[0], place), value(of[1], place));
        }
        return map;
      }
      if (generic.getRawType() == List.class) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
          list.add(value(of[0], place));
        }
        return list;
      }
    }
    return type instanceof Class<?> known ? simple(known, place) : unknown(type, place);
  }

  private Object simple(Class<?> type, String place) {
    if (type == String.class) {
      String text = texts.apply(place);
      if (place.equals("Cell.id")) {
        cells.add(text);
      }
      return text;
    }
    if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    if (type.isRecord()) {
      return record(type);
    }
    if (type == Stories.class) {
      Map<String, Explanation> stories = new LinkedHashMap<>();
      return (Stories)
          cell ->
              cells.contains(cell)
                  ? Optional.of(stories.computeIfAbsent(cell, c -> record(Explanation.class)))
                  : Optional.empty();
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer" -> random.nextInt(1, 400);
      case "long", "Long" -> random.nextLong(1, 4_000_000);
      case "double", "Double" -> random.nextInt(0, 1000) / 1000.0;
      case "boolean", "Boolean" -> random.nextBoolean();
      case "Instant" -> Instant.ofEpochSecond(1_790_000_000L + random.nextInt(1_000_000));
      case "Duration" -> Duration.ofNanos(random.nextLong(1, 20_000_000_000L));
      case "LocalDate" -> LocalDate.of(2027, 1, 1).plusDays(random.nextInt(300));
      default -> unknown(type, place);
    };
  }

  private static Object unknown(Type type, String place) {
    throw new IllegalStateException(place + ": how is a " + type + " made?");
  }
}
