package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vpnprobe.analysis.compare.Changes;
import org.vpnprobe.analysis.compare.Sights;
import org.vpnprobe.analysis.compare.Snapshot;
import org.vpnprobe.report.compare.ChangesJson;

class ChangeTextTest {
  /** A name with an escape sequence, one that turns the reading direction, one that is long. */
  private static final String HOSTILE =
      "esc\u001b[31m=fails:\u001b]0;title\u0007 \u202egnp.exe=ok "
          + "n".repeat(60)
          + "=ok line\nbreak\r=blocked:a\u2028b";

  private static Changes everything() {
    Snapshot before =
        Sights.report(
            0,
            "tokyo-wg=ok osaka=degraded:flow.throttle kobe=ok nara=ok kyoto=fails"
                + " paris=blocked:udp.timeout lyon=degraded:flow.freeze old=likely:tls.reset.sni"
                + " off=ok esc\u001b[31m=ok \u202egnp.exe=down "
                + "n".repeat(60)
                + "=refused line\nbreak\r=ok");
    Snapshot after =
        Sights.report(
            25,
            "tokyo-wg=likely:vpn.wireguard.drop.handshake osaka=ok kobe=impaired nara=degraded"
                + " kyoto=down paris=refused lyon=degraded:flow.throttle fresh=unknown off=offline "
                + HOSTILE);
    return Changes.between(before, after);
  }

  private static String golden(String name) throws IOException {
    try (var in = Objects.requireNonNull(ChangeTextTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void everyKindOnATerminalWithHostileNames() throws IOException {
    String text =
        ChangeText.of(
            everything(), Map.of("tokyo-wg@mobile", Instant.parse("2026-11-25T12:00:00Z")), false);
    assertEquals(golden("changes.txt"), text);
    assertTrue(text.chars().allMatch(c -> c == '\n' || !Character.isISOControl(c)), text);
    assertFalse(text.contains("\u202e"), "no turned reading direction");
  }

  @Test
  void coloursAreAroundWordsOfOursAlone() {
    String text = ChangeText.of(everything(), Map.of(), true);
    String without = text.replaceAll("\u001b\\[[0-9;]*m", "");
    assertEquals(ChangeText.of(everything(), Map.of(), false), without);
    assertFalse(without.contains("\u001b"));
    assertTrue(text.contains("\u001b[1;31m✗\u001b[0m tokyo-wg@mobile"), text);
  }

  @Test
  void everyKindAsJson() throws IOException {
    assertEquals(golden("changes.json"), ChangesJson.of(everything()));
  }

  @Test
  void nothingIsNoText() {
    Snapshot report = Sights.report(0, "a=ok");
    assertEquals("", ChangeText.of(Changes.between(report, report), Map.of(), false));
  }

  @Test
  void manyCellsAreCounted() {
    String ok =
        IntStream.range(0, 400).mapToObj(i -> "e" + i + "=ok").collect(Collectors.joining(" "));
    String text =
        ChangeText.of(
            Changes.between(Sights.report(0, ok), Sights.report(1, ok.replace("=ok", "=blocked"))),
            Map.of(),
            false);
    assertEquals(
        """
        400 of 400 cells changed between 2026-11-24 12:01 and 2026-11-24 13:01 UTC
        newly blocked:
          400 cells: wireguard on mobile
        """,
        text);
  }
}
