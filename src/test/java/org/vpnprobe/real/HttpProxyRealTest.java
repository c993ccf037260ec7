package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.HttpProxy;
import org.vpnprobe.protocol.HttpProxy.HttpProxySettings;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Tried;

/** http-proxy against tinyproxy, squid, and stunnel before tinyproxy, behind a router. */
@Tag("real")
class HttpProxyRealTest {
  private static final int TINYPROXY = 8888;
  private static final int STUNNEL = 8443;
  private static final int SQUID = 3128;
  private static final int SQUID_OPEN = 3129;
  private static final int WEB = 8080;
  private static final HttpProxy PROXY = new HttpProxy();

  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder().addSubjectAlternativeName("proxy.example").signedBy(CA).build();

  @TempDir static Path directory = Path.of("");
  private static @Nullable ProxyWorld started;

  @BeforeAll
  static void start() throws IOException {
    Needs.programs("tinyproxy", "squid", "stunnel4", "nginx", "dnsmasq", "openssl", "ss");
    Needs.file("/usr/lib/squid/basic_ncsa_auth", "squid");
    // Squid gives up root and writes its own files.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    ProxyWorld world = new ProxyWorld(directory);
    started = world;
    tinyproxy(world, TINYPROXY);
    squid(world);
    stunnel(world);
    world.web(ProxyWorld.PROXY + ":" + WEB, "no proxy");
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.close();
    }
  }

  private static Daemon tinyproxy(ProxyWorld world, int port) throws IOException {
    Path conf = directory.resolve("tinyproxy" + port + ".conf");
    Files.writeString(
        conf,
        """
        Port %d
        Listen 10.90.0.1
        Allow 10.0.0.0/8
        Timeout 60
        MaxClients 20
        BasicAuth bob s3cret
        """
            .formatted(port));
    return world.daemon(ProxyWorld.PROXY + ":" + port, "tinyproxy", "-d", "-c", conf.toString());
  }

  private static void squid(ProxyWorld world) throws IOException {
    String hash =
        new String(
                new ProcessBuilder("openssl", "passwd", "-apr1", "s3cret")
                    .start()
                    .getInputStream()
                    .readAllBytes(),
                java.nio.charset.StandardCharsets.US_ASCII)
            .strip();
    Path users = Files.writeString(directory.resolve("users"), "bob:" + hash + "\n");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r--r--"));
    Path conf = directory.resolve("squid.conf");
    Files.writeString(
        conf,
        """
        http_port 10.90.0.1:3128
        http_port 10.90.0.1:3129
        auth_param basic program /usr/lib/squid/basic_ncsa_auth %1$s/users
        auth_param basic children 1
        acl forbidden port 82
        acl open localport 3129
        acl known proxy_auth REQUIRED
        http_access deny forbidden
        http_access allow open
        http_access allow known
        http_access deny all
        cache deny all
        access_log none
        cache_log %1$s/squid.log
        pid_filename %1$s/squid.pid
        coredump_dir %1$s
        dns_nameservers 10.90.0.2
        netdb_filename none
        pinger_enable off
        visible_hostname proxy.example
        shutdown_lifetime 0 seconds
        """
            .formatted(directory));
    world.daemon(ProxyWorld.PROXY + ":" + SQUID, "squid", "-N", "-f", conf.toString());
  }

  private static void stunnel(ProxyWorld world) throws IOException {
    Files.writeString(directory.resolve("server.crt"), SERVER.certificatePem());
    Files.writeString(directory.resolve("server.key"), SERVER.privateKeyPkcs8Pem());
    Path conf = directory.resolve("stunnel.conf");
    Files.writeString(
        conf,
        """
        foreground = yes
        pid =
        [proxy]
        accept = 10.90.0.1:8443
        connect = 10.90.0.1:8888
        cert = %1$s/server.crt
        key = %1$s/server.key
        """
            .formatted(directory));
    world.daemon(ProxyWorld.PROXY + ":" + STUNNEL, "stunnel4", conf.toString());
  }

  private static ProxyWorld world() {
    return Objects.requireNonNull(started);
  }

  private static HttpProxySettings settings(
      @Nullable String user, @Nullable String password, @Nullable String target) {
    return new HttpProxySettings(
        user,
        password == null ? null : Secret.of(password),
        target == null ? null : Target.of(target),
        null,
        null,
        null,
        null,
        null);
  }

  private static HttpProxySettings tls(String password, @Nullable String ca, @Nullable String pin) {
    return new HttpProxySettings(
        "bob", Secret.of(password), Target.of(ProxyWorld.WEB), true, null, ca, pin, null);
  }

  private static String tried(HttpProxySettings settings, int port, Depth goal) {
    return world().tried(PROXY, settings, port, goal);
  }

  @Test
  void eachDepth() {
    HttpProxySettings bare = settings(null, null, null);
    HttpProxySettings login = settings("bob", "s3cret", ProxyWorld.WEB);
    for (int port : new int[] {TINYPROXY, SQUID}) {
      assertEquals("port", tried(bare, port, Depth.PORT));
      assertEquals("handshake", tried(bare, port, Depth.HANDSHAKE));
      assertEquals("authenticated", tried(login, port, Depth.AUTHENTICATED));
      assertEquals("tunnel", tried(login, port, Depth.TUNNEL));
      assertEquals("tunnel", tried(settings("bob", "s3cret", ProxyWorld.DNS), port, Depth.TUNNEL));
      assertEquals(
          "authenticated", tried(settings("bob", "s3cret", null), port, Depth.AUTHENTICATED));
    }
    assertEquals(
        "tunnel", tried(settings(null, null, ProxyWorld.WEB), SQUID_OPEN, Depth.AUTHENTICATED));
    assertEquals("handshake", tried(bare, SQUID_OPEN, Depth.HANDSHAKE));
  }

  @Test
  void overTls() {
    String ca = CA.certificatePem();
    String pin = OwnCertificate.sha256(SERVER.certificate());
    assertEquals("tunnel", tried(tls("s3cret", ca, null), STUNNEL, Depth.TUNNEL));
    assertEquals("tunnel", tried(tls("s3cret", null, pin), STUNNEL, Depth.TUNNEL));
    assertEquals(
        "handshake, auth_rejected in auth", tried(tls("wrong", ca, null), STUNNEL, Depth.TUNNEL));
    assertEquals(
        "port, ssl_unknown_authority in tls",
        tried(tls("s3cret", null, null), STUNNEL, Depth.TUNNEL));
  }

  @Test
  void wrongLogins() {
    for (int port : new int[] {TINYPROXY, SQUID}) {
      assertEquals(
          "handshake, auth_rejected in auth",
          tried(settings("bob", "wrong", null), port, Depth.AUTHENTICATED));
      assertEquals(
          "handshake, auth_rejected in auth",
          tried(settings(null, null, ProxyWorld.WEB), port, Depth.TUNNEL));
    }
  }

  @Test
  void targetsThatDoNotAnswer() {
    HttpProxySettings closed = settings("bob", "s3cret", ProxyWorld.CLOSED);
    assertEquals(
        "authenticated, proxy_refused:500 in tunnel", tried(closed, TINYPROXY, Depth.TUNNEL));
    assertEquals("authenticated, proxy_refused:503 in tunnel", tried(closed, SQUID, Depth.TUNNEL));
    // A rule of the proxy comes before its question for a login.
    assertEquals(
        "port, proxy_refused:403 in handshake",
        tried(settings("bob", "s3cret", "http://10.90.0.2:82/"), SQUID, Depth.TUNNEL));
  }

  @Test
  void aWebServerIsNoProxy() {
    assertEquals(
        "port, proxy_refused:400 in handshake",
        tried(settings(null, null, ProxyWorld.WEB), WEB, Depth.HANDSHAKE));
  }

  @Test
  void dropAndReset() {
    HttpProxySettings bare = settings(null, null, null);
    assertEquals(
        "nothing, generic_timeout_error in connect",
        world()
            .interfering(
                "tcp dport 8888 drop",
                () -> world().tried(PROXY, bare, TINYPROXY, Depth.HANDSHAKE, Tried.SHORT)));
    // The first letter of CONNECT, behind a TCP header with the timestamp option (32 bytes).
    assertEquals(
        "port, generic_timeout_error in handshake",
        world()
            .interfering(
                "tcp dport 8888 @th,256,8 0x43 drop",
                () -> world().tried(PROXY, bare, TINYPROXY, Depth.HANDSHAKE, Tried.SHORT)));
    assertEquals(
        "port, connection_reset in handshake",
        world()
            .interfering(
                "tcp dport 8888 @th,256,8 0x43 reject with tcp reset",
                () -> tried(bare, TINYPROXY, Depth.HANDSHAKE)));
  }

  @Test
  void aStoppedServer() throws IOException {
    HttpProxySettings bare = settings(null, null, null);
    try (Daemon server = tinyproxy(world(), 8889)) {
      assertTrue(server.isAlive());
      assertEquals("handshake", tried(bare, 8889, Depth.HANDSHAKE));
    }
    assertEquals("nothing, connection_refused in connect", tried(bare, 8889, Depth.HANDSHAKE));
  }
}
