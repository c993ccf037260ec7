import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds the self-contained application in {@code target/vpnprobe}: a linked runtime, our jar and
 * its libraries, a launcher, and an ahead-of-time cache recorded from a rehearsal run. Started by
 * the build with the JDK that compiled the classes.
 */
final class BuildImage {
  /** What the code and its libraries need; java.desktop would only serve Jackson's bean support. */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.sql",
          "jdk.crypto.ec",
          "jdk.unsupported");

  /** There the launcher is a command file, and files have no permissions of POSIX. */
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private BuildImage() {}

  public static void main(String[] args) throws Exception {
    Path sources = Path.of(args[0]);
    Path target = Path.of(args[1]);
    Path image = target.resolve("vpnprobe");
    delete(image);
    Files.createDirectories(image.resolve("lib"));
    Files.createDirectories(image.resolve("bin"));
    link(image.resolve("runtime"));
    List<String> libraries =
        copyJars(target.resolve("lib"), target.resolve(args[2]), image.resolve("lib"));
    copySqlite(target.resolve("lib"), image.resolve("lib"));
    Path launcher = launcher(sources, image, libraries);
    Files.copy(sources.resolve("LICENSE"), image.resolve("LICENSE"));
    Notice.write(target.resolve("bom.json"), target.resolve("lib"), sources, image);
    Files.copy(sources.resolve("probes.yaml"), image.resolve("probes.yaml"));
    copyTree(sources.resolve("src/main/packaging/share"), image.resolve("share"));
    manuals(target, image);
    completions(launcher, image);
    record(launcher, image, target.resolve("training"));
  }

  private static void link(Path runtime) {
    ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
    int exit =
        jlink.run(
            System.out,
            System.err,
            "--add-modules",
            String.join(",", MODULES),
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            runtime.toString());
    if (exit != 0) {
      throw new IllegalStateException("jlink failed with " + exit);
    }
  }

  /**
   * SQLite itself for this platform: found in a file of its own, it is not unpacked into a folder
   * for temporary files, which may be read-only or forbid programs.
   */
  private static void copySqlite(Path libraries, Path lib) throws IOException {
    String arch = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    boolean mac = System.getProperty("os.name").startsWith("Mac");
    boolean musl = Files.exists(Path.of("/lib/ld-musl-" + arch + ".so.1"));
    String system = WINDOWS ? "Windows" : mac ? "Mac" : musl ? "Linux-Musl" : "Linux";
    String name = WINDOWS ? "sqlitejdbc.dll" : mac ? "libsqlitejdbc.dylib" : "libsqlitejdbc.so";
    String entry = String.join("/", "org/sqlite/native", system, arch, name);
    try (Stream<Path> files = Files.list(libraries)) {
      Path jar =
          files
              .filter(f -> f.getFileName().toString().startsWith("sqlite-jdbc-"))
              .findFirst()
              .orElseThrow();
      try (FileSystem zip = FileSystems.newFileSystem(jar)) {
        Files.copy(zip.getPath(entry), lib.resolve(name));
      }
    }
  }

  /** Returns the libraries in the order of the class path. */
  private static List<String> copyJars(Path libraries, Path ours, Path lib) throws IOException {
    Jars.copy(ours, lib.resolve("vpnprobe.jar"));
    List<Path> jars;
    try (Stream<Path> files = Files.list(libraries)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    for (Path jar : jars) {
      Jars.copy(jar, lib.resolve(jar.getFileName()));
    }
    return jars.stream().map(jar -> jar.getFileName().toString()).toList();
  }

  /** What users take into their own systems: alert rules, a dashboard, examples for CI systems. */
  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  /** Pages of the manual into {@code target/man} and the image; their date is that of the jars. */
  private static void manuals(Path target, Path image) throws Exception {
    Path pages = target.resolve("man");
    delete(pages);
    run(
        List.of(
            image.resolve("runtime/bin/java").toString(),
            "-cp",
            image.resolve("lib") + "/*",
            "org.vpnprobe.cli.ManPages",
            pages.toString(),
            Jars.TIME.toString().substring(0, 10)),
        target.resolve("man.log"));
    Files.createDirectories(image.resolve("share/man"));
    copyTree(pages, image.resolve("share/man/man1"));
  }

  /** Where packages for these shells look for them, below {@code share}. */
  private static void completions(Path launcher, Path image) throws Exception {
    completion(launcher, "bash", image.resolve("share/bash-completion/completions/vpnprobe"));
    completion(launcher, "fish", image.resolve("share/fish/vendor_completions.d/vpnprobe.fish"));
    completion(launcher, "zsh", image.resolve("share/zsh/site-functions/_vpnprobe"));
  }

  private static void completion(Path launcher, String shell, Path file) throws Exception {
    Files.createDirectories(file.getParent());
    run(List.of(launcher.toString(), "completion", shell), file);
  }

  private static void run(List<String> command, Path output) throws Exception {
    Process process = new ProcessBuilder(command).redirectOutput(output.toFile()).start();
    process.getOutputStream().close();
    String errors = new String(process.getErrorStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + ": " + errors);
    }
  }

  private static Path launcher(Path sources, Path image, List<String> libraries)
      throws IOException {
    Path launcher = image.resolve(WINDOWS ? "bin/vpnprobe.cmd" : "bin/vpnprobe");
    Path template = sources.resolve("src/main/packaging/vpnprobe." + (WINDOWS ? "cmd" : "sh"));
    String folder = WINDOWS ? "%home%\\lib\\" : "$home/lib/";
    String classPath =
        libraries.stream().map(folder::concat).collect(Collectors.joining(WINDOWS ? ";" : ":"));
    Files.writeString(launcher, Files.readString(template).replace("@CLASSPATH@", classPath));
    if (!WINDOWS) {
      Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return launcher;
  }

  /**
   * A quick run on the embedded lab loads what a real one does. Without a cache the image still
   * runs. No profiles are recorded: they make a start compile what this run needed often, which is
   * a fifth of its CPU time.
   */
  private static void record(Path launcher, Path image, Path scratch) throws Exception {
    delete(scratch);
    Files.createDirectories(scratch);
    Path cache = image.resolve("lib/vpnprobe.aot");
    ProcessBuilder training =
        new ProcessBuilder(
            launcher.toString(),
            "run",
            image.resolve("probes.yaml").toString(),
            "--quick",
            "--inconclusive-ok",
            "--out",
            scratch.toString());
    Path log = scratch.resolve("training.log");
    training.environment().put("VPNPROBE_AOT", "-XX:AOTCacheOutput=" + cache);
    training
        .environment()
        .put("VPNPROBE_JAVA_OPTS", "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining");
    training.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = training.start();
    process.getOutputStream().close();
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    if (!Files.exists(cache)) {
      System.err.println("no ahead-of-time cache was made (start-up is slower without):");
      System.err.println(Files.readString(log));
    }
  }

  static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
