package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/** Scripts in which {@code $VPNPROBE} is the program, in a process of its own. */
final class Shell {
  /** How it ended, and all that was said. */
  record Said(int exit, String text) {}

  private static final class Packed {
    static final String CLASS_PATH = classPath();

    /** Its classes in a jar, as users have them: a folder takes a descriptor for each class. */
    private static String classPath() {
      Path jar = Path.of("target", "faults", "vpnprobe-" + ProcessHandle.current().pid() + ".jar");
      ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
      String[] words = {"-c", "-0", "-f", jar.toString(), "-C", "target/classes", "."};
      assertEquals(0, tool.run(System.out, System.err, words));
      jar.toFile().deleteOnExit();
      return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
          .replace(
              Path.of("target", "classes").toAbsolutePath().toString(),
              jar.toAbsolutePath().toString());
    }
  }

  private Shell() {}

  /**
   * Runs a script to its end; {@code $MORE} are further words for Java.
   *
   * @param home where it runs, and keeps its state
   */
  static Said run(Path home, String script) throws IOException, InterruptedException {
    Path log = Files.createTempFile(home, "said", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", script)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
    builder
        .environment()
        .put(
            "VPNPROBE",
            String.join(
                " ",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "$MORE -XX:TieredStopAtLevel=1 --add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED -cp",
                Packed.CLASS_PATH,
                "org.vpnprobe.cli.Main"));
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(150, TimeUnit.SECONDS), "did not end");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Said(process.exitValue(), Files.readString(log));
  }
}
