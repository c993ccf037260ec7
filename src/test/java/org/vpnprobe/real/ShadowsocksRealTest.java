package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Tried;
import org.vpnprobe.protocol.shadowsocks.Shadowsocks;
import org.vpnprobe.protocol.shadowsocks.ShadowsocksSettings;

/** shadowsocks against shadowsocks-libev, behind a router that interferes. */
@Tag("real")
class ShadowsocksRealTest {
  private static final Map<String, Integer> PORTS = new LinkedHashMap<>();
  private static final String METHOD = "aes-256-gcm";
  private static final Shadowsocks SHADOWSOCKS = new Shadowsocks();

  @TempDir static Path directory = Path.of("");
  private static @Nullable ProxyWorld started;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("ss-server", "nginx", "dnsmasq", "ss");
    ProxyWorld world = new ProxyWorld(directory);
    started = world;
    for (String method : new String[] {"aes-128-gcm", METHOD, "chacha20-ietf-poly1305"}) {
      PORTS.put(method, 8388 + PORTS.size());
      server(world, method, port(method));
    }
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.close();
    }
  }

  private static Daemon server(ProxyWorld world, String method, int port) {
    return world.daemon(
        ProxyWorld.PROXY + ":" + port,
        "ss-server",
        "-s",
        ProxyWorld.PROXY,
        "-p",
        Integer.toString(port),
        "-k",
        "p@:s",
        "-m",
        method,
        "-u");
  }

  private static int port(String method) {
    return Objects.requireNonNull(PORTS.get(method));
  }

  private static ProxyWorld world() {
    return Objects.requireNonNull(started);
  }

  private static ShadowsocksSettings settings(
      String method, String password, String target, Transport transport) {
    return new ShadowsocksSettings(method, Secret.of(password), Target.of(target), transport, null);
  }

  private static String tried(ShadowsocksSettings settings, Depth goal) {
    return world().tried(SHADOWSOCKS, settings, port(settings.method()), goal);
  }

  @Test
  void eachMethodOverStreamsAndDatagrams() {
    for (String method : PORTS.keySet()) {
      for (String target : new String[] {ProxyWorld.WEB, ProxyWorld.DNS}) {
        assertEquals(
            "tunnel", tried(settings(method, "p@:s", target, Transport.TCP), Depth.TUNNEL), method);
      }
      ShadowsocksSettings udp = settings(method, "p@:s", ProxyWorld.DNS, Transport.UDP);
      assertEquals("tunnel", tried(udp, Depth.TUNNEL), method);
      assertEquals("tunnel", tried(udp, Depth.AUTHENTICATED), method);
    }
    assertEquals("port", tried(settings(METHOD, "x", ProxyWorld.WEB, Transport.TCP), Depth.PORT));
  }

  @Test
  void aPrefix() {
    ShadowsocksSettings settings =
        new ShadowsocksSettings(
            METHOD, Secret.of("p@:s"), Target.of(ProxyWorld.WEB), null, "POST / HTTP/1.1\r");
    assertEquals("tunnel", tried(settings, Depth.TUNNEL));
  }

  /** The server hears whoever has another password to the end, and says nothing. */
  @Test
  void anotherPasswordGetsSilence() {
    for (String method : PORTS.keySet()) {
      for (Transport transport : Transport.values()) {
        ShadowsocksSettings wrong = settings(method, "wrong", ProxyWorld.DNS, transport);
        assertEquals(
            (transport == Transport.TCP ? "port" : "nothing") + ", generic_timeout_error in tunnel",
            world().tried(SHADOWSOCKS, wrong, port(method), Depth.TUNNEL, Tried.SHORT));
      }
    }
  }

  @Test
  void targetsThatDoNotAnswer() {
    String outcome =
        tried(settings(METHOD, "p@:s", ProxyWorld.CLOSED, Transport.TCP), Depth.TUNNEL);
    assertTrue(outcome.matches("port, (eof_error|connection_reset) in tunnel"), outcome);
    // The server's key is proved by any page, the way through by the right one.
    ShadowsocksSettings other =
        settings(METHOD, "p@:s", "http://10.90.0.2/#another page", Transport.TCP);
    assertEquals("authenticated, data_echo_failed in tunnel", tried(other, Depth.TUNNEL));
    assertEquals("authenticated", tried(other, Depth.AUTHENTICATED));
  }

  @Test
  void dropAndReset() {
    ShadowsocksSettings tcp = settings(METHOD, "p@:s", ProxyWorld.WEB, Transport.TCP);
    ShadowsocksSettings udp = settings(METHOD, "p@:s", ProxyWorld.DNS, Transport.UDP);
    String port = "dport " + port(METHOD);
    assertEquals(
        "nothing, generic_timeout_error in connect", interfered("tcp " + port + " drop", tcp));
    // The first data: a segment with PSH.
    assertEquals(
        "port, generic_timeout_error in tunnel",
        interfered("tcp " + port + " tcp flags & psh == psh drop", tcp));
    assertEquals(
        "port, connection_reset in tunnel",
        interfered("tcp " + port + " tcp flags & psh == psh reject with tcp reset", tcp));
    assertEquals(
        "nothing, generic_timeout_error in tunnel", interfered("udp " + port + " drop", udp));
    assertEquals(
        "nothing, connection_refused in tunnel", interfered("udp " + port + " reject", udp));
  }

  private static String interfered(String rule, ShadowsocksSettings settings) {
    return world()
        .interfering(
            rule,
            () -> world().tried(SHADOWSOCKS, settings, port(METHOD), Depth.TUNNEL, Tried.SHORT));
  }

  @Test
  void aStoppedServer() {
    ShadowsocksSettings tcp = settings(METHOD, "p@:s", ProxyWorld.WEB, Transport.TCP);
    ShadowsocksSettings udp = settings(METHOD, "p@:s", ProxyWorld.DNS, Transport.UDP);
    try (Daemon server = server(world(), METHOD, 8400)) {
      assertTrue(server.isAlive());
      assertEquals("tunnel", world().tried(SHADOWSOCKS, tcp, 8400, Depth.TUNNEL));
    }
    assertEquals(
        "nothing, connection_refused in connect",
        world().tried(SHADOWSOCKS, tcp, 8400, Depth.TUNNEL));
    assertEquals(
        "nothing, connection_refused in tunnel",
        world().tried(SHADOWSOCKS, udp, 8400, Depth.TUNNEL));
  }
}
