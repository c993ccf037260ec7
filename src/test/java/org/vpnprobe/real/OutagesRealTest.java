package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.FailureKind.Meaning;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/**
 * The network, or the resolver, goes away in the middle of a run and comes back: who was asked
 * meanwhile is asked again, and nobody is blamed for it.
 */
@Tag("real")
@Timeout(120)
class OutagesRealTest {
  private static final double PACE = 20;
  private static final int SERVERS = 8;
  private static final Set<State> BLAME =
      EnumSet.of(State.BLOCKED, State.LIKELY_BLOCKED, State.IMPAIRED, State.DOWN, State.DEGRADED);

  @TempDir private Path home = Path.of("");
  private @Nullable TestNet net;
  private final List<Daemon> daemons = new ArrayList<>();
  private @Nullable Daemon resolver;

  @BeforeEach
  void start() {
    Needs.programs("dnsmasq");
    net = TestNet.with("control", "mobile");
    List<String> addresses = new ArrayList<>();
    for (int n = 1; n <= SERVERS; n++) {
      addresses.add("--listen-address=10.90.0." + n);
    }
    daemons.add(dnsmasq(addresses));
    resolver = names();
  }

  private TestNet net() {
    return Objects.requireNonNull(net);
  }

  private Daemon dnsmasq(List<String> more) {
    List<String> words = new ArrayList<>(List.of("--bind-interfaces"));
    words.addAll(more);
    return Dnsmasq.start(net().server(), home, words.toArray(String[]::new));
  }

  /** The resolver, which knows each server's name. */
  private Daemon names() {
    List<String> words = new ArrayList<>(List.of("--listen-address=10.90.0.9"));
    for (int n = 1; n <= SERVERS; n++) {
      words.add("--address=/s" + n + ".vpn.test/10.90.0." + n);
    }
    return dnsmasq(words);
  }

  @AfterEach
  void stop() {
    daemons.forEach(Daemon::close);
    if (resolver != null) {
      resolver.close();
    }
    if (net != null) {
      net.close();
    }
  }

  /** Two endpoints a server: a port that opens, and a query over UDP. */
  private String file(String host) {
    StringBuilder text =
        new StringBuilder(
            """
            version: 1
            carriers:
              mobile: {via: {netns: %s}, resolver: 10.90.0.9}
            controls:
              control: {via: {netns: %s}, resolver: 10.90.0.9}
            limits: {concurrency: 2}
            endpoints:
            """
                .formatted(net().client("mobile"), net().client("control")));
    for (int n = 1; n <= SERVERS; n++) {
      String address = host.formatted(n) + ":53";
      text.append(
          """
            - {name: tcp-%1$d, protocol: tcp, address: "%2$s"}
            - {name: dns-%1$d, protocol: dns, address: "%2$s", query: "s%1$d.vpn.test"}
          """
              .formatted(n, address));
    }
    return text.toString();
  }

  /** Ends something once so many trials, or so many failures of such a kind, have been seen. */
  private static final class Moments implements Verdicts.Meanwhile {
    private record Moment(int count, Predicate<Measurement> of, Runnable what) {}

    private final List<Moment> moments = new ArrayList<>();
    private int seen;

    Moments then(int count, Predicate<Measurement> of, Runnable what) {
      moments.add(new Moment(count, of, what));
      return this;
    }

    @Override
    public void after(Measurement m) {
      if (!moments.isEmpty() && moments.getFirst().of().test(m)) {
        seen++;
        if (seen >= moments.getFirst().count()) {
          seen = 0;
          moments.removeFirst().what().run();
        }
      }
    }

    void allCame() {
      assertTrue(moments.isEmpty(), moments.size() + " did not come");
    }
  }

  private static boolean onMobile(Measurement m) {
    return m.vantage().equals("mobile");
  }

  private static boolean failedOnMobile(Measurement m) {
    return onMobile(m) && !m.succeeded();
  }

  private void link(String client, String state) {
    net().exec(net().client(client), "ip", "link", "set", "wan0", state);
  }

  private void up(String client, int number) {
    link(client, "up");
    net()
        .exec(
            net().client(client), "ip", "route", "add", "default", "via", "10.91." + number + ".1");
  }

  private static void allReachable(Verdicts verdicts) {
    for (Report.Cell cell : verdicts.cells().values()) {
      assertEquals(State.REACHABLE, cell.state(), () -> verdicts.failing());
      assertEquals(Boolean.TRUE, cell.asExpected());
    }
  }

  private static void nobodyBlamed(Verdicts verdicts) {
    assertTrue(
        verdicts.cells().values().stream().noneMatch(cell -> BLAME.contains(cell.state())),
        verdicts::failing);
  }

  @Test
  void theLinkIsDownForAWhile() throws IOException {
    Moments moments =
        new Moments()
            .then(5, OutagesRealTest::onMobile, () -> link("mobile", "down"))
            .then(4, OutagesRealTest::failedOnMobile, () -> up("mobile", 2));
    Verdicts verdicts = Verdicts.of(home, List.of(), file("10.90.0.%d"), PACE, moments);
    moments.allCame();
    assertTrue(
        verdicts.trials().stream()
            .filter(OutagesRealTest::failedOnMobile)
            .allMatch(
                m -> Objects.requireNonNull(m.failure()).kind().meaning() == Meaning.VANTAGE));
    allReachable(verdicts);
  }

  /** The line is cut behind the router, as it is for most: packets vanish. */
  @Test
  void theLineIsCutForAWhile() throws IOException {
    Moments moments =
        new Moments()
            .then(
                5,
                OutagesRealTest::onMobile,
                () -> net().exec(net().router("mobile"), "ip", "link", "set", "wan0", "down"))
            .then(
                10,
                OutagesRealTest::failedOnMobile,
                () -> {
                  net().exec(net().router("mobile"), "ip", "link", "set", "wan0", "up");
                  net()
                      .exec(
                          net().router("mobile"),
                          "ip",
                          "route",
                          "add",
                          "10.90.0.0/24",
                          "via",
                          "10.92.2.2");
                });
    Verdicts verdicts = Verdicts.of(home, List.of(), file("10.90.0.%d"), PACE, moments);
    moments.allCame();
    allReachable(verdicts);
  }

  /** A route of this host to one server goes away: no carrier did that. */
  @Test
  void aRouteOfThisHostIsGone() throws IOException {
    Moments moments =
        new Moments()
            .then(
                1,
                OutagesRealTest::onMobile,
                () -> {
                  route("unreachable", "10.90.0.3");
                  route("prohibit", "10.90.0.4");
                  route("blackhole", "10.90.0.5");
                });
    Verdicts verdicts = Verdicts.of(home, List.of(), file("10.90.0.%d"), PACE, moments);
    moments.allCame();
    nobodyBlamed(verdicts);
  }

  private void route(String kind, String address) {
    net().exec(net().client("mobile"), "ip", "route", "add", kind, address);
  }

  /** In the middle of the rounds of an endpoint that is truly blocked. */
  @Test
  void theLinkIsGoneInTheRoundsOfASuspect() throws IOException {
    net().interfere("mobile", "ip daddr 10.90.0.8 tcp dport 53 drop");
    Moments moments =
        new Moments()
            .then(2, m -> m.purpose() == Purpose.COUNTED, () -> link("mobile", "down"))
            .then(1, m -> m.purpose() == Purpose.COUNTED, () -> up("mobile", 2))
            .then(2, m -> m.purpose() == Purpose.COUNTED, () -> link("control", "down"))
            .then(1, m -> m.purpose() == Purpose.CONTROL_AFTER, () -> up("control", 1));
    Verdicts verdicts = Verdicts.of(home, List.of(), file("10.90.0.%d"), PACE, moments);
    moments.allCame();
    for (Report.Cell cell : verdicts.cells().values()) {
      assertEquals(
          cell.id().equals("tcp-8@mobile") ? State.LIKELY_BLOCKED : State.REACHABLE,
          cell.state(),
          verdicts::failing);
    }
  }

  @Test
  void theResolverIsGoneForAWhile() throws IOException {
    Moments moments =
        new Moments()
            .then(5, OutagesRealTest::onMobile, () -> Objects.requireNonNull(resolver).close())
            .then(12, OutagesRealTest::failedOnMobile, () -> resolver = names());
    Verdicts verdicts = Verdicts.of(home, List.of(), file("s%d.vpn.test"), PACE, moments);
    moments.allCame();
    allReachable(verdicts);
  }

  @Test
  void theResolverStaysAway() throws IOException {
    Moments moments =
        new Moments()
            .then(5, OutagesRealTest::onMobile, () -> Objects.requireNonNull(resolver).close());
    Verdicts verdicts = Verdicts.of(home, List.of(), file("s%d.vpn.test"), PACE, moments);
    moments.allCame();
    nobodyBlamed(verdicts);
  }
}
