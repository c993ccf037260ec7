package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * What a real-server test needs of the machine. A missing thing skips the test with its reason on a
 * laptop, and fails it under CI ({@code CI} set), where everything is installed first.
 */
final class Needs {
  private static final List<String> DIRECTORIES =
      List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/lib/ipsec");

  private Needs() {}

  /** Root, for network namespaces. */
  static void root() {
    met("root".equals(System.getProperty("user.name")), "root is needed for network namespaces");
  }

  /** Root, {@code ip}, {@code nft} and these programs. */
  static void programs(String... names) {
    root();
    program("ip");
    program("nft");
    for (String name : names) {
      program(name);
    }
  }

  /** The full path of a program; a missing one skips or fails. */
  static String program(String name) {
    for (String directory : DIRECTORIES) {
      Path path = Path.of(directory, name);
      if (Files.isExecutable(path)) {
        return path.toString();
      }
    }
    met(false, name + " is not installed");
    return name;
  }

  /** A file that a package brings along. */
  static void file(String path, String debianPackage) {
    met(Files.exists(Path.of(path)), debianPackage + " is not installed");
  }

  private static void met(boolean condition, String reason) {
    if (!condition && System.getenv("CI") != null) {
      fail("under CI nothing may be missing: " + reason);
    }
    Assumptions.assumeTrue(condition, reason);
  }
}
