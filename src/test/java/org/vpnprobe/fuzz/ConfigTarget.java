package org.vpnprobe.fuzz;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.lab.Lab;

/** A file that a user wrote: read, or refused with its places. */
public final class ConfigTarget {
  private ConfigTarget() {}

  /** Reads the bytes as a file. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    try {
      ProbeFile.parse(
          "probes.yaml",
          new String(bytes, StandardCharsets.UTF_8),
          Options.of("fuzz", Instant.EPOCH, "run").withLab(Lab::material));
    } catch (InvalidFile e) {
      // As declared.
    }
  }
}
