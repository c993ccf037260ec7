package org.vpnprobe.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The program where it takes the system for another one: what stands on calls of Linux says so, all
 * else works. It shows what our code does there, not what those systems do.
 */
@Timeout(180)
class OtherSystemsIT {
  private static final Path IMAGE = Path.of("target", "vpnprobe").toAbsolutePath();

  @TempDir private Path home = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"Darwin", "Windows"})
  void whatNeedsLinuxSaysSoAndAllElseWorks(String system) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      Path probes =
          Files.writeString(
              home.resolve("probes.yaml"),
              """
              version: 1
              carriers:
                plain: {via: direct}
                address: {via: {source: 127.0.0.1}}
                device: {via: {interface: lo}}
                space: {via: {netns: vpnprobe-none}}
              endpoints: [{name: a, protocol: tcp, address: "127.0.0.1:%d"}]
              """
                  .formatted(server.getLocalPort()));
      ProcessBuilder builder =
          new ProcessBuilder(
                  List.of(
                      IMAGE.resolve("bin/vpnprobe").toString(),
                      "run",
                      probes.toString(),
                      "--quick",
                      "--format",
                      "json",
                      "--out",
                      home.resolve("out").toString()))
              .redirectErrorStream(true);
      builder.environment().put("VPNPROBE_JAVA_OPTS", "-Dos.name=" + system);
      builder.environment().put("XDG_STATE_HOME", home.toString());
      Process process = builder.start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(1, TimeUnit.MINUTES), "did not end");
      String report = Files.readString(home.resolve("out/report.json"));
      assertEquals("reachable", state(report, "plain"), said + report);
      assertEquals("reachable", state(report, "address"), report);
      assertEquals("vantage_offline", state(report, "device"), report);
      assertEquals("vantage_offline", state(report, "space"), report);
      String all = said + Files.readString(home.resolve("out/results.ndjson"));
      assertTrue(all.contains("binding to an interface needs Linux"), all);
      assertTrue(all.contains("network namespaces are a thing of Linux"), all);
      assertTrue(
          said.contains("on " + system + " “device” stays offline"), "as check says: " + said);
      assertTrue(said.contains("on " + system + " “space” stays offline"), said);
    }
  }

  private static String state(String report, String carrier) {
    for (var cell : new tools.jackson.databind.ObjectMapper().readTree(report).get("cells")) {
      if (cell.get("carrier").asString().equals(carrier)) {
        return cell.get("state").asString();
      }
    }
    return "no cell";
  }
}
