package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Socks5;
import org.vpnprobe.protocol.Socks5.Socks5Settings;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Tried;

/** socks5 against microsocks and Dante, behind a router that interferes. */
@Tag("real")
class Socks5RealTest {
  private static final int OPEN = 1080;
  private static final int LOGIN = 1081;
  private static final int DANTE = 1082;
  private static final Socks5 SOCKS5 = new Socks5();

  @TempDir static Path directory = Path.of("");
  private static @Nullable ProxyWorld started;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("microsocks", "danted", "nginx", "dnsmasq", "ss");
    ProxyWorld world = new ProxyWorld(directory);
    started = world;
    microsocks(world, OPEN);
    microsocks(world, LOGIN, "-u", "bob", "-P", "p@:s");
    Path conf = directory.resolve("danted.conf");
    Files.writeString(
        conf,
        """
        logoutput: stderr
        internal: 10.90.0.1 port = 1082
        external: 10.90.0.1
        clientmethod: none
        socksmethod: none
        user.privileged: root
        user.unprivileged: nobody
        client pass { from: 10.0.0.0/8 to: 0.0.0.0/0 }
        socks block { from: 10.0.0.0/8 to: 10.90.0.2/32 port = 81 }
        socks pass { from: 10.0.0.0/8 to: 10.0.0.0/8 }
        """);
    world.daemon(
        ProxyWorld.PROXY + ":" + DANTE,
        "danted",
        "-f",
        conf.toString(),
        "-p",
        directory.resolve("danted.pid").toString());
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.close();
    }
  }

  private static Daemon microsocks(ProxyWorld world, int port, String... login) {
    String[] command = new String[5 + login.length];
    System.arraycopy(
        new String[] {"microsocks", "-i", ProxyWorld.PROXY, "-p", "" + port}, 0, command, 0, 5);
    System.arraycopy(login, 0, command, 5, login.length);
    return world.daemon(ProxyWorld.PROXY + ":" + port, command);
  }

  private static ProxyWorld world() {
    return java.util.Objects.requireNonNull(started);
  }

  private static Socks5Settings settings(
      @Nullable String user, @Nullable String password, @Nullable String target, boolean udp) {
    return new Socks5Settings(
        user,
        password == null ? null : Secret.of(password),
        target == null ? null : Target.of(target),
        udp);
  }

  private static String tried(Socks5Settings settings, int port, Depth goal) {
    return world().tried(SOCKS5, settings, port, goal);
  }

  @Test
  void eachDepth() {
    Socks5Settings bare = settings(null, null, null, false);
    Socks5Settings login = settings("bob", "p@:s", ProxyWorld.WEB, false);
    assertEquals("port", tried(bare, OPEN, Depth.PORT));
    assertEquals("handshake", tried(bare, OPEN, Depth.HANDSHAKE));
    assertEquals("handshake", tried(bare, LOGIN, Depth.HANDSHAKE));
    assertEquals("handshake", tried(bare, DANTE, Depth.HANDSHAKE));
    assertEquals("authenticated", tried(login, LOGIN, Depth.AUTHENTICATED));
    assertEquals("tunnel", tried(login, LOGIN, Depth.TUNNEL));
    for (int port : new int[] {OPEN, DANTE}) {
      for (String target : new String[] {ProxyWorld.WEB, ProxyWorld.DNS}) {
        assertEquals(
            "tunnel", tried(settings(null, null, target, false), port, Depth.TUNNEL), target);
      }
    }
  }

  @Test
  void wrongLogins() {
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(settings("bob", "wrong", null, false), LOGIN, Depth.AUTHENTICATED));
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(settings(null, null, ProxyWorld.WEB, false), LOGIN, Depth.TUNNEL));
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(settings("bob", "p@:s", null, false), DANTE, Depth.AUTHENTICATED));
  }

  @Test
  void targetsThatDoNotAnswer() {
    Socks5Settings closed = settings(null, null, ProxyWorld.CLOSED, false);
    assertEquals("handshake, proxy_refused:5 in tunnel", tried(closed, OPEN, Depth.TUNNEL));
    assertEquals("handshake, proxy_refused:2 in tunnel", tried(closed, DANTE, Depth.TUNNEL));
    Socks5Settings other = settings(null, null, "http://10.90.0.2/#another page", false);
    assertEquals("handshake, data_echo_failed in tunnel", tried(other, OPEN, Depth.TUNNEL));
  }

  @Test
  void datagrams() {
    Socks5Settings udp = settings(null, null, ProxyWorld.DNS, true);
    assertEquals("tunnel", tried(udp, DANTE, Depth.TUNNEL));
    assertEquals("handshake, proxy_refused:7 in tunnel", tried(udp, OPEN, Depth.TUNNEL));
    assertEquals(
        "handshake, generic_timeout_error in tunnel",
        world()
            .interfering(
                "meta l4proto udp drop",
                () -> world().tried(SOCKS5, udp, DANTE, Depth.TUNNEL, Tried.SHORT)));
  }

  @Test
  void dropAndReset() {
    Socks5Settings bare = settings(null, null, null, false);
    assertEquals(
        "nothing, generic_timeout_error in connect",
        world()
            .interfering(
                "tcp dport 1080 drop",
                () -> world().tried(SOCKS5, bare, OPEN, Depth.HANDSHAKE, Tried.SHORT)));
    // The first byte of a greeting, behind a TCP header with the timestamp option (32 bytes).
    assertEquals(
        "port, generic_timeout_error in handshake",
        world()
            .interfering(
                "tcp dport 1080 @th,256,8 0x05 drop",
                () -> world().tried(SOCKS5, bare, OPEN, Depth.HANDSHAKE, Tried.SHORT)));
    assertEquals(
        "port, connection_reset in handshake",
        world()
            .interfering(
                "tcp dport 1080 @th,256,8 0x05 reject with tcp reset",
                () -> tried(bare, OPEN, Depth.HANDSHAKE)));
  }

  @Test
  void aStoppedServer() {
    Socks5Settings bare = settings(null, null, null, false);
    try (Daemon server = microsocks(world(), 1083)) {
      assertTrue(server.isAlive());
      assertEquals("handshake", tried(bare, 1083, Depth.HANDSHAKE));
    }
    assertEquals("nothing, connection_refused in connect", tried(bare, 1083, Depth.HANDSHAKE));
  }
}
