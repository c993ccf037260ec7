package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What goes wrong on the machine that measures: nothing measured is lost, nobody is blamed for it,
 * and what is said tells what happened and what to do.
 */
@Tag("real")
@Timeout(180)
class FaultsRealTest {
  private static final Set<String> BLAME =
      Set.of("blocked", "likely_blocked", "impaired", "down", "degraded");

  @TempDir private Path home = Path.of("");

  @BeforeEach
  void rootIsHere() {
    Needs.root();
  }

  private Shell.Said shell(String script) throws IOException, InterruptedException {
    return Shell.run(home, script);
  }

  private void file(String head, int endpoints, String entry) throws IOException {
    StringBuilder text = new StringBuilder("version: 1\n" + head + "endpoints:\n");
    for (int i = 0; i < endpoints; i++) {
      text.append(entry.formatted(i, i / 250, 1 + i % 250)).append('\n');
    }
    Files.writeString(home.resolve("probes.yaml"), text);
  }

  private static Set<String> measured(Path journal) throws IOException {
    Set<String> ids = new TreeSet<>();
    for (String line : Files.readAllLines(journal)) {
      JsonNode node = new ObjectMapper().readTree(line);
      if (node.get("type").asString().equals("measurement")) {
        assertTrue(ids.add(node.get("id").asString()), "twice: " + line);
      }
    }
    return ids;
  }

  private static List<String> states(Path report) throws IOException {
    List<String> states = new ArrayList<>();
    new ObjectMapper()
        .readTree(report)
        .get("cells")
        .forEach(cell -> states.add(cell.get("state").asString()));
    return states;
  }

  /** The disk is full in the middle of a run; then there is room again. */
  @Test
  void aFullDiskKeepsWhatWasMeasured() throws Exception {
    file(
        "lab: {pace: 50}\ncarriers: {c: {via: lab}}\n",
        200,
        "  - {name: e%1$d, protocol: tcp, address: \"10.9.%2$d.%3$d:443\"}");
    Shell.Said said =
        shell(
            """
            exec unshare -m sh -c '
            mkdir small; mount -t tmpfs -o size=160k tmpfs small
            eval "$VPNPROBE run --quick --out small"; echo "first ended with $?"
            cp small/results.ndjson before.ndjson
            mount -o remount,size=8m small
            eval "$VPNPROBE run --quick --out small --resume"; echo "second ended with $?"
            cp small/results.ndjson small/report.json .'
            """);
    assertTrue(said.text().contains("first ended with 2"), said.text());
    assertTrue(said.text().contains("No space left on device"), said.text());
    assertTrue(said.text().contains("go on with --resume"), said.text());
    Set<String> before = measured(home.resolve("before.ndjson"));
    assertTrue(before.size() > 20 && before.size() < 200, before.size() + " before");
    assertTrue(said.text().contains("second ended with 0"), said.text());
    Set<String> after = measured(home.resolve("results.ndjson"));
    assertTrue(after.containsAll(before) && after.size() >= 200, after.size() + " after");
  }

  @Test
  void aFolderThatCannotBeWrittenIsSaidBeforeAnythingIsSent() throws Exception {
    file("", 1, "  - {name: e%1$d, protocol: tcp, address: \"127.0.0.1:9\"}");
    Shell.Said said =
        shell(
            """
            exec unshare -m sh -c '
            mkdir fixed; mount -t tmpfs -o ro tmpfs fixed
            eval "$VPNPROBE run --quick --out fixed"'
            """);
    assertEquals(2, said.exit(), said.text());
    assertTrue(said.text().contains("fixed"), said.text());
    assertTrue(said.text().contains("Read-only file system"), said.text());
  }

  /** A first file: the old one is whole, no half one is in the way, and no key is left. */
  @Test
  void aFullDiskLeavesNoHalfAFile() throws Exception {
    Shell.Said said =
        shell(
            """
            exec unshare -m sh -c '
            mkdir small; mount -t tmpfs -o size=8k tmpfs small
            echo mine > small/old.yaml
            dd if=/dev/zero of=small/full bs=1k 2>/dev/null
            eval "$VPNPROBE init --rehearsal small/new.yaml"; echo "first ended with $?"
            eval "$VPNPROBE init --rehearsal --force small/old.yaml"; echo "second ended with $?"
            ls -A small; cat small/old.yaml
            rm small/full
            eval "$VPNPROBE init --rehearsal small/new.yaml"; echo "third ended with $?"'
            """);
    assertTrue(said.text().contains("No space left on device"), said.text());
    assertTrue(said.text().contains("first ended with 2"), said.text());
    assertTrue(said.text().contains("second ended with 2"), said.text());
    assertTrue(said.text().contains("full\nold.yaml\nmine\n"), said.text());
    assertTrue(said.text().contains("third ended with"), said.text());
  }

  /** More connections than descriptors: our own want is nobody's fault. */
  @Test
  void tooFewDescriptorsBlameNobody() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1000, InetAddress.ofLiteral("0.0.0.0"))) {
      file(
          "defaults: {deadline: 3s}\n",
          300,
          "  - {name: e%1$d, protocol: tls, address: \"127.1.%2$d.%3$d:PORT\"}"
              .replace("PORT", Integer.toString(silent.getLocalPort())));
      String warning =
          "may need 1000 open files, and 75 are allowed: raise that by “ulimit -n 1000”";
      Shell.Said check = shell("ulimit -n 75; eval \"$VPNPROBE check\"");
      assertEquals(0, check.exit(), check.text());
      assertTrue(check.text().contains(warning), check.text());
      Shell.Said said = shell("ulimit -n 75; eval \"$VPNPROBE run --quick --out out\"");
      assertEquals(3, said.exit(), said.text());
      assertTrue(said.text().contains(warning), said.text());
      String journal = Files.readString(home.resolve("out/results.ndjson"));
      assertTrue(journal.contains("\"instrument_error\""), "descriptors are short");
      List<String> states = states(home.resolve("out/report.json"));
      assertEquals(300, states.size());
      assertTrue(states.stream().noneMatch(BLAME::contains), said.text());
    }
  }

  @Test
  void littleMemoryIsEnoughOrItIsSaid() throws Exception {
    int endpoints = "all".equals(System.getProperty("long")) ? 2000 : 400;
    file(
        "lab: {pace: 50}\ncarriers: {c: {via: lab}}\n",
        endpoints,
        "  - {name: e%1$d, protocol: tcp, address: \"10.9.%2$d.%3$d:443\"}");
    Shell.Said said = shell("MORE=-Xmx32m; eval \"$VPNPROBE run --quick --out out\"");
    if (said.exit() == 0) {
      assertEquals(endpoints, states(home.resolve("out/report.json")).size());
    } else {
      assertEquals(70, said.exit(), said.text());
      assertTrue(said.text().contains("memory"), said.text());
    }
  }

  /** The device is down, gone, and there again: cells are not blamed for it. */
  @Test
  void aNetworkThatIsAwayBlamesNobody() throws Exception {
    Needs.programs("dnsmasq");
    try (TestNet net = TestNet.with("mobile");
        Daemon server = Dnsmasq.start(net.server(), home)) {
      file("", 8, "  - {name: e%1$d, protocol: tcp, address: \"10.90.0.%3$d:53\"}");
      String run = "ip netns exec %s sh -c '%s; eval \"$VPNPROBE run --quick --out %s\"'";
      String mobile = net.client("mobile");
      Shell.Said up = shell(run.formatted(mobile, "true", "up"));
      assertEquals(0, up.exit(), up.text());
      Shell.Said down = shell(run.formatted(mobile, "ip link set wan0 down", "down"));
      assertEquals(3, down.exit(), down.text());
      assertTrue(
          states(home.resolve("down/report.json")).stream().noneMatch(BLAME::contains),
          down.text());
      Shell.Said gone = shell(run.formatted(mobile, "ip link del wan0", "gone"));
      assertEquals(3, gone.exit(), gone.text());
      assertTrue(
          states(home.resolve("gone/report.json")).stream().noneMatch(BLAME::contains),
          gone.text());
      assertFalse(server.log().isEmpty());
    }
  }

  /**
   * The link goes away in mid-run, the run is ended meanwhile, and gone on with when it is back.
   */
  @Test
  void aRunThatLostItsNetworkIsGoneOnWith() throws Exception {
    Needs.programs("dnsmasq");
    try (TestNet net = TestNet.with("mobile");
        Daemon server = Dnsmasq.start(net.server(), home)) {
      StringBuilder file = new StringBuilder("version: 1\nendpoints:\n");
      for (int i = 0; i < 600; i++) {
        file.append(
            "  - {name: e%d, protocol: tcp, address: \"10.90.0.%d:53\"}\n"
                .formatted(i, 1 + i % TestNet.SERVER_ADDRESSES));
      }
      Files.writeString(home.resolve("probes.yaml"), file);
      Files.writeString(
          home.resolve("script"),
          """
          until_in() { until grep -qs "$1" out/results.ndjson || ! kill -0 $run; do sleep 0.02; done; }
          eval "env --default-signal=INT $VPNPROBE run --quick --out out &"
          run=$!
          until_in '"reached":"port"'; ip link del wan0
          until_in network_down; kill -INT $run
          wait $run; echo "first ended with $?"
          cp out/results.ndjson before.ndjson
          ip link add wan0 type veth peer name lan0 netns %s
          ip addr add 10.91.1.2/24 dev wan0; ip link set wan0 up
          ip -n %s addr add 10.91.1.1/24 dev lan0; ip -n %s link set lan0 up
          ip route add default via 10.91.1.1
          eval "$VPNPROBE run --quick --out out --resume"; echo "second ended with $?"
          """
              .formatted(net.router("mobile"), net.router("mobile"), net.router("mobile")));
      Shell.Said said = shell("exec ip netns exec " + net.client("mobile") + " sh script");
      assertTrue(said.text().contains("first ended with 130"), said.text());
      assertTrue(said.text().contains("second ended with 0"), said.text());
      Set<String> before = measured(home.resolve("before.ndjson"));
      Set<String> after = measured(home.resolve("out/results.ndjson"));
      assertTrue(before.size() < 600 && after.containsAll(before), before.size() + " before");
      List<String> states = states(home.resolve("out/report.json"));
      assertEquals(600, states.size());
      assertTrue(states.stream().allMatch("reachable"::equals), said.text());
      assertFalse(server.log().isEmpty());
    }
  }

  /** A secret that other users can read is told; one that they cannot is not. */
  @Test
  void readableSecretsAreTold() throws Exception {
    file(
        "",
        1,
        "  - {name: e%1$d, protocol: ikev2, address: \"127.0.0.1:500\", psk: \"${file:psk}\","
            + " local_id: a, remote_id: b}");
    Shell.Said open = shell("echo secret-word > psk; chmod 644 psk; eval \"$VPNPROBE check\"");
    assertTrue(open.text().contains("every user of this machine may read"), open.text());
    Shell.Said closed = shell("chmod 600 psk; eval \"$VPNPROBE check\"");
    assertFalse(closed.text().contains("every user"), closed.text());
    assertEquals(0, open.exit() + closed.exit());
  }
}
