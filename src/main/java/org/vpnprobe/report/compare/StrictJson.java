package org.vpnprobe.report.compare;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a JSON file value by value, so that the memory taken is what is kept: bounded in length,
 * depth and the length of each text; no key twice in an object, nothing behind the end.
 */
final class StrictJson implements AutoCloseable {
  /** A cell takes about a kilobyte; this is a quarter of a million of them. */
  private static final long LONGEST_FILE = 1L << 28;

  private static final int LONGEST_TEXT = 1 << 20;
  private static final int LONGEST_KEY = 1 << 10;
  private static final int DEEPEST = 32;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(LONGEST_FILE)
                  .maxStringLength(LONGEST_TEXT)
                  .maxNameLength(LONGEST_KEY)
                  .maxNestingDepth(DEEPEST)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Takes one key of an object: reads its value, or says that it does not want it. */
  @FunctionalInterface
  interface Keys {
    /** Reads the value of this key and returns true, or returns false without having read. */
    boolean take(String key) throws InvalidReport;
  }

  /** Reads one value. */
  @FunctionalInterface
  interface Value {
    void read() throws InvalidReport;
  }

  private final Path file;
  private final InputStream in;
  private final JsonParser parser;

  private StrictJson(Path file, InputStream in) {
    this.file = file;
    this.in = in;
    this.parser = FACTORY.createParser(ObjectReadContext.empty(), in);
  }

  static StrictJson open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    try {
      return of(file, in);
    } catch (InvalidReport e) {
      in.close();
      throw e;
    }
  }

  /**
   * Reads what came from a file of this name.
   *
   * @throws InvalidReport for an encoding that nobody writes
   */
  static StrictJson of(Path file, InputStream in) throws InvalidReport {
    try {
      return new StrictJson(file, in);
    } catch (JacksonException e) {
      throw new InvalidReport(file + ":1: no JSON that vpnprobe writes");
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
    in.close();
  }

  /** Reads the one object that the file is. */
  void document(Keys keys) throws InvalidReport {
    object(keys);
    if (next() != null) {
      throw wrong("expected the end of the file");
    }
  }

  /** Reads an object; values of keys that are not wanted are passed over. */
  void object(Keys keys) throws InvalidReport {
    if (next() != JsonToken.START_OBJECT) {
      throw wrong("expected an object");
    }
    members(keys);
  }

  private void members(Keys keys) throws InvalidReport {
    while (next() == JsonToken.PROPERTY_NAME) {
      if (!keys.take(parser.currentName())) {
        next();
        guarded(() -> parser.skipChildren());
      }
    }
  }

  /** Reads a list of objects. */
  void objects(Value each, Keys keys) throws InvalidReport {
    if (next() != JsonToken.START_ARRAY) {
      throw wrong("expected a list");
    }
    for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
      if (token != JsonToken.START_OBJECT) {
        throw wrong("expected an object");
      }
      members(keys);
      each.read();
    }
  }

  /** Reads an object that may be null; false when it is. */
  boolean objectOrNull(Keys keys) throws InvalidReport {
    JsonToken token = next();
    if (token == JsonToken.VALUE_NULL) {
      return false;
    }
    if (token != JsonToken.START_OBJECT) {
      throw wrong("expected an object or null");
    }
    members(keys);
    return true;
  }

  String text() throws InvalidReport {
    if (next() != JsonToken.VALUE_STRING) {
      throw wrong("expected a text");
    }
    return guarded(parser::getString);
  }

  @Nullable String textOrNull() throws InvalidReport {
    JsonToken token = next();
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NULL) {
      throw wrong("expected a text or null");
    }
    return token == JsonToken.VALUE_NULL ? null : guarded(parser::getString);
  }

  boolean truth() throws InvalidReport {
    Boolean value = truthOrNull();
    if (value == null) {
      throw wrong("expected true or false");
    }
    return value;
  }

  @Nullable Boolean truthOrNull() throws InvalidReport {
    JsonToken token = next();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw wrong("expected true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** A whole number that is not negative. */
  int count() throws InvalidReport {
    if (next() != JsonToken.VALUE_NUMBER_INT) {
      throw wrong("expected a number");
    }
    int value = guarded(parser::getIntValue);
    if (value < 0) {
      throw wrong("expected a number that is not negative");
    }
    return value;
  }

  Instant time() throws InvalidReport {
    String text = text();
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw wrong("expected a time such as 2026-11-24T03:00:00Z");
    }
  }

  /** One of these constants, by its id. */
  <E extends Enum<E>> E oneOf(Class<E> type, Function<E, String> id) throws InvalidReport {
    String text = text();
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> id.apply(constant).equals(text))
        .findFirst()
        .orElseThrow(() -> wrong("a word that this version of vpnprobe does not write"));
  }

  /** What was read is there. */
  <T> T present(@Nullable T value, String key) throws InvalidReport {
    if (value == null) {
      throw wrong("“" + key + "” is missing");
    }
    return value;
  }

  InvalidReport wrong(String what) {
    return new InvalidReport(file + ":" + parser.currentTokenLocation().getLineNr() + ": " + what);
  }

  private @Nullable JsonToken next() throws InvalidReport {
    return guarded(parser::nextToken);
  }

  private <T extends @Nullable Object> T guarded(java.util.function.Supplier<T> reading)
      throws InvalidReport {
    try {
      return reading.get();
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw new InvalidReport(file + ":" + line + ": no JSON that vpnprobe writes");
    }
  }
}
