package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.report.SampleReport;

class MatrixTest {
  private static String matrix(int width, boolean colour) {
    return Matrix.of(SampleReport.mixed(), new Terminal(true, true, width, colour));
  }

  @Test
  void wide() {
    assertEquals(
        """
        ENDPOINT        PROTOCOL   mobile                 unicom                frankfurt (control)
        tokyo-wg        wireguard  ✓ authenticated 43 ms                        ✓ authenticated 43 ms
        paris-ovpn      wireguard  ✗ likely_blocked
                                     handshake: timeout
        bad�[31mname�x  wireguard                         ? insufficient
                                                            handshake: timeout

        """,
        matrix(120, false).substring(0, matrix(120, false).indexOf("mobile:")));
  }

  @Test
  void narrowTerminalsGetSeveralTablesAndNoLineIsTooLong() {
    String narrow = matrix(40, false);
    assertEquals(3, narrow.split("ENDPOINT", -1).length - 1);
    String table = narrow.substring(0, narrow.indexOf("mobile:"));
    assertTrue(table.lines().allMatch(line -> line.length() <= 40), table);
  }

  private static String golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(MatrixTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** One of every state, names that are long or take two columns a letter, both families. */
  private static Report everything() {
    List<Report.Cell> cells = new ArrayList<>();
    for (State state : State.values()) {
      cells.add(SampleReport.cell("x-" + state.id(), "mobile", state, null));
      cells.add(SampleReport.cell("x-" + state.id(), "unicom", State.REACHABLE, true));
    }
    cells.add(SampleReport.cell("東京一号", "mobile", State.DOWN, null));
    cells.add(
        SampleReport.cell("a-name-that-is-longer-than-any-column", "unicom", State.DOWN, null));
    return SampleReport.with(cells);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"wide 120 false", "narrow 60 false", "narrowest 40 false", "plain 80 true"})
  void everyStateAsAgreed(String line) throws IOException {
    String[] words = line.split(" ");
    Terminal terminal = new Terminal(true, true, Integer.parseInt(words[1]), false);
    String text = Matrix.of(everything(), words[2].equals("true") ? terminal.inPlain() : terminal);
    assertEquals(golden("matrix-" + words[0] + ".txt"), text);
    String table = text.substring(0, text.indexOf("mobile: "));
    assertTrue(
        table.lines().allMatch(each -> Width.of(each) <= terminal.width()),
        "no line of the table is wider than the terminal");
  }

  /** A sign and a word tell states apart where colours do not. */
  @Test
  void colourSaysNothingAlone() {
    Set<String> said = new HashSet<>();
    for (State state : State.values()) {
      String text =
          Matrix.of(
              SampleReport.with(List.of(SampleReport.cell("a", "mobile", state, null))),
              new Terminal(true, true, 120, true));
      String row = text.lines().toList().get(1).replaceAll("\u001b\\[[0-9;]*m", "");
      assertTrue(said.add(row), row);
    }
    Paint paint = new Paint(true);
    assertNotEquals(
        paint.state(State.REACHABLE, "x").contains("[1;"),
        paint.state(State.BLOCKED, "x").contains("[1;"),
        "red and green differ in weight, too");
  }

  @Test
  void plainIsAsciiButForNames() {
    String text =
        Matrix.of(everything(), new Terminal(true, true, 120, true).inPlain()).replace("東京一号", "");
    assertTrue(text.chars().allMatch(c -> c < 0x80), text);
    Set<String> signs = new HashSet<>();
    for (State state : State.values()) {
      signs.add(Plain.of(Paint.symbol(state)));
    }
    assertEquals(State.values().length - 1, signs.size(), "blocked and likely_blocked share one");
  }

  @Test
  void widthIsThatOfTheTerminal() {
    assertEquals(8, Width.of("東京一号"));
    assertEquals(4, Width.of("cafe\u0301"));
    assertEquals("東京…", Width.pad("東京一号", 5));
    assertEquals("東… ", Width.pad("東京一号", 4));
    assertEquals("ab  ", Width.pad("ab", 4));
  }

  @Test
  void withoutColourThereIsNoEscape() {
    assertFalse(matrix(120, false).contains("\u001b"));
    assertTrue(matrix(120, true).contains("\u001b[32m"));
  }

  @Test
  void theEnvironmentDecidesOnColour() {
    assertTrue(Terminal.of(Map.of("VPNPROBE_TERMINAL", "out err 120")).colour());
    assertEquals(120, Terminal.of(Map.of("VPNPROBE_TERMINAL", "out err 120")).width());
    assertFalse(Terminal.of(Map.of("VPNPROBE_TERMINAL", " err")).colour());
    assertFalse(Terminal.of(Map.of("VPNPROBE_TERMINAL", "out", "NO_COLOR", "1")).colour());
    assertFalse(Terminal.of(Map.of("VPNPROBE_TERMINAL", "out", "TERM", "dumb")).colour());
    assertTrue(Terminal.of(Map.of("VPNPROBE_TERMINAL", "", "CLICOLOR_FORCE", "1")).colour());
  }
}
