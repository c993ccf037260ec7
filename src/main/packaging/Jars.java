import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts jars into the image such that all their classes can stand in the ahead-of-time cache. A jar
 * for which nothing has to be done is copied byte by byte.
 */
final class Jars {
  /** The cache is refused when a jar's time differs from the recorded one: all get the same. */
  static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

  /** Java 6 brought the check of classes by the types that stand in them (JVMS §4.10.1). */
  private static final int FIRST_WITH_TYPES = 50;

  /** Java 8, the lowest of the other libraries. */
  private static final int RAISED = 52;

  private Jars() {}

  static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    try (FileSystem zip = FileSystems.newFileSystem(to)) {
      Path meta = zip.getPath("META-INF");
      if (Files.exists(meta.resolve("MANIFEST.MF"))) {
        open(meta.resolve("MANIFEST.MF"), unsign(meta));
      }
      raise(zip);
    }
    Files.setLastModifiedTime(to, TIME);
  }

  /**
   * Classes of a signed jar are kept out of the cache, and checking the signatures took a quarter
   * of a start. Bouncy Castle's own provider, which would want them, is not registered.
   *
   * @return whether the jar was signed
   */
  private static boolean unsign(Path folder) throws IOException {
    List<Path> signatures;
    try (Stream<Path> files = Files.list(folder)) {
      signatures = files.filter(f -> f.toString().matches(".*\\.(SF|RSA|DSA|EC)")).toList();
    }
    for (Path signature : signatures) {
      Files.delete(signature);
    }
    return !signatures.isEmpty();
  }

  /**
   * Takes the seal from a jar's manifest. With a cache, the virtual machine compares sealed
   * packages with the path at which the jar stood when the cache was recorded, and does not even
   * start where that is gone: on every other machine (JDK 25). What stands below the first section
   * of a signed jar's manifest are checksums, up to 880 kB that each start would read.
   */
  private static void open(Path manifest, boolean signed) throws IOException {
    String text = Files.readString(manifest);
    String open = text.replaceAll("(?m)^Sealed: true\\R", "");
    if (signed) {
      open = open.split("\\R\\R", 2)[0] + "\r\n\r\n";
    }
    if (!open.equals(text)) {
      Files.writeString(manifest, open);
      Files.setLastModifiedTime(manifest, TIME);
    }
  }

  /**
   * Classes of Java 5 (picocli's) are kept out of the cache, since they say no types to check them
   * by: they get them here. Their code stays what it is.
   */
  private static void raise(FileSystem zip) throws IOException {
    ClassFile files =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(type -> open(zip, type))
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    List<Path> classes;
    try (Stream<Path> all = Files.walk(zip.getPath("/"))) {
      classes = all.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : classes) {
      ClassModel model = files.parse(Files.readAllBytes(file));
      if (model.majorVersion() < FIRST_WITH_TYPES) {
        FileTime time = Files.getLastModifiedTime(file);
        Files.write(
            file,
            files.transformClass(
                model,
                ClassTransform.transformingMethodBodies(CodeBuilder::with)
                    .andThen(ClassTransform.endHandler(b -> b.withVersion(RAISED, 0)))));
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  private static java.io.InputStream open(FileSystem zip, ClassDesc type) {
    String name = type.descriptorString();
    Path file = zip.getPath(name.substring(1, name.length() - 1) + ".class");
    try {
      return Files.exists(file) ? Files.newInputStream(file) : null;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
