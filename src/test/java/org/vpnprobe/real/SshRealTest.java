package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.SshResponder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.TunnelCheck;
import org.vpnprobe.protocol.ssh.Ssh;
import org.vpnprobe.protocol.ssh.SshHostKey;
import org.vpnprobe.protocol.ssh.SshSettings;

/** Debian's OpenSSH server behind a router: every depth, every refusal, and interference. */
@Tag("real")
class SshRealTest {
  private static final int PORT = 22;
  private static final int STOPPED = 23;
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final String PASSWORD = "correct horse";

  /** What the server itself says at the far end of a channel to its own port. */
  private static final Target ITSELF = Target.of("tcp://127.0.0.1:22");

  @TempDir static @Nullable Path directory;

  private static @Nullable TestNet world;
  private static @Nullable Daemon server;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("sshd", "ssh-keygen", "openssl");
    TestNet net = TestNet.with("carrier");
    world = net;
    Path home = Objects.requireNonNull(directory);
    for (String type : new String[] {"ed25519", "rsa", "ecdsa"}) {
      keygen(net, home, type, "host_" + type, "");
    }
    keygen(net, home, "ed25519", "user", "");
    keygen(net, home, "rsa", "locked", "open sesame");
    keygen(net, home, "ed25519", "stranger", "");
    // The server reads the user's keys as that user.
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(home.resolve("authorized"), text("user.pub") + text("locked.pub"));
    String hash = net.exec(net.server(), "openssl", "passwd", "-6", "-salt", "lab", PASSWORD);
    Files.writeString(
        home.resolve("shadow"), "root:*:19000::::::\nprobe:" + hash.strip() + ":19000::::::\n");
    Files.writeString(
        home.resolve("passwd"),
        """
        root:x:0:0:root:/root:/bin/sh
        sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
        probe:x:4321:4321::/nonexistent:/bin/sh
        """);
    Files.writeString(
        home.resolve("sshd_config"),
        """
        ListenAddress 0.0.0.0
        HostKey %1$s/host_ed25519
        HostKey %1$s/host_rsa
        HostKey %1$s/host_ecdsa
        AuthorizedKeysFile %1$s/authorized
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication yes
        KbdInteractiveAuthentication no
        PermitOpen 127.0.0.1:22 127.0.0.1:9
        MaxStartups 100
        LogLevel VERBOSE
        """
            .formatted(home));
    server = sshd(net, home, PORT);
  }

  /** In a mount namespace of its own, with users of its own: those of this host are not touched. */
  private static Daemon sshd(TestNet net, Path home, int port) {
    String script =
        """
        mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd &&
        mount --bind %1$s/passwd /etc/passwd && mount --bind %1$s/shadow /etc/shadow &&
        exec %2$s -D -e -f %1$s/sshd_config -p %3$d
        """
            .formatted(home, Needs.program("sshd"), port);
    return Daemon.start(net.server(), home, "sh", "-c", script)
        .awaitLog("Server listening on 0.0.0.0 port " + port);
  }

  private static void keygen(TestNet net, Path home, String type, String name, String passphrase) {
    net.exec(
        net.server(),
        Needs.program("ssh-keygen"),
        "-q",
        "-t",
        type,
        "-N",
        passphrase,
        "-f",
        home + "/" + name);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
    if (world != null) {
      world.close();
    }
  }

  private static String text(String name) throws IOException {
    return Files.readString(Objects.requireNonNull(directory).resolve(name));
  }

  private static SshHostKey pin(String type) throws IOException {
    return SshHostKey.of(text("host_" + type + ".pub"));
  }

  private static SshSettings stranger(@Nullable SshHostKey pin) {
    return new SshSettings(pin, null, null, null, null, null);
  }

  private static SshSettings password(@Nullable SshHostKey pin, String password, Target target) {
    return new SshSettings(pin, "probe", Secret.of(password), null, null, target);
  }

  private static SshSettings key(String name, @Nullable String passphrase) throws IOException {
    return new SshSettings(
        pin("ed25519"),
        "probe",
        null,
        Secret.of(text(name)),
        passphrase == null ? null : Secret.of(passphrase),
        ITSELF);
  }

  @Test
  void theHostKeyOfEveryType() throws IOException {
    assertEquals("handshake", tried(stranger(null), PORT, Depth.HANDSHAKE));
    for (String type : new String[] {"ed25519", "rsa", "ecdsa"}) {
      assertEquals("authenticated", tried(stranger(pin(type)), PORT, Depth.AUTHENTICATED), type);
    }
    SshHostKey fingerprint = SshHostKey.of(pin("ed25519").toString());
    assertEquals("authenticated", tried(stranger(fingerprint), PORT, Depth.AUTHENTICATED));
    assertTrue(Objects.requireNonNull(server).log().contains("no login"), "a goodbye was said");
  }

  @Test
  void anotherHostKeyIsToldFromSilence() {
    SshHostKey other = SshHostKey.of("SHA256:" + "A".repeat(43));
    assertEquals(
        "handshake, auth_wrong_server_key in auth",
        tried(stranger(other), PORT, Depth.AUTHENTICATED));
  }

  @Test
  void loginsAndTheTarget() throws IOException {
    assertEquals("tunnel", tried(password(pin("rsa"), PASSWORD, ITSELF), PORT, Depth.TUNNEL));
    assertEquals("tunnel", tried(key("user", null), PORT, Depth.TUNNEL));
    assertEquals("tunnel", tried(key("locked", "open sesame"), PORT, Depth.TUNNEL));
    assertEquals(
        "authenticated", tried(password(null, PASSWORD, ITSELF), PORT, Depth.AUTHENTICATED));
  }

  @Test
  void refusals() throws IOException {
    assertEquals(
        "handshake, auth_rejected in auth",
        tried(password(null, "wrong", ITSELF), PORT, Depth.AUTHENTICATED));
    assertEquals(
        "authenticated, auth_rejected in auth",
        tried(key("stranger", null), PORT, Depth.AUTHENTICATED));
    Target closed = Target.of("tcp://127.0.0.1:9");
    assertEquals(
        "authenticated, data_echo_failed in tunnel",
        tried(password(pin("ed25519"), PASSWORD, closed), PORT, Depth.TUNNEL));
    Target forbidden = Target.of("tcp://127.0.0.1:10");
    assertEquals(
        "authenticated, auth_rejected in tunnel",
        tried(password(pin("ed25519"), PASSWORD, forbidden), PORT, Depth.TUNNEL));
  }

  @Test
  void dropAndReset() throws IOException {
    TestNet net = Objects.requireNonNull(world);
    SshSettings settings = stranger(pin("ed25519"));
    try {
      net.interfere("carrier", "tcp dport 22 drop");
      assertEquals(
          "nothing, generic_timeout_error in connect",
          tried(settings, PORT, Depth.AUTHENTICATED, SHORT));
      // The identification's first bytes, behind a TCP header with the timestamp option.
      net.interfere("carrier", "tcp dport 22 @th,256,32 0x5353482d drop");
      assertEquals(
          "port, generic_timeout_error in handshake",
          tried(settings, PORT, Depth.AUTHENTICATED, SHORT));
      net.interfere("carrier", "tcp dport 22 @th,256,32 0x5353482d reject with tcp reset");
      assertEquals(
          "port, connection_reset in handshake", tried(settings, PORT, Depth.AUTHENTICATED));
      // Past the key exchange.
      net.interfere("carrier", "tcp dport 22 ct original packets > 8 reject with tcp reset");
      String later = tried(password(pin("ed25519"), PASSWORD, ITSELF), PORT, Depth.TUNNEL);
      assertTrue(later.endsWith(", connection_reset in auth"), later);
    } finally {
      net.interfere("carrier");
    }
  }

  @Test
  void aStoppedServer() throws IOException {
    TestNet net = Objects.requireNonNull(world);
    SshSettings settings = stranger(pin("ed25519"));
    try (Daemon second = sshd(net, Objects.requireNonNull(directory), STOPPED)) {
      assertTrue(second.isAlive());
      assertEquals("authenticated", tried(settings, STOPPED, Depth.AUTHENTICATED));
    }
    assertEquals(
        "nothing, connection_refused in connect", tried(settings, STOPPED, Depth.AUTHENTICATED));
  }

  /** The embedded server is one to OpenSSH's own client, too. */
  @Test
  void theLabsServerToARealClient() throws IOException {
    SshResponder lab = new SshResponder();
    Path home = Objects.requireNonNull(directory);
    Path key = home.resolve("lab_client");
    Files.writeString(key, text("user"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    SshSettings settings = key("user", null);
    try (Responder responder = lab.start(settings)) {
      int port = responder.address().getPort();
      Path known = home.resolve("known_hosts");
      Files.writeString(
          known, "[127.0.0.1]:" + port + " " + lab.material().get("ssh_host_key") + "\n");
      Process client =
          new ProcessBuilder(
                  Needs.program("ssh"),
                  "-F",
                  "none",
                  "-i",
                  key.toString(),
                  "-o",
                  "UserKnownHostsFile=" + known,
                  "-o",
                  "StrictHostKeyChecking=yes",
                  "-o",
                  "BatchMode=yes",
                  "-W",
                  "inside.example:22",
                  "-p",
                  Integer.toString(port),
                  "probe@127.0.0.1")
              .redirectError(home.resolve("ssh.log").toFile())
              .start();
      try {
        byte[] banner = client.getInputStream().readNBytes(22);
        assertEquals(
            "SSH-2.0-vpnprobe_lab\r\n",
            new String(banner, StandardCharsets.US_ASCII),
            text("ssh.log"));
      } finally {
        client.destroy();
      }
    }
  }

  private static String tried(SshSettings settings, int port, Depth goal) {
    return tried(settings, port, goal, AMPLE);
  }

  private static String tried(SshSettings settings, int port, Depth goal, Duration deadline) {
    TestNet net = Objects.requireNonNull(world);
    InetSocketAddress address = new InetSocketAddress(TestNet.address(1), port);
    try (Vantage vantage = Vantages.open(new Via.Netns(net.client("carrier")), null, "carrier");
        RecordedTrial trial = new RecordedTrial(vantage, address, goal, deadline)) {
      String failure = "";
      try (Session session = new Ssh().open(settings, trial)) {
        if (goal == Depth.TUNNEL) {
          TunnelCheck.run(session, trial);
        }
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }
}
