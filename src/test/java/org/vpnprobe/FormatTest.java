package org.vpnprobe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * All sources are as google-java-format writes them. {@code mvn test-compile exec:exec@format}
 * rewrites those that are not.
 */
class FormatTest {
  @Test
  void everySourceIsFormatted() throws Exception {
    List<Path> wrong = new ArrayList<>();
    for (Path file : sources(Path.of("src"))) {
      String text = Files.readString(file);
      if (!text.equals(formatted(text))) {
        wrong.add(file);
      }
    }
    assertEquals(List.of(), wrong, "run: mvn test-compile exec:exec@format");
  }

  /**
   * Rewrites what is not formatted.
   *
   * @param args the folder of sources
   */
  public static void main(String[] args) throws Exception {
    for (Path file : sources(Path.of(args[0]))) {
      String text = Files.readString(file);
      String formatted = formatted(text);
      if (!text.equals(formatted)) {
        Files.writeString(file, formatted);
        System.out.println(file);
      }
    }
  }

  private static String formatted(String text) throws FormatterException {
    String used = RemoveUnusedImports.removeUnusedImports(text);
    String ordered = ImportOrderer.reorderImports(used, JavaFormatterOptions.Style.GOOGLE);
    return new Formatter().formatSource(ordered);
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
