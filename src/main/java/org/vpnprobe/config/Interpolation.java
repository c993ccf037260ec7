package org.vpnprobe.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in the place of {@code ${env:NAME}}, {@code ${file:path}} and {@code ${lab:NAME}}.
 * What comes in is not looked at again, and {@code $${} stands for <code>${</code>.
 */
final class Interpolation {
  /** A certificate chain has a few kilobytes. */
  static final int MOST_BYTES = 256 * 1024;

  private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)\\}?");
  private static final List<String> SOURCES = List.of("env", "file", "lab");

  private final Path folder;
  private final Function<String, Optional<String>> env;
  private final Function<String, Optional<String>> lab;
  private final Map<String, Found> found = new HashMap<>();
  private final Set<String> used = new TreeSet<>();
  private final Set<String> readable = new TreeSet<>();

  /**
   * @param folder what relative paths start from
   */
  Interpolation(Path folder, Options options) {
    this.folder = folder;
    this.env = options.env();
    this.lab = options.lab();
  }

  /**
   * A text with every reference replaced.
   *
   * @param foreign some of it came from elsewhere and must not be shown
   */
  record Filled(String text, boolean foreign) {}

  /** The value of a reference, or why there is none. */
  private record Found(@Nullable String value, String problem) {}

  /**
   * Replaces every reference.
   *
   * @return null after a problem was added
   */
  @Nullable Filled fill(Yaml.Scalar scalar, Problems problems) {
    String text = scalar.text();
    if (!text.contains("${")) {
      return new Filled(text, false);
    }
    StringBuilder filled = new StringBuilder();
    Matcher matcher = REFERENCE.matcher(text);
    boolean foreign = false;
    int from = 0;
    while (matcher.find()) {
      filled.append(text, from, matcher.start());
      from = matcher.end();
      String reference = matcher.group(1);
      if (reference == null) {
        filled.append("${");
        continue;
      }
      foreign = true;
      Found value = found.computeIfAbsent(matcher.group(), g -> look(g, reference));
      if (value.value == null) {
        problems.add(scalar.at(), Shown.reference(matcher.group()), value.problem);
        return null;
      }
      filled.append(value.value);
      if (filled.length() > MOST_BYTES) {
        problems.add(scalar.at(), Shown.reference(matcher.group()), "the value is too large");
        return null;
      }
    }
    return new Filled(filled.append(text, from, text.length()).toString(), foreign);
  }

  /** The references that were found, as the user wrote them. */
  Set<String> used() {
    return used;
  }

  /** Files that anybody on this machine may read. */
  Set<String> worldReadable() {
    return readable;
  }

  private Found look(String whole, String reference) {
    int colon = reference.indexOf(':');
    String source = colon < 0 ? reference : reference.substring(0, colon);
    String name = colon < 0 ? "" : reference.substring(colon + 1);
    if (!whole.endsWith("}") || !SOURCES.contains(source) || name.isEmpty()) {
      return none("expected ${env:NAME}, ${file:path} or ${lab:NAME}; $${ stands for ${");
    }
    Found value =
        switch (source) {
          case "env" ->
              found(
                  env.apply(name),
                  "this environment variable is not set; set it, or use ${file:path}");
          case "lab" -> found(lab.apply(name), "the lab has no material of this name");
          default -> file(name);
        };
    if (value.value != null) {
      used.add(whole);
    }
    return value;
  }

  private static Found found(Optional<String> value, String otherwise) {
    if (value.isPresent() && value.get().length() > MOST_BYTES) {
      return none("the value is too large");
    }
    return value.map(v -> new Found(v, "")).orElseGet(() -> none(otherwise));
  }

  private static Found none(String problem) {
    return new Found(null, problem);
  }

  private Found file(String name) {
    try {
      Path path = folder.resolve(name);
      if (!Files.exists(path)) {
        return none("there is no such file; a path is relative to the file it stands in");
      }
      if (!Files.isRegularFile(path)) {
        return none("this is not a regular file");
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(path)) {
        bytes = in.readNBytes(MOST_BYTES + 1);
      }
      if (bytes.length > MOST_BYTES) {
        return none("this file is larger than " + MOST_BYTES / 1024 + " KiB");
      }
      if (Files.getFileStore(path).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ)) {
        readable.add("${file:" + name + "}");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new Found(withoutLastLineBreaks(text), "");
    } catch (InvalidPathException e) {
      return none("this cannot be a path");
    } catch (CharacterCodingException e) {
      return none("this file is not UTF-8 text");
    } catch (IOException | SecurityException e) {
      return none("this file cannot be read; expected one that this user may read");
    }
  }

  private static String withoutLastLineBreaks(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }
}
