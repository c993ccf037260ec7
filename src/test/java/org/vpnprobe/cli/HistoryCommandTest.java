package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.State;
import org.vpnprobe.store.Filter;
import org.vpnprobe.store.History;
import org.vpnprobe.store.Runs;
import org.vpnprobe.store.SimulatedWeek;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code history} over a week of runs in which one carrier begins to drop WireGuard. */
@Timeout(120)
class HistoryCommandTest {
  @TempDir private static Path week = Path.of("");
  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void write() throws IOException {
    SimulatedWeek.write(file());
  }

  private static String file() {
    return week.resolve("history.db").toString();
  }

  private static Terminals.Said history(String... args) {
    String[] all = new String[args.length + 5];
    all[0] = "history";
    all[1] = "--history";
    all[2] = file();
    all[3] = "--since";
    all[4] = "2027-01-01";
    System.arraycopy(args, 0, all, 5, args.length);
    return Terminals.screen().run(all);
  }

  private static JsonNode json(String... args) {
    String[] all = java.util.Arrays.copyOf(args, args.length + 1);
    all[args.length] = "--json";
    Terminals.Said said = history(all);
    assertEquals(0, said.exit(), said.err());
    return new ObjectMapper().readTree(said.out());
  }

  private static Instant time(JsonNode node, String key) {
    return Instant.parse(node.get(key).asString());
  }

  /** The proof that issue 5 asks for. */
  @Test
  void namesTheRightInterval() {
    JsonNode root = json("mobile");
    assertEquals(SimulatedWeek.RUNS - 9, root.get("runs").asInt());
    assertEquals(10, root.get("cells").size());
    for (JsonNode cell : root.get("cells")) {
      String endpoint = cell.get("endpoint").asString();
      if (!cell.get("protocol").asString().equals("wireguard")) {
        assertEquals(0, cell.get("changes").size(), cell.toString());
        continue;
      }
      assertEquals(1, cell.get("changes").size(), cell.toString());
      JsonNode change = cell.get("changes").get(0);
      Instant truth = SimulatedWeek.at(SimulatedWeek.first(endpoint));
      assertEquals("fails", change.get("to").asString());
      assertTrue(time(change, "last_before").isBefore(truth), change.toString());
      assertFalse(time(change, "first_after").isBefore(truth), change.toString());
      assertTrue(
          java.time.Duration.between(time(change, "last_before"), time(change, "first_after"))
                  .toMinutes()
              <= 60,
          change.toString());
      assertEquals("likely_blocked", change.get("state_after").asString());
      assertEquals("vpn.wireguard.drop.handshake", change.get("cause_after").asString());
      assertTrue(change.get("p_value").asDouble() < 1e-20);
      assertEquals(2, cell.get("gaps").size(), "runs missing, and the line down");
    }
    assertEquals(0, json("unicom").get("cells").get(0).get("changes").size());
  }

  @Test
  void saysHowMuchTheOrderChanged() {
    JsonNode root = json("mobile", "--event", "individual VPNs", "--window", "1d");
    JsonNode c = root.get("comparisons").get(0);
    assertEquals("2027-02-04T00:00:00Z", c.get("at").asString());
    assertEquals(10, c.get("endpoints").asInt());
    assertEquals("wireguard", c.get("protocols").get(0).get("protocol").asString());
    assertEquals(4, c.get("protocols").get(0).get("changed").asInt());
    assertEquals(0, c.get("protocols").get(1).get("changed").asInt());
    assertEquals("wg-osaka@mobile", c.get("changed").get(0).get("cell").asString());
    assertEquals("wg-paris@mobile", c.get("changed").get(3).get("cell").asString());
    // Two servers fail for 72 of 96 runs, one for 63, one for 32: 25 points of ten endpoints.
    assertEquals(-0.25, c.get("shift").asDouble(), 0.02);
    assertTrue(c.get("other_dates").asInt() >= 1);
    assertTrue(c.get("largest_elsewhere").asDouble() < 0.05);
    assertEquals(0, c.get("controls_shift").asDouble(), 0.02);
    double p = c.get("p_value").asDouble();
    assertTrue(p > 0.001 && p < 0.2, "six endpoints did not move: " + p);

    JsonNode whole = json("--event", "2027-02-04").get("comparisons");
    assertEquals(2, whole.size(), "each carrier, and no control");
    assertEquals("unicom", whole.get(1).get("carrier").asString());
    assertEquals(0, whole.get(1).get("changed").size());
    assertTrue(
        whole.get(0).get("warnings").toString().contains("the history begins too late"),
        whole.toString());
  }

  @Test
  void drawsARibbonForPeople() {
    Terminals.Said said = history("wg-tokyo@mobile");
    assertEquals(0, said.exit(), said.err());
    assertTrue(
        said.out().contains("wg-tokyo@mobile: 1 cell, 663 runs, 2027-02-01 00:00"), said.out());
    assertTrue(said.out().contains("█▄▁▁▁"), said.out());
    assertTrue(
        said.out().contains("fails since some time between 2027-02-04 05:45 … 06:00 (15 min)"),
        said.out());
    assertTrue(said.out().contains("reachable → likely_blocked by vpn.wireguard.drop"), said.out());
    assertTrue(said.out().contains("8 runs could not judge"), said.out());
    assertTrue(said.out().contains("2027-02-02 10:45 to 2027-02-02 13:15: no run"), said.out());
    assertTrue(said.out().contains("carriers told to block individual VPNs"), said.out());
    Terminals.Said plain = history("wg-tokyo@mobile", "--plain");
    assertTrue(
        plain.out().lines().skip(1).findFirst().orElseThrow().contains("#+xxx"), plain.out());
    assertTrue(
        plain
            .out()
            .lines()
            .filter(l -> l.contains("wg-tokyo"))
            .allMatch(l -> l.chars().allMatch(ch -> ch < 128)),
        plain.out());
    Terminals.Said event = history("mobile", "--event", "2027-02-04");
    assertTrue(event.out().contains("shifted by"), event.out());
  }

  private static void refused(String what, String... args) {
    Terminals.Said said = history(args);
    assertEquals(2, said.exit(), said.out());
    assertTrue(said.err().contains(what), said.err());
  }

  @Test
  void mistakesAreSaid() throws IOException {
    refused(
        "it knows frankfurt, mobile, unicom, wg-paris@frankfurt, wg-paris@mobile",
        "wg-paris@telecom");
    refused("the history holds no rehearsal of that", "mobile", "--rehearsal");
    refused(
        "no event is called “x”; give a date (2027-02-01) or one of these: 2027-02-04",
        "--event",
        "x");
    refused("no cell was judged both before and after", "--event", "2026-01-01");
    Terminals.Said since =
        Terminals.pipe().run("history", "--history=" + file(), "--since", "yesterday");
    assertTrue(since.err().contains("--since: expected"), since.err());
    Terminals.Said none = Terminals.pipe().with("XDG_STATE_HOME", folder.toString()).run("history");
    assertEquals(2, none.exit());
    assertTrue(none.err().contains("there is no history yet"), none.err());
    Path foreign = Files.writeString(folder.resolve("notes.txt"), "hello ".repeat(500));
    Terminals.Said other = Terminals.pipe().run("history", "--history=" + foreign);
    assertEquals(2, other.exit());
    assertTrue(other.err().contains("notes.txt: this is no history"), other.err());
  }

  @Test
  void hostileNamesAreInert() throws IOException {
    String file = folder.resolve("h.db").toString();
    try (History history = History.open(file)) {
      for (int i = 0; i < 40; i++) {
        history.append(
            Runs.run(
                "r" + i,
                Instant.now().minusSeconds(60L * (100 - i)),
                java.util.List.of(
                    Runs.cell(
                        "bad\u001b[31m\n\u202ename",
                        "wire\u0007guard",
                        "m\u001b]0;x",
                        i < 20 ? State.REACHABLE : State.BLOCKED)),
                java.util.List.of(
                    new org.vpnprobe.model.Event(
                        java.time.LocalDate.now(java.time.ZoneOffset.UTC), "or\u001b[2Jder"))));
      }
    }
    for (String[] args :
        new String[][] {
          {},
          {"--plain"},
          {"--event", Objects.requireNonNull(Instant.now().minusSeconds(4800).toString())}
        }) {
      String[] all = new String[args.length + 2];
      all[0] = "history";
      all[1] = "--history=" + file;
      System.arraycopy(args, 0, all, 2, args.length);
      Terminals.Said said = Terminals.screen().run(all);
      assertEquals(0, said.exit(), said.err());
      assertTrue(
          (said.out() + said.err()).chars().allMatch(c -> c == '\n' || (c >= 32 && c != 0x202e)),
          said.out());
      assertTrue(said.out().contains("fails since") || args.length == 2, said.out());
    }
  }

  @Test
  void oldRunsAreForgotten() throws IOException {
    String file = folder.resolve("h.db").toString();
    try (History history = History.open(file)) {
      for (int days : new int[] {100, 91, 5}) {
        history.append(
            Runs.run(
                "r" + days,
                Instant.now().minus(java.time.Duration.ofDays(days)),
                Runs.cell("a", "tls", "m", State.REACHABLE)));
      }
    }
    Terminals.Said said = Terminals.pipe().run("history", "--history=" + file, "--keep", "90d");
    assertEquals("2 runs forgotten\n", said.err());
    try (History history = History.existing(file)) {
      assertEquals(1, history.verdicts(Filter.all()).size());
    }
  }
}
