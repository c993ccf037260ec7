package org.vpnprobe.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What the image is made of is said with it, and a second build makes the same bytes. */
class SupplyIT {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path IMAGE = TARGET.resolve("vpnprobe");

  private static List<String> libraries() throws IOException {
    try (Stream<Path> files = Files.list(IMAGE.resolve("lib"))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".jar") && !name.equals("vpnprobe.jar"))
          .sorted()
          .toList();
    }
  }

  @Test
  void everyLibraryIsInTheNoticeWithItsLicence() throws Exception {
    List<String> notice = Files.readAllLines(IMAGE.resolve("NOTICE"));
    for (String library : libraries()) {
      assertTrue(
          notice.stream()
              .anyMatch(line -> line.matches(java.util.regex.Pattern.quote(library) + " +\\S.*")),
          library);
    }
    assertTrue(Files.size(IMAGE.resolve("licenses/LGPL-3.0.txt")) > 5000);
    assertTrue(Files.exists(IMAGE.resolve("runtime/legal/java.base/LICENSE")));
  }

  @Test
  void theBillOfMaterialsListsTheLibrariesAndNothingElse() throws Exception {
    JsonNode bom =
        new ObjectMapper().readTree(Files.readString(IMAGE.resolve("vpnprobe.cdx.json")));
    assertEquals("CycloneDX", bom.get("bomFormat").asString());
    Set<String> listed = new HashSet<>();
    for (JsonNode component : bom.get("components")) {
      listed.add(
          component.get("name").asString() + "-" + component.get("version").asString() + ".jar");
      assertTrue(component.get("hashes").size() > 0, "a checksum");
    }
    assertEquals(new HashSet<>(libraries()), listed);
  }

  @Test
  void noDependencyOrPluginFloats() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    assertTrue(!pom.contains("SNAPSHOT") && !pom.contains("LATEST") && !pom.contains("RELEASE<"));
    int plugins = pom.split("<plugin>", -1).length - 1;
    int pinned =
        pom.split("-plugin</artifactId><version>([0-9]|\\$\\{[a-z.]+\\.version})", -1).length - 1;
    // The lint profile adds to the compiler plugin, which has its version above.
    assertEquals(plugins - 1, pinned, "plugins with a version");
  }

  @Test
  void aSecondCompilationMakesTheSameClasses(@TempDir Path folder) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-d", folder.toString(), "-cp", classPath(), "-g", "-parameters", "-proc:none"));
    arguments.addAll(List.of("--release", "25", "-nowarn"));
    for (Path root : List.of(Path.of("src/main/java"), TARGET.resolve("generated-sources"))) {
      if (Files.exists(root)) {
        try (Stream<Path> sources = Files.walk(root)) {
          sources
              .map(Path::toString)
              .filter(f -> f.endsWith(".java"))
              .sorted()
              .forEach(arguments::add);
        }
      }
    }
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    assertEquals(0, javac.run(System.out, System.err, arguments.toArray(String[]::new)));
    int classes = 0;
    LocalDateTime time = LocalDateTime.of(2026, 1, 1, 0, 0);
    try (JarFile jar = new JarFile(IMAGE.resolve("lib/vpnprobe.jar").toFile())) {
      for (JarEntry entry : jar.stream().toList()) {
        assertEquals(time, entry.getTimeLocal(), entry.getName());
        if (entry.getName().endsWith(".class")) {
          classes++;
          assertArrayEquals(
              Files.readAllBytes(folder.resolve(entry.getName())),
              jar.getInputStream(entry).readAllBytes(),
              entry.getName());
        }
      }
      String manifest =
          new String(
              jar.getInputStream(jar.getEntry("META-INF/MANIFEST.MF")).readAllBytes(),
              java.nio.charset.StandardCharsets.UTF_8);
      assertTrue(!manifest.contains("Built-By") && !manifest.contains("Build-Time"), manifest);
    }
    assertTrue(classes > 500, classes + " classes");
  }

  private static String classPath() throws IOException {
    return String.join(
        java.io.File.pathSeparator,
        libraries().stream().map(name -> IMAGE.resolve("lib").resolve(name).toString()).toList());
  }
}
