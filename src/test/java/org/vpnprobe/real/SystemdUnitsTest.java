package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped units, read by systemd's own tools; nothing is started. */
@Timeout(60)
class SystemdUnitsTest {
  private static final Path UNITS = Path.of("src", "main", "packaging", "systemd");

  @TempDir private Path folder = Path.of("");

  /** The unit, with a program that is there in the place of ours. */
  private Path unit(String name) throws IOException {
    String text = Files.readString(UNITS.resolve(name));
    return Files.writeString(
        folder.resolve(name), text.replace("/opt/vpnprobe/bin/vpnprobe", "/bin/true"));
  }

  private record Said(int exit, String text) {}

  private static Said analyze(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Needs.program("systemd-analyze")));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    return new Said(process.exitValue(), text);
  }

  @Test
  void theUnitsAreUnderstoodToTheLastLine() throws Exception {
    Said said =
        analyze(
            "verify",
            unit("vpnprobe.service").toString(),
            unit("vpnprobe.timer").toString(),
            unit("vpnprobe-every.service").toString());
    assertEquals(new Said(0, ""), said);
    Path wrong = unit("vpnprobe.service");
    Files.writeString(wrong, Files.readString(wrong).replace("ProtectHome=yes", "ProtectHom=yes"));
    assertTrue(analyze("verify", wrong.toString()).text().contains("ProtectHom"));
  }

  /** systemd's exposure of 0 to 10, in tenths; what is left is that it talks to the network. */
  @ParameterizedTest
  @ValueSource(strings = {"vpnprobe.service", "vpnprobe-every.service"})
  void theServicesMayDoLittle(String name) throws Exception {
    Said said =
        analyze(
            "security", "--offline=true", "--threshold=15", "--no-pager", unit(name).toString());
    assertEquals(0, said.exit(), said.text());
    Path bare =
        Files.writeString(folder.resolve("bare.service"), "[Service]\nExecStart=/bin/true\n");
    assertTrue(
        analyze("security", "--offline=true", "--threshold=15", "--no-pager", bare.toString())
                .exit()
            != 0);
  }

  @Test
  void theTimerIsAQuarterOfAnHour() throws Exception {
    String timer = Files.readString(UNITS.resolve("vpnprobe.timer"));
    assertTrue(timer.contains("OnCalendar=*:0/15\n"));
    Said said = analyze("calendar", "*:0/15");
    assertEquals(0, said.exit());
    assertTrue(said.text().contains("*-*-* *:00/15:00"), said.text());
  }
}
