package org.vpnprobe.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** PostgreSQL from Debian's package, its data in a temporary folder, at a loopback port. */
public final class PostgresServer implements AutoCloseable {
  /** Nobody else is at this port of loopback; that it is no word tells it from other text. */
  public static final String PASSWORD = "hush-9f2c";

  private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
  private static final String USER = "postgres";

  private final Path folder;
  private final int port;
  private final Daemon daemon;

  private PostgresServer(Path folder, int port, Daemon daemon) {
    this.folder = folder;
    this.port = port;
    this.daemon = daemon;
  }

  /** Starts one; skips or fails where the package is missing. */
  public static PostgresServer start() throws IOException, InterruptedException {
    Needs.file(PACKAGES.toString(), "postgresql");
    Path programs;
    try (Stream<Path> versions = Files.list(PACKAGES)) {
      programs = versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
    }
    Path folder = Files.createTempDirectory("vpnprobe-postgres");
    Path password = Files.writeString(folder.resolve("password"), PASSWORD);
    boolean root = "root".equals(System.getProperty("user.name"));
    if (root) {
      // It refuses to run as root.
      UserPrincipal user =
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(USER);
      Files.setOwner(folder, user);
      Files.setOwner(password, user);
    }
    Path data = folder.resolve("data");
    done(
        folder,
        as(
            root,
            programs.resolve("initdb") + "",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "-A",
            "scram-sha-256",
            "-U",
            USER,
            "--pwfile=" + password,
            data.toString()));
    int port = freePort();
    Daemon daemon =
        Daemon.start(
            null,
            folder,
            as(
                    root,
                    programs.resolve("postgres") + "",
                    "-D",
                    data.toString(),
                    "-h",
                    "127.0.0.1",
                    "-p",
                    Integer.toString(port),
                    "-k",
                    folder.toString(),
                    "-F")
                .toArray(String[]::new));
    daemon.awaitLog("ready to accept connections");
    return new PostgresServer(folder, port, daemon);
  }

  private static List<String> as(boolean root, String... command) {
    List<String> words = new ArrayList<>();
    if (root) {
      words.addAll(
          List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--"));
    }
    words.addAll(List.of(command));
    return words;
  }

  private static void done(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Path log = folder.resolve("initdb.log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new AssertionError(Files.readString(log));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Its one database; with more settings of the driver. */
  public String url(String more) {
    return "jdbc:postgresql://127.0.0.1:"
        + port
        + "/postgres?user="
        + USER
        + "&password="
        + PASSWORD
        + more;
  }

  @Override
  public void close() {
    daemon.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
