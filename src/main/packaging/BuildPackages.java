import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Packs the image of {@link BuildImage} for other machines of this kind: {@code
 * vpnprobe-VERSION-linux-ARCH.tar.gz}, {@code vpnprobe_VERSION_ARCH.deb} and {@code SHA256SUMS},
 * all in {@code target}. The same image gives the same bytes. It takes GNU tar, and dpkg-deb for
 * the second; where one is missing it says so and leaves that package out.
 */
final class BuildPackages {
  /** The time of every file in a package, as of every jar in the image. */
  static final String TIME = Jars.TIME.toString();

  private BuildPackages() {}

  public static void main(String[] args) throws Exception {
    Path sources = Path.of(args[0]);
    Path target = Path.of(args[1]);
    String version = args[2];
    String maintainer = args[3];
    Path image = target.resolve("vpnprobe");
    if (!System.getProperty("os.name").equals("Linux")) {
      System.err.println("no packages: they are made on Linux, of the image that was linked there");
      return;
    }
    List<Path> made = new ArrayList<>();
    String name = "vpnprobe-" + version + "-linux-" + architecture() + ".tar.gz";
    if (works("tar", "--sort=name", "--version")) {
      made.add(tar(image, target.resolve(name)));
    } else {
      System.err.println("no " + name + ": it takes GNU tar");
    }
    if (works("dpkg-deb", "--version")) {
      made.add(new Debian(sources, image, target, version, maintainer).build());
    } else {
      System.err.println("no .deb: it takes dpkg-deb");
    }
    StringBuilder sums = new StringBuilder();
    for (Path file : made) {
      sums.append(sha256(file)).append("  ").append(file.getFileName()).append('\n');
    }
    Files.writeString(target.resolve("SHA256SUMS"), sums);
  }

  /** As Debian and container registries call this machine's kind. */
  static String architecture() {
    String arch = System.getProperty("os.arch");
    return arch.equals("aarch64") ? "arm64" : arch;
  }

  private static Path tar(Path image, Path archive) throws Exception {
    run(
        List.of(
            "tar",
            "--sort=name",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--mode=u=rwX,go=rX",
            "--mtime=" + TIME,
            "--format=gnu",
            // Neither the name nor the time of the file that is compressed.
            "--use-compress-program=gzip -n",
            "-cf",
            archive.toString(),
            "-C",
            image.getParent().toString(),
            image.getFileName().toString()));
    return archive;
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs a tool; one that fails ends the build with what it said. */
  static void run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .put("SOURCE_DATE_EPOCH", String.valueOf(Jars.TIME.toInstant().getEpochSecond()));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + "\n" + said);
    }
  }

  private static String sha256(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (var in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
