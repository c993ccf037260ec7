package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** Programs of the system that judge what we write for them, and our own in a process. */
final class Programs {
  private Programs() {}

  /** What a program said, both streams together. */
  record Said(int exit, String text) {}

  /** A missing program skips the test with the reason; under CI, where all are installed, fails. */
  static String needed(String name) {
    for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return Path.of(folder, name).toString();
      }
    }
    if (System.getenv("CI") != null) {
      fail("under CI nothing may be missing: " + name + " is not installed");
    }
    Assumptions.abort(name + " is not installed");
    return name;
  }

  /** Runs a program in a folder to its end; its input is empty. */
  static Said run(Path folder, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("TERM", "dumb");
    Path out = Files.createTempFile("program", ".out");
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "did not end: " + command[0]);
      return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(out);
    }
  }

  /** A script that starts these classes, as the launcher would. */
  static Path vpnprobe(Path folder) throws IOException {
    String classes =
        Arrays.stream(System.getProperty("java.class.path").split(":"))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(":"));
    Path script =
        Files.writeString(
            folder.resolve("vpnprobe"),
            "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 -cp '%s' org.vpnprobe.cli.Main \"$@\"\n"
                .formatted(Path.of(System.getProperty("java.home"), "bin", "java"), classes));
    assertTrue(script.toFile().setExecutable(true));
    return script;
  }
}
