package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What check says before a byte leaves. */
@Timeout(60)
class CheckTest {
  @TempDir private Path folder = Path.of("");

  private Terminals.Said check(String yaml, String... more) throws Exception {
    Path file = Files.writeString(folder.resolve("probes.yaml"), yaml);
    String[] args = new String[more.length + 2];
    args[0] = "check";
    args[1] = file.toString();
    System.arraycopy(more, 0, args, 2, more.length);
    return Terminals.pipe().run(args);
  }

  @Test
  void itSaysWhatAHandshakeSendsToWhomAndHowFast() throws Exception {
    Terminals.Said said =
        check(
            """
            version: 1
            carriers: {here: {via: direct}, gone: {via: {interface: nosuch0}}}
            limits: {concurrency: 7}
            endpoints:
              - {name: a, protocol: tls, address: "192.0.2.1:443"}
              - {name: silent, protocol: wireguard, address: "192.0.2.2:51820"}
            """);
    assertEquals(0, said.exit(), said.err());
    assertTrue(said.out().contains("  192.0.2.1:443 (tcp)"), said.out());
    assertFalse(said.out().contains("  192.0.2.2:51820 (udp)\n"), "nothing is sent without keys");
    assertTrue(said.out().matches("(?s).*Each handshake sends\\n  tls  \\S.*"), said.out());
    assertFalse(said.out().contains("\n  wireguard  one initiation"), said.out());
    assertTrue(
        said.out().contains("at most 200 new flows a second from each vantage, 7 at a time"));
    assertTrue(
        said.err().contains("from gone nothing can be sent now: there is no interface “nosuch0”"),
        said.err());
  }

  /** On the error stream, where a script's user looks for why the exit code is not zero. */
  @Test
  void whatIsWrongWithTheFileIsSaidOnce() throws Exception {
    Terminals.Said said =
        check(
            """
            version: 1
            endpoints:
              - {name: a, protocol: socks5, address: "192.0.2.1:1080", username: u, password: clear}
              - {name: b, protocol: wiregard, address: "192.0.2.2:51820"}
            """);
    assertEquals(2, said.exit());
    String all = said.out() + said.err();
    for (String once : new String[] {"is in clear text", "wiregard"}) {
      assertEquals(2, all.split(once, -1).length, all);
      assertTrue(said.err().contains(once), said.err());
    }
  }

  @Test
  void aLongListIsCutUnlessAllIsAsked() throws Exception {
    StringBuilder yaml = new StringBuilder("version: 1\nendpoints:\n");
    for (int i = 1; i <= 100; i++) {
      yaml.append("  - {name: e%d, protocol: tcp, address: \"192.0.2.%d:22\"}\n".formatted(i, i));
    }
    Terminals.Said cut = check(yaml.toString());
    assertTrue(cut.out().contains("… and 40 more (--all names them)"), cut.out());
    assertFalse(cut.out().contains("e99 "), cut.out());
    assertTrue(cut.out().contains("100 cells at 100 servers"), cut.out());
    Terminals.Said all = check(yaml.toString(), "--all");
    assertTrue(all.out().contains("e99 ") && !all.out().contains("more (--all"), all.out());
  }

  /** Every role and number that an explanation shows has its line in the legend. */
  @Test
  void explainTeachesItsWords() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("probes.yaml"),
            """
            version: 1
            lab: {pace: 50}
            carriers: {cm: {via: {lab: {blackhole: ["198.51.100.1:443"]}}}}
            controls: {fra: {via: lab}}
            endpoints:
              - {name: a, protocol: tcp, address: "198.51.100.1:443"}
              - {name: b, protocol: tcp, address: "198.51.100.2:443"}
            """);
    String out = folder.resolve("run").toString();
    assertEquals(1, Terminals.pipe().run("run", file.toString(), "--quick", "-o", out).exit());
    Terminals.Said said = Terminals.pipe().run("explain", "a@cm", out);
    assertTrue(said.out().contains("insufficient: not enough is known to judge"), said.out());
    assertTrue(said.out().contains("\nscreening  the first try of every cell"), said.out());
    assertFalse(said.out().contains("\nwitness    another server"), "only what is there");
  }
}
