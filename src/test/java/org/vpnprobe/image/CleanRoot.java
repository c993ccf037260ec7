package org.vpnprobe.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The smallest Debian there is, in a folder, made by debootstrap; nothing of this machine's files
 * is seen from inside. Closing unmounts and deletes it.
 */
final class CleanRoot implements AutoCloseable {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
          "DEBIAN_FRONTEND", "noninteractive",
          "XDG_STATE_HOME", "/var/lib");

  private final Path root;

  private CleanRoot(Path root) {
    this.root = root;
  }

  /** How a command ended, and all that it printed. */
  record Result(int exit, String said) {
    Result ok() {
      assertEquals(0, exit, said);
      return this;
    }
  }

  /** Skips on a machine without the means, fails there under CI. */
  static void needs(String... programs) {
    met(System.getProperty("user.name").equals("root"), "root is needed to enter another root");
    for (String program : programs) {
      met(
          List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
          program + " is not installed");
    }
  }

  static void met(boolean condition, String reason) {
    if (!condition && System.getenv("CI") != null) {
      fail("under CI nothing may be missing: " + reason);
    }
    Assumptions.assumeTrue(condition, reason);
  }

  /** This machine's own release of Debian, from the mirror that debootstrap knows. */
  static CleanRoot bootstrapped(Path root) throws Exception {
    String release =
        Files.readAllLines(Path.of("/etc/os-release")).stream()
            .filter(line -> line.startsWith("VERSION_CODENAME="))
            .map(line -> line.substring("VERSION_CODENAME=".length()).replace("\"", ""))
            .findFirst()
            .orElse("stable");
    CleanRoot made = new CleanRoot(root);
    try {
      outside(
              "debootstrap",
              "--variant=minbase",
              "--include=adduser,systemd-standalone-sysusers",
              release,
              root.toString())
          .ok();
    } catch (Exception | AssertionError e) {
      made.close();
      throw e;
    }
    return made;
  }

  /** Another such root, to be changed; programs find their libraries only with {@code /proc}. */
  CleanRoot copy(Path to) throws Exception {
    outside("cp", "-a", root.toString(), to.toString()).ok();
    CleanRoot copy = new CleanRoot(to);
    try {
      outside("mount", "-t", "proc", "proc", to.resolve("proc").toString()).ok();
    } catch (Exception | AssertionError e) {
      copy.close();
      throw e;
    }
    return copy;
  }

  Path path(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  /** Runs a shell command in there, by root. */
  Result run(String command) throws IOException, InterruptedException {
    return as("0:0", command);
  }

  /** Runs a shell command in there, by this user and group, with no capability at all. */
  Result as(String user, String command) throws IOException, InterruptedException {
    return outside("chroot", "--userspec=" + user, root.toString(), "/bin/sh", "-c", command);
  }

  static Result outside(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("vpnprobe-root", ".txt");
    try {
      List<String> limited = new ArrayList<>(List.of("timeout", "300"));
      limited.addAll(List.of(command));
      ProcessBuilder builder =
          new ProcessBuilder(limited).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().clear();
      builder.environment().putAll(ENVIRONMENT);
      Process process = builder.start();
      process.getOutputStream().close();
      assertTrue(process.waitFor(310, TimeUnit.SECONDS), "did not end: " + List.of(command));
      return new Result(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }

  /** Also what a debootstrap that was broken off has mounted. */
  @Override
  public void close() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String mounted = line.split(" ")[1];
      if (Path.of(mounted).startsWith(root)) {
        outside("umount", "-l", mounted).ok();
      }
    }
    outside("rm", "-rf", "--one-file-system", root.toString()).ok();
  }
}
