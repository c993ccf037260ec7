package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.L2tp;
import org.vpnprobe.protocol.L2tp.L2tpSettings;
import org.vpnprobe.protocol.Pptp;
import org.vpnprobe.protocol.Pptp.PptpSettings;

/** l2tp against xl2tpd and pptp against pptpd, behind a router that interferes. */
@Tag("real")
class L2tpPptpRealTest {
  private static final int L2TP = 1701;
  private static final int PPTP = 1723;
  private static final Duration SHORT = Duration.ofMillis(800);

  @TempDir static @Nullable Path directory;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static @Nullable TestNet world;
  private static @Nullable Daemon xl2tpd;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("xl2tpd", "pptpd", "unshare");
    TestNet net = TestNet.with("carrier");
    OPEN.add(net);
    world = net;
    Path home = Objects.requireNonNull(directory);
    Files.writeString(
        home.resolve("xl2tpd.conf"),
        """
        [global]
        listen-addr = 10.90.0.1
        auth file = %1$s/secrets
        debug tunnel = yes
        [lns default]
        ip range = 10.95.0.2-10.95.0.9
        local ip = 10.95.0.1
        """
            .formatted(home));
    Files.writeString(home.resolve("secrets"), "* * s3cret\n");
    Files.writeString(
        home.resolve("pptpd.conf"),
        "listen 10.90.0.1\nlocalip 10.96.0.1\nremoteip 10.96.0.2-9\noption /dev/null\n");
    // Pid namespaces of their own: these daemons end processes that they take for stale ones.
    Daemon l2tp =
        Daemon.start(
            net.server(),
            home,
            "unshare",
            "-pf",
            "--kill-child",
            Needs.program("xl2tpd"),
            "-D",
            "-c",
            home + "/xl2tpd.conf",
            "-s",
            home + "/secrets",
            "-p",
            home + "/xl2tpd.pid",
            "-C",
            home + "/xl2tpd.ctl");
    OPEN.add(l2tp);
    xl2tpd = l2tp;
    Daemon pptp =
        Daemon.start(
            net.server(),
            home,
            "unshare",
            "-pf",
            "--kill-child",
            Needs.program("pptpd"),
            "-f",
            "-c",
            home + "/pptpd.conf",
            "-p",
            home + "/pptpd.pid");
    OPEN.add(pptp);
    l2tp.awaitLog("Listening on IP address 10.90.0.1");
    pptp.await(
        () -> net.exec(net.server(), "ss", "-Hltn", "sport = :1723").contains("LISTEN"),
        "listening pptpd");
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable closeable : OPEN.reversed()) {
      closeable.close();
    }
  }

  @AfterEach
  void openTheWay() {
    net().interfere("carrier");
  }

  private static TestNet net() {
    return Objects.requireNonNull(world);
  }

  private static Attempt l2tp() {
    return Attempt.at(net(), "carrier", L2TP);
  }

  private static Attempt pptp() {
    return Attempt.at(net(), "carrier", PPTP);
  }

  private static L2tpSettings l2tp(@Nullable String secret) {
    return new L2tpSettings(secret == null ? null : Secret.of(secret), null);
  }

  @Test
  void l2tpWithAndWithoutTheSecret() {
    assertEquals("handshake", l2tp().of(new L2tp(), l2tp(null)));
    assertEquals("authenticated", l2tp().of(new L2tp(), l2tp("s3cret")));
    assertEquals("handshake, auth_wrong_server_key in auth", l2tp().of(new L2tp(), l2tp("wrong")));
  }

  /** The goodbye is taken: nothing is repeated to us for half a minute. */
  @Test
  void l2tpEndsAtOnce() {
    Daemon server = Objects.requireNonNull(xl2tpd);
    int before = server.log().split("Connection closed to", -1).length;
    assertEquals("handshake", l2tp().of(new L2tp(), l2tp(null)));
    server.await(
        () -> server.log().split("Connection closed to", -1).length > before, "a closed tunnel");
  }

  @Test
  void pptpAnswers() {
    assertEquals(
        "handshake",
        pptp()
            .of(
                new Pptp(),
                new PptpSettings(),
                trial -> {
                  assertEquals(List.of("local"), trial.observed("pptp_host"));
                  assertEquals(List.of("linux"), trial.observed("pptp_vendor"));
                }));
    assertEquals("port", pptp().goal(Depth.PORT).of(new Pptp(), new PptpSettings()));
  }

  @Test
  void dropAndReset() {
    net().interfere("carrier", "udp dport 1701 drop", "tcp dport 1723 drop");
    assertEquals(
        "nothing, generic_timeout_error in handshake",
        l2tp().within(SHORT).of(new L2tp(), l2tp(null)));
    assertEquals(
        "nothing, generic_timeout_error in connect",
        pptp().within(SHORT).of(new Pptp(), new PptpSettings()));
    // PPTP's magic cookie, behind a TCP header with the timestamp option (32 bytes).
    net().interfere("carrier", "tcp dport 1723 @th,288,32 0x1a2b3c4d reject with tcp reset");
    assertEquals("port, connection_reset in handshake", pptp().of(new Pptp(), new PptpSettings()));
    net().interfere("carrier", "tcp dport 1723 @th,288,32 0x1a2b3c4d drop");
    assertEquals(
        "port, generic_timeout_error in handshake",
        pptp().within(SHORT).of(new Pptp(), new PptpSettings()));
    net().interfere("carrier", "udp dport 1701 reject with icmp type port-unreachable");
    assertEquals("nothing, connection_refused in handshake", l2tp().of(new L2tp(), l2tp(null)));
  }

  @Test
  void nobodyThere() {
    InetSocketAddress other = new InetSocketAddress(TestNet.address(2), L2TP);
    Attempt elsewhere =
        new Attempt(
            net(), "carrier", other, "vpn.example", Depth.HANDSHAKE, Duration.ofSeconds(10));
    assertEquals("nothing, connection_refused in handshake", elsewhere.of(new L2tp(), l2tp(null)));
    assertEquals(
        "nothing, connection_refused in connect",
        Attempt.at(net(), "carrier", 1724).of(new Pptp(), new PptpSettings()));
  }
}
