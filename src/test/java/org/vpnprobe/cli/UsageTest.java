package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first words that a newcomer sees, and what mistakes are answered with. */
@Timeout(60)
class UsageTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void withoutAWordThereIsAStart() {
    Terminals.Said said = Terminals.screen().run();
    assertEquals(2, said.exit());
    assertEquals("", said.out());
    assertEquals(
        """
        vpnprobe: which VPN servers answer from which carrier, measured with real handshakes.

          vpnprobe init --rehearsal   writes a probes.yaml to look around with: nothing leaves this host
          vpnprobe check              says what it would do, and sends nothing
          vpnprobe run                does it, and reports

        With servers of your own: vpnprobe init. With a .conf, an .ovpn or links: vpnprobe import.
        All commands: vpnprobe --help.
        """,
        said.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "runn|there is no command “runn”; did you mean “run”?",
        "chekc|did you mean “check”?",
        "protocol|did you mean “protocols”?",
        "xyzzy|there is no command “xyzzy”",
        "run --ony=x|“vpnprobe run” has no option --ony; did you mean “--only”?",
        "check --format x|has no option --format; it is one of run, report",
        "run a b|“b” is one argument too many",
        "run --format|Missing required parameter for option '--format'",
        "run --format htm|did you mean “html”?",
        "run --by carriers|did you mean “carrier”?",
        "report --fail-on blokced|did you mean “blocked”?",
        "protocols wiregaurd|did you mean “wireguard”?",
        "run nosuch.yaml|no such file; “vpnprobe init” writes a first one",
        "lab --for 5s|--for: has no meaning without --serve; add that",
        "whoami nosuch.yaml|name a probes.yaml, or none for this host",
        "whoami --address x|expected an IP address, such as",
      })
  void aMistakeIsAnsweredWithWhatToDo(String args, String answer) {
    Terminals.Said said =
        Terminals.pipe().with("XDG_STATE_HOME", folder.toString()).run(args.split(" "));
    assertEquals(2, said.exit());
    assertTrue(said.err().contains(answer), said.err());
    assertEquals("", said.out());
  }

  @Test
  void whereThereIsNoRunItSaysHowToGetOne() {
    Terminals state = Terminals.pipe().with("XDG_STATE_HOME", folder.toString());
    assertTrue(state.run("report").err().contains("measure with “vpnprobe run”"));
    assertTrue(state.run("explain", "a@b").err().contains("measure with “vpnprobe run”"));
    Terminals.Said missing = state.run("report", folder.resolve("none.ndjson").toString());
    assertTrue(missing.err().contains("no such file or folder; check its name"), missing.err());
  }
}
