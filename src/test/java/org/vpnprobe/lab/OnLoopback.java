package org.vpnprobe.lab;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.vpnprobe.config.BoundEndpoint;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;

/**
 * A server for each endpoint of a file, on loopback, in a process of its own: what a benchmark
 * measures against. Prints the endpoint and port of each, and ends with its standard input.
 */
public final class OnLoopback {
  private OnLoopback() {}

  /** Serves the file that is named. */
  public static void main(String[] args) throws Exception {
    Loaded loaded =
        ProbeFile.parse(
            "servers.yaml",
            Files.readString(Path.of(args[0])),
            Options.of("bench", Instant.now(), "bench").withLab(Lab::material));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (BoundEndpoint endpoint : loaded.endpoints().values()) {
      Responder responder = Responders.start(endpoint.protocol().name(), endpoint.settings());
      out.println(endpoint.name() + " " + responder.address().getPort());
    }
    out.println("ready");
    System.in.readAllBytes();
    System.exit(0);
  }
}
