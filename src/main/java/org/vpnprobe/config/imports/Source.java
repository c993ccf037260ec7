package org.vpnprobe.config.imports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;

/** What is to be imported: bytes under a name, at most {@link #MOST_BYTES} of them. */
public final class Source {
  /** 100,000 share links have 20 MB. */
  public static final int MOST_BYTES = 32 * 1024 * 1024;

  private static final int MOST_LINES = 800_000;

  /** What an .ovpn refers to: a certificate chain has a few kilobytes. */
  private static final int MOST_BESIDE = 256 * 1024;

  private final String name;
  private final byte[] bytes;
  private final @Nullable Path folder;
  private final String label;
  private final Optional<String> text;
  private @Nullable List<String> lines;

  private Source(String name, byte[] bytes, @Nullable Path folder, String label) {
    this.name = name;
    this.label = label;
    this.bytes = bytes;
    this.folder = folder;
    this.text = decoded(bytes);
  }

  /**
   * A source.
   *
   * @param name for messages: never holds a secret
   * @param folder where the files lie that it refers to; null when it cannot refer to any
   * @throws Unreadable when it is too large
   */
  public static Source of(String name, byte[] bytes, @Nullable Path folder) throws Unreadable {
    if (bytes.length > MOST_BYTES) {
      throw new Unreadable(name + ": larger than " + MOST_BYTES / 1048576 + " MiB");
    }
    return checked(new Source(name, bytes.clone(), folder, folder == null ? "" : stem(name)));
  }

  private static Source checked(Source source) throws Unreadable {
    if (source.text.isPresent()
        && source.text.get().chars().filter(c -> c == '\n').count() > MOST_LINES) {
      throw new Unreadable(source.name + ": more than " + MOST_LINES + " lines");
    }
    return source;
  }

  /** A text without a folder. */
  public static Source of(String name, String text) throws Unreadable {
    return of(name, text.getBytes(StandardCharsets.UTF_8), null);
  }

  /**
   * A text that was packed in something.
   *
   * @param label what that calls it
   * @param folder of what it was packed in: a file there may be referred to; null for none
   */
  public static Source packed(String name, String label, String text, @Nullable Path folder)
      throws Unreadable {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MOST_BYTES) {
      throw new Unreadable(name + ": larger than " + MOST_BYTES / 1048576 + " MiB");
    }
    return checked(new Source(name, bytes, folder, label));
  }

  /** The name for messages. */
  public String name() {
    return name;
  }

  /** What its only entry may be called: a file's name without its ending; possibly empty. */
  public String label() {
    return label;
  }

  private static String stem(String name) {
    String file = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * The text, without a byte order mark; empty when these bytes are none. What is not UTF-8 or
   * marked UTF-16 is read as ISO 8859-1: names may come out odd, all else is ASCII.
   */
  public Optional<String> text() {
    return text;
  }

  /** The lines of the text, without their ends; none when it is no text. */
  public List<String> lines() {
    if (lines == null) {
      lines = text.map(Source::split).orElse(List.of());
    }
    return lines;
  }

  /**
   * A line.
   *
   * @param number counted from 1
   */
  public String line(int number) {
    return lines().get(number - 1);
  }

  /** All of its lines; one where it is no text or empty. */
  public Span whole() {
    return Span.lines(1, Math.max(1, lines().size()));
  }

  /**
   * The text of a file that this source refers to. Only what lies in its folder is read: whoever
   * wrote the source must not choose among all files of this machine.
   *
   * @throws Unreadable with what is expected instead
   */
  public String beside(String path) throws Unreadable {
    if (folder == null) {
      throw new Unreadable(
          "refers to a file, and what is read here has no folder; expected its text inline");
    }
    try {
      Path root = folder.toRealPath();
      Path file = root.resolve(path);
      if (!Files.isRegularFile(file)) {
        throw new Unreadable("there is no such file beside the imported one");
      }
      if (!file.toRealPath().startsWith(root)) {
        throw new Unreadable("expected a file in the folder of the imported one; copy it there");
      }
      byte[] read;
      try (InputStream in = Files.newInputStream(file)) {
        read = in.readNBytes(MOST_BESIDE + 1);
      }
      if (read.length > MOST_BESIDE) {
        throw new Unreadable("this file is larger than " + MOST_BESIDE / 1024 + " KiB");
      }
      return decoded(read).orElseThrow(() -> new Unreadable("this file is not a text"));
    } catch (IOException | InvalidPathException | SecurityException e) {
      throw new Unreadable("this file cannot be read");
    }
  }

  private static Optional<String> decoded(byte[] bytes) {
    if (starts(bytes, 0xff, 0xfe)) {
      return strict(bytes, 2, StandardCharsets.UTF_16LE);
    }
    if (starts(bytes, 0xfe, 0xff)) {
      return strict(bytes, 2, StandardCharsets.UTF_16BE);
    }
    int from = starts(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0;
    for (byte b : bytes) {
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
        return Optional.empty();
      }
    }
    return strict(bytes, from, StandardCharsets.UTF_8)
        .or(() -> Optional.of(new String(bytes, StandardCharsets.ISO_8859_1)));
  }

  private static boolean starts(byte[] bytes, int... with) {
    if (bytes.length < with.length) {
      return false;
    }
    for (int i = 0; i < with.length; i++) {
      if ((bytes[i] & 0xff) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> strict(byte[] bytes, int from, Charset charset) {
    try {
      return Optional.of(
          charset
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static List<String> split(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        int end = i > from && text.charAt(i - 1) == '\r' ? i - 1 : i;
        lines.add(text.substring(from, end));
        from = i + 1;
      }
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    return List.copyOf(lines);
  }
}
