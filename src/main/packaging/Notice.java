import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says what the image is made of: {@code NOTICE} and {@code licenses/}, from the bill of materials
 * of this build and from the jars themselves. Fails when a library names no licence.
 */
final class Notice {
  private static final String HEAD =
      """
      vpnprobe, Apache License 2.0 (LICENSE).

      It comes with these libraries, each in a jar of its own under lib/, so that any of them can
      be replaced by another version, and unchanged but for what keeps classes out of the cache
      from which it starts: signatures with their checksums (Bouncy Castle, hkdf) and “Sealed”
      lines (hkdf, siphash) are taken out, and classes of Java 5 (picocli, annotations) have stack maps and the version of
      Java 8. vpnprobe.cdx.json lists the same for programs (CycloneDX), with checksums of what
      was published. The runtime under runtime/ is made from OpenJDK
      (GPL-2.0 with Classpath Exception), whose notices stand in runtime/legal.

      """;

  private Notice() {}

  static void write(Path bom, Path libraries, Path sources, Path image) throws IOException {
    JsonNode tree = JsonMapper.builder().build().readTree(Files.readAllBytes(bom));
    Map<String, String> components = new TreeMap<>();
    for (JsonNode component : tree.get("components")) {
      components.put(
          component.get("name").asString() + "-" + component.get("version").asString() + ".jar",
          licences(component));
    }
    List<Path> jars;
    try (Stream<Path> files = Files.list(libraries)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    Path texts = Files.createDirectories(image.resolve("licenses"));
    StringBuilder notice = new StringBuilder(HEAD);
    for (Path jar : jars) {
      String name = jar.getFileName().toString();
      String licence = components.get(name);
      if (licence == null) {
        throw new IllegalStateException(name + " is not in the bill of materials");
      }
      notice.append(String.format(Locale.ROOT, "%-44s %s%n", name, licence));
      copyTexts(jar, texts.resolve(name.substring(0, name.length() - 4)));
    }
    Files.writeString(image.resolve("NOTICE"), notice);
    Files.copy(bom, image.resolve("vpnprobe.cdx.json"));
    try (Stream<Path> files = Files.list(sources.resolve("src/main/packaging/licenses"))) {
      for (Path text : files.sorted().toList()) {
        Files.copy(text, texts.resolve(text.getFileName()));
      }
    }
  }

  private static String licences(JsonNode component) {
    StringBuilder all = new StringBuilder();
    for (JsonNode choice : component.path("licenses")) {
      JsonNode licence = choice.path("license");
      String name =
          choice.has("expression")
              ? choice.get("expression").asString()
              : licence.path("id").asString(licence.path("name").asString(""));
      all.append(all.isEmpty() ? "" : ", ").append(name);
    }
    if (all.isEmpty()) {
      throw new IllegalStateException("no licence is known of " + component.get("name"));
    }
    return all.toString();
  }

  /** The licences and notices that a jar carries along. */
  private static void copyTexts(Path jar, Path folder) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (ZipEntry entry : file.stream().filter(Notice::isText).toList()) {
        Files.createDirectories(folder);
        try (InputStream in = file.getInputStream(entry)) {
          Files.copy(in, folder.resolve(Path.of(entry.getName()).getFileName()));
        }
      }
      if (file.getEntry("org/bouncycastle/LICENSE.class") != null) {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("LICENSE"), bouncyCastle());
      }
    }
  }

  private static boolean isText(ZipEntry entry) {
    String name = entry.getName().toUpperCase(Locale.ROOT);
    return name.startsWith("META-INF/")
        && name.indexOf('/', 9) < 0
        && (name.contains("LICENSE") || name.contains("NOTICE"));
  }

  /** That library holds its licence as a constant in a class. */
  private static String bouncyCastle() {
    try {
      return String.valueOf(
          Class.forName("org.bouncycastle.LICENSE").getField("licenseText").get(null));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Bouncy Castle keeps its licence elsewhere now", e);
    }
  }
}
