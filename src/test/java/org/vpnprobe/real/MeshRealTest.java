package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
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
import org.vpnprobe.protocol.Nebula;
import org.vpnprobe.protocol.Nebula.NebulaSettings;
import org.vpnprobe.protocol.Tinc;
import org.vpnprobe.protocol.Tinc.TincSettings;

/** nebula and tinc against Debian's nodes, by somebody who is no member. */
@Tag("real")
class MeshRealTest {
  private static final int NEBULA = 4242;
  private static final int QUIET_NEBULA = 4243;
  private static final int TINC = 655;
  private static final Duration SHORT = Duration.ofMillis(1000);

  @TempDir static @Nullable Path directory;

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static @Nullable TestNet world;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("nebula", "nebula-cert", "tincd", "openssl");
    TestNet net = TestNet.with("carrier");
    OPEN.add(net);
    world = net;
    Path home = Objects.requireNonNull(directory);
    String in = "cd " + home + " && ";
    net.exec(net.server(), "sh", "-c", in + "nebula-cert ca -name lab");
    net.exec(net.server(), "sh", "-c", in + "nebula-cert sign -name node -ip 10.97.0.1/24");
    OPEN.add(nebula(net, home, NEBULA, "always"));
    OPEN.add(nebula(net, home, QUIET_NEBULA, "never"));
    OPEN.add(tinc(net, home));
  }

  private static Daemon nebula(TestNet net, Path home, int port, String errors) throws IOException {
    Path file = home.resolve("nebula" + port + ".yaml");
    Files.writeString(
        file,
        """
        pki: {ca: %1$s/ca.crt, cert: %1$s/node.crt, key: %1$s/node.key}
        lighthouse: {am_lighthouse: true}
        listen: {host: 10.90.0.1, port: %2$d, send_recv_error: %3$s}
        tun: {disabled: true}
        firewall:
          outbound: [{port: any, proto: any, host: any}]
          inbound: [{port: any, proto: any, host: any}]
        """
            .formatted(home, port, errors));
    return Daemon.start(net.server(), home, Needs.program("nebula"), "-config", file.toString())
        .await(
            () -> net.exec(net.server(), "ss", "-Hlun", "sport = :" + port).contains("UNCONN"),
            "listening nebula");
  }

  private static Daemon tinc(TestNet net, Path home) throws IOException {
    Path folder = Files.createDirectories(home.resolve("tinc/hosts")).getParent();
    Path conf = Objects.requireNonNull(folder);
    Files.writeString(
        conf.resolve("tinc.conf"),
        "Name = lab\nDeviceType = dummy\nAddressFamily = ipv4\nBindToAddress = 10.90.0.1\n"
            + "PrivateKeyFile = "
            + conf
            + "/rsa.key\n");
    String rsa = "openssl genrsa -traditional -out ";
    net.exec(net.server(), "sh", "-c", rsa + conf + "/rsa.key 2048");
    net.exec(net.server(), "sh", "-c", rsa + conf + "/probe.key 2048");
    String out = " -RSAPublicKey_out -out " + conf + "/hosts/";
    net.exec(net.server(), "sh", "-c", "openssl rsa -in " + conf + "/rsa.key" + out + "lab");
    net.exec(net.server(), "sh", "-c", "openssl rsa -in " + conf + "/probe.key" + out + "probe");
    return Daemon.start(
            net.server(),
            home,
            Needs.program("tincd"),
            "-D",
            "-d3",
            "-c",
            conf.toString(),
            "--pidfile=" + conf + "/pid")
        .await(
            () -> net.exec(net.server(), "ss", "-Hltn", "sport = :655").contains("LISTEN"),
            "listening tincd");
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

  private static Attempt to(int port) {
    return Attempt.at(net(), "carrier", port);
  }

  @Test
  void nebulaAnswersUnlessItIsSetUpNotTo() {
    assertEquals("handshake", to(NEBULA).of(new Nebula(), new NebulaSettings()));
    assertEquals(
        "nothing, generic_timeout_error in handshake",
        to(QUIET_NEBULA).within(SHORT).of(new Nebula(), new NebulaSettings()));
    assertEquals(
        "nothing, connection_refused in handshake",
        to(4244).of(new Nebula(), new NebulaSettings()));
  }

  @Test
  void tincAnswersToTheNameOfANodeThatItKnows() {
    assertEquals(
        "handshake",
        to(TINC)
            .of(
                new Tinc(),
                new TincSettings("probe"),
                trial -> assertEquals(List.of("lab"), trial.observed("tinc_node"))));
    assertEquals(
        "port, generic_timeout_error in handshake",
        to(TINC).within(SHORT).of(new Tinc(), new TincSettings("stranger")));
    assertEquals(
        "nothing, connection_refused in connect",
        to(656).of(new Tinc(), new TincSettings("probe")));
  }

  @Test
  void dropAndReset() {
    net().interfere("carrier", "udp dport 4242 drop");
    assertEquals(
        "nothing, generic_timeout_error in handshake",
        to(NEBULA).within(SHORT).of(new Nebula(), new NebulaSettings()));
    // "0 pr", behind a TCP header with the timestamp option (32 bytes).
    net().interfere("carrier", "tcp dport 655 @th,256,32 0x30207072 reject with tcp reset");
    assertEquals(
        "port, connection_reset in handshake", to(TINC).of(new Tinc(), new TincSettings("probe")));
    net().interfere("carrier", "tcp dport 655 @th,256,32 0x30207072 drop");
    assertEquals(
        "port, generic_timeout_error in handshake",
        to(TINC).within(SHORT).of(new Tinc(), new TincSettings("probe")));
  }
}
