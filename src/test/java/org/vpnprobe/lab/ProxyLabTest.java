package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.protocol.HttpProxy.HttpProxySettings;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.protocol.Socks5.Socks5Settings;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Tried;
import org.vpnprobe.protocol.Trojan.TrojanSettings;
import org.vpnprobe.protocol.shadowsocks.ShadowsocksSettings;

/** Proxies of the lab through its carriers, by made-up addresses, to a target behind them. */
@NullMarked
class ProxyLabTest {
  private static final Target ECHO = Target.of("echo://192.0.2.7:7");
  private static final Secret PASSWORD = Secret.of("demo");
  private static final Map<String, LabServer> SERVERS = new LinkedHashMap<>();

  static {
    server("socks5", 1080, new Socks5Settings("demo", PASSWORD, ECHO, null));
    server("socks5", 1081, new Socks5Settings(null, null, ECHO, true));
    server(
        "http-proxy",
        8080,
        new HttpProxySettings("demo", PASSWORD, ECHO, null, null, null, null, null));
    server("shadowsocks", 8388, new ShadowsocksSettings("aes-128-gcm", PASSWORD, ECHO, null, null));
    server(
        "shadowsocks",
        8389,
        new ShadowsocksSettings(
            "2022-blake3-aes-128-gcm",
            Secret.of(Lab.material("shadowsocks_key_16").orElseThrow()),
            ECHO,
            Transport.UDP,
            null));
    server(
        "trojan",
        443,
        new TrojanSettings(
            PASSWORD, ECHO, null, null, Lab.material("lab_ca").orElseThrow(), null, null));
  }

  private static final Lab LAB = Lab.start(List.copyOf(SERVERS.values()), 7);

  @AfterAll
  static void close() {
    LAB.close();
  }

  private static void server(String protocol, int port, org.vpnprobe.protocol.Settings settings) {
    SERVERS.put(
        protocol + ":" + port,
        new LabServer(protocol, settings, new HostPort("proxy.lab.example", port)));
  }

  @Test
  void eachLeadsToItsTarget() throws StepFailed {
    for (String name : SERVERS.keySet()) {
      assertEquals("tunnel", tried(name, Interference.NONE, Tried.AMPLE), name);
    }
  }

  @Test
  void offlineNothingAnswers() throws StepFailed {
    Interference hole = LabWorld.interference("blackhole: [proxy.lab.example]");
    for (String name : SERVERS.keySet()) {
      String outcome = tried(name, hole, Tried.SHORT);
      assertEquals("nothing, generic_timeout_error", outcome.replaceFirst(" in .*", ""), name);
    }
  }

  private static String tried(String name, Interference interference, Duration deadline)
      throws StepFailed {
    LabServer server = java.util.Objects.requireNonNull(SERVERS.get(name));
    Protocol<?> protocol = Protocols.named(server.protocol()).orElseThrow();
    try (Vantage vantage = LAB.vantage("carrier", interference, 1)) {
      var address = address(vantage);
      return Tried.through(
          vantage,
          protocol,
          server.settings(),
          new java.net.InetSocketAddress(address, server.address().port()),
          server.address().host(),
          Depth.TUNNEL,
          deadline);
    }
  }

  private static java.net.InetAddress address(Vantage vantage) throws StepFailed {
    Trace trace = new Trace(java.time.Clock.systemUTC(), System::nanoTime, Tried.AMPLE);
    try (Path path = vantage.path(trace)) {
      return path.resolve("proxy.lab.example", Family.IP4).getFirst();
    }
  }
}
