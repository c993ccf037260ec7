package org.vpnprobe.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The archive and the package, read by the tools of those who take them. */
@Timeout(300)
class ArchiveIT {
  private static Path built(String pattern) throws Exception {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches(pattern))
          .findFirst()
          .orElseThrow(() -> new AssertionError("the build made no " + pattern));
    }
  }

  /** Sorted, of nobody in particular, of one time: what the same image gives again. */
  @Test
  void nothingOfTheBuildersMachineIsInTheArchive() throws Exception {
    Path archive = built("vpnprobe-\\d+\\.\\d+\\.\\d+-linux-(amd64|arm64)\\.tar\\.gz");
    List<String> lines =
        CleanRoot.outside("tar", "--utc", "--full-time", "-tvzf", archive.toString())
            .ok()
            .said()
            .lines()
            .toList();
    assertTrue(lines.size() > 100, lines.size() + " files");
    for (String line : lines) {
      assertTrue(
          line.matches(
              "(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|l\\S{9}) (root/root|0/0) +\\d+"
                  + " 2026-01-01 00:00:00 vpnprobe/.*"),
          line);
    }
    assertTrue(lines.stream().anyMatch(line -> line.endsWith(" vpnprobe/bin/vpnprobe")));
    assertTrue(lines.stream().anyMatch(line -> line.endsWith(" vpnprobe/NOTICE")));
  }

  @Test
  void theChecksumsAreThoseOfTheFiles() throws Exception {
    CleanRoot.Result sums =
        CleanRoot.outside("sh", "-c", "cd target && sha256sum --strict -c SHA256SUMS").ok();
    assertTrue(sums.said().contains(".tar.gz: OK"), sums.said());
  }

  /** No errors by Debian's own checker; warnings are those of the overrides, with their reasons. */
  @Test
  void lintianFindsNoError() throws Exception {
    CleanRoot.needs("lintian");
    CleanRoot.Result result =
        CleanRoot.outside(
            "lintian", "--allow-root", "--fail-on", "error", built("vpnprobe_.*\\.deb").toString());
    assertEquals("", errors(result.ok().said()));
  }

  private static String errors(String said) {
    return String.join("\n", said.lines().filter(line -> line.startsWith("E:")).toList());
  }
}
