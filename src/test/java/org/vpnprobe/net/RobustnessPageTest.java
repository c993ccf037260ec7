package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The page of bounds names those that hold. */
class RobustnessPageTest {
  @Test
  void boundsOfATrial() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/robustness.md"));
    for (String row :
        new String[] {
          row("Bytes received", Trace.MOST_BYTES),
          row("Bytes sent", Trace.MOST_BYTES),
          row("Datagrams received", Trace.MOST_DATAGRAMS),
          row("Datagrams sent", Trace.MOST_DATAGRAMS),
          row("Observations kept", Trace.MOST_OBSERVATIONS),
          row("Characters kept of what a server says", Trace.LONGEST_TEXT)
        }) {
      assertTrue(page.contains(row), row);
    }
  }

  private static String row(String what, long bound) {
    return String.format(Locale.ROOT, "| %s | %,d", what, bound);
  }
}
