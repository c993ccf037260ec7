package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
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
    String narrow = matrix(60, false);
    assertEquals(3, narrow.split("ENDPOINT", -1).length - 1);
    String table = narrow.substring(0, narrow.indexOf("mobile:"));
    assertTrue(table.lines().allMatch(line -> line.length() <= 60), table);
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
