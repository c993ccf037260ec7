import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The Debian package: the image in {@code /usr/lib/vpnprobe}, its manual pages, completions, units
 * and examples where Debian looks for them (Debian Policy 4.6, FHS). dpkg-deb writes the file, so
 * that its format is Debian's own business.
 */
final class Debian {
  /** Where the parts of the image's {@code share} belong; the rest of it are examples. */
  private static final Map<String, String> SHARED =
      Map.of(
          "share/man", "usr/share/man",
          "share/bash-completion", "usr/share/bash-completion",
          "share/fish", "usr/share/fish",
          "share/zsh/site-functions", "usr/share/zsh/vendor-completions");

  /** What is not part of the program, and where it goes. */
  private static final Map<String, String> DOCUMENTS =
      Map.of(
          "NOTICE", "usr/share/doc/vpnprobe/NOTICE",
          "vpnprobe.cdx.json", "usr/share/doc/vpnprobe/vpnprobe.cdx.json",
          "licenses", "usr/share/doc/vpnprobe/licenses",
          "probes.yaml", "usr/share/doc/vpnprobe/examples/probes.yaml",
          "share", "usr/share/doc/vpnprobe/examples");

  /** The packages of the libraries that a runtime may be linked to, beside the C library. */
  private static final Map<String, String> LIBRARIES =
      Map.of(
          "libz.so.1", "zlib1g",
          "libgcc_s.so.1", "libgcc-s1",
          "libstdc++.so.6", "libstdc++6");

  private final Path sources;
  private final Path image;
  private final Path target;
  private final Path root;
  private final String version;
  private final String maintainer;

  Debian(Path sources, Path image, Path target, String version, String maintainer) {
    this.sources = sources.resolve("src/main/packaging");
    this.image = image;
    this.target = target;
    this.root = target.resolve("deb");
    this.version = version;
    this.maintainer = maintainer;
  }

  Path build() throws Exception {
    BuildImage.delete(root);
    copyImage();
    link("usr/bin/vpnprobe", "../lib/vpnprobe/bin/vpnprobe");
    documents();
    units();
    Files.createDirectories(root.resolve("etc/vpnprobe"));
    Files.createDirectories(root.resolve("var/lib/vpnprobe"));
    put("usr/share/lintian/overrides/vpnprobe", read("overrides"));
    String sums = permissionsTimesAndSums();
    control(sums);
    String arch = BuildPackages.architecture();
    Path deb = target.resolve("vpnprobe_" + version + "_" + arch + ".deb");
    BuildPackages.run(
        List.of(
            "dpkg-deb",
            "--root-owner-group",
            // The highest level takes minutes, and saves a tenth.
            "-Zxz",
            "-z0",
            "--build",
            root.toString(),
            deb.toString()));
    return deb;
  }

  /** The image, each part where it belongs. */
  private void copyImage() throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(image)) {
      files = walk.filter(file -> !Files.isDirectory(file)).sorted().toList();
    }
    for (Path file : files) {
      String name = image.relativize(file).toString();
      if (name.equals("LICENSE")) {
        continue; // the copyright file says where Debian keeps it
      }
      Path to = root.resolve(place(name));
      Files.createDirectories(to.getParent());
      if (name.startsWith("share/man/")) {
        gzip(to.resolveSibling(to.getFileName() + ".gz"), Files.readAllBytes(file));
      } else {
        Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static String place(String name) {
    for (Map<String, String> places : List.of(SHARED, DOCUMENTS)) {
      for (Map.Entry<String, String> place : places.entrySet()) {
        String from = place.getKey();
        if (name.equals(from) || name.startsWith(from + "/")) {
          return place.getValue() + name.substring(from.length());
        }
      }
    }
    return "usr/lib/vpnprobe/" + name;
  }

  private void documents() throws IOException {
    put(
        "usr/share/doc/vpnprobe/copyright",
        read("copyright")
            + Files.readString(image.resolve("NOTICE"))
                .lines()
                .skip(2)
                .reduce("", (all, line) -> all + line + "\n"));
    gzip(
        root.resolve("usr/share/doc/vpnprobe/changelog.gz"),
        new DebianChangelog(version, maintainer)
            .text(sources.resolveSibling("../site/markdown/changelog.md").normalize())
            .getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The units of any Linux, with the package's own user and places: its files in /etc are then read
   * where they stand, so that what they name ({@code ${file:…}}) needs no line in the unit.
   */
  private void units() throws IOException {
    try (Stream<Path> files = Files.list(sources.resolve("systemd"))) {
      for (Path file : files.sorted().toList()) {
        String unit = Files.readString(file);
        if (file.toString().endsWith(".service")) {
          unit = replace(unit, "DynamicUser=yes\n", "User=vpnprobe\nGroup=vpnprobe\n");
          unit = replace(unit, "LoadCredential=probes.yaml:/etc/vpnprobe/probes.yaml\n", "");
          unit = replace(unit, "${CREDENTIALS_DIRECTORY}/probes.yaml", "/etc/vpnprobe/probes.yaml");
          unit =
              replace(
                  unit, "ExecStart=/opt/vpnprobe/bin/vpnprobe ", "ExecStart=/usr/bin/vpnprobe ");
          unit =
              replace(
                  unit,
                  "Wants=network-online.target\n",
                  "Wants=network-online.target\n"
                      + "Documentation=man:vpnprobe(1)\n"
                      + "ConditionPathExists=/etc/vpnprobe/probes.yaml\n");
          unit = unit.substring(unit.indexOf("[Unit]"));
        }
        put("usr/lib/systemd/system/" + file.getFileName(), unit);
      }
    }
    put("usr/lib/sysusers.d/vpnprobe.conf", read("sysusers.conf"));
  }

  private static String replace(String text, String from, String to) {
    if (!text.contains(from)) {
      throw new IllegalStateException("a unit without " + from);
    }
    return text.replace(from, to);
  }

  /** What is in the package, with one time and plain permissions; returns dpkg's md5sums. */
  private String permissionsTimesAndSums() throws Exception {
    StringBuilder sums = new StringBuilder();
    long[] bytes = {0};
    List<Path> all = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            all.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e) {
            all.add(directory);
            return FileVisitResult.CONTINUE;
          }
        });
    for (Path file : all.stream().sorted().toList()) {
      if (Files.isSymbolicLink(file)) {
        continue;
      }
      boolean runs = Files.isDirectory(file) || isProgram(file);
      Files.setPosixFilePermissions(
          file, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
      if (Files.isRegularFile(file)) {
        bytes[0] += Files.size(file);
        byte[] sum = MessageDigest.getInstance("MD5").digest(Files.readAllBytes(file));
        sums.append(HexFormat.of().formatHex(sum))
            .append("  ")
            .append(root.relativize(file))
            .append('\n');
      }
    }
    for (Path file : all) {
      if (!Files.isSymbolicLink(file)) {
        Files.setLastModifiedTime(file, Jars.TIME);
      }
    }
    return sums.toString();
  }

  private boolean isProgram(Path file) {
    String folder = root.relativize(file.getParent()).toString();
    return folder.endsWith("/bin")
        || file.endsWith("lib/jspawnhelper")
        || file.endsWith("lib/jexec");
  }

  private void control(String sums) throws Exception {
    put("DEBIAN/md5sums", sums);
    long kilobytes;
    TreeSet<String> depends = new TreeSet<>();
    String libc = "0";
    try (Stream<Path> walk = Files.walk(root)) {
      long size = 0;
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        size += (Files.size(file) + 1023) / 1024;
        if (file.toString().contains(".so") || file.getParent().endsWith("runtime/bin")) {
          String binary = Files.readString(file, StandardCharsets.ISO_8859_1);
          libc = newest(libc, binary);
          LIBRARIES.forEach((library, name) -> {
            if (binary.contains("\0" + library + "\0")) {
              depends.add(name);
            }
          });
        }
      }
      kilobytes = size;
    }
    depends.add("libc6 (>= " + libc + ")");
    String control =
        read("control")
            .replace("@VERSION@", version)
            .replace("@ARCHITECTURE@", BuildPackages.architecture())
            .replace("@MAINTAINER@", maintainer)
            .replace("@SIZE@", String.valueOf(kilobytes))
            .replace("@DEPENDS@", String.join(", ", depends));
    put("DEBIAN/control", control);
    for (String script : List.of("postinst", "prerm", "postrm")) {
      Path file = put("DEBIAN/" + script, read(script));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    try (Stream<Path> files = Files.walk(root.resolve("DEBIAN"))) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (!file.toString().matches(".*/(postinst|prerm|postrm|DEBIAN)")) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        Files.setLastModifiedTime(file, Jars.TIME);
      }
    }
    Files.setPosixFilePermissions(
        root.resolve("DEBIAN"), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The newest version of the C library whose symbols a binary asks for, or the one known. */
  private static String newest(String known, String binary) {
    var versions = java.util.regex.Pattern.compile("GLIBC_(2\\.\\d+)\\b").matcher(binary);
    String newest = known;
    while (versions.find()) {
      if (minor(versions.group(1)) > minor(newest)) {
        newest = versions.group(1);
      }
    }
    return newest;
  }

  private static int minor(String version) {
    return Integer.parseInt(version.substring(version.indexOf('.') + 1));
  }

  private String read(String name) throws IOException {
    return Files.readString(sources.resolve("debian").resolve(name));
  }

  private Path put(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void link(String name, String to) throws IOException {
    Path link = root.resolve(name);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(to));
  }

  /** Java writes neither a name nor a time into the header. */
  private static void gzip(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out =
        new GZIPOutputStream(packed) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        }) {
      out.write(content);
    }
    byte[] bytes = packed.toByteArray();
    bytes[8] = 2; // RFC 1952, XFL: the best compression was asked for
    Files.write(file, bytes);
  }
}
