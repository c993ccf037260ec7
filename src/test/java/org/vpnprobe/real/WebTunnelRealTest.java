package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.TorResponder;
import org.vpnprobe.lab.WebTunnelResponder;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.WebTunnel;
import org.vpnprobe.protocol.WebTunnel.WebTunnelSettings;

/**
 * WebTunnel through Debian's nginx, set up as bridges' owners are told to: nginx has the website,
 * its certificate and the secret path, and hands the upgraded connection on. Behind it stands the
 * lab's bridge: none of WebTunnel's own servers is packaged.
 */
@Tag("real")
class WebTunnelRealTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final String PATH = "/9kXbQ2";
  private static final HeldCertificate CA =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate SITE =
      new HeldCertificate.Builder().addSubjectAlternativeName("blog.example").signedBy(CA).build();

  @Test
  void throughARealWebServer(@TempDir Path home) throws Exception {
    Needs.program("nginx");
    WebTunnelResponder lab =
        new WebTunnelResponder(new TorResponder(Clock.systemUTC(), new SecureRandom()));
    RelayFingerprint relay =
        RelayFingerprint.of(Objects.requireNonNull(lab.material().get("webtunnel_fingerprint")));
    RelayFingerprint other = RelayFingerprint.of("12".repeat(20));
    InetSocketAddress site = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    try (Responder bridge = lab.start(settings(PATH, relay))) {
      try (Daemon nginx = nginx(home, site.getPort(), bridge.address().getPort())) {
        nginx.await(() -> listens(site), "listening nginx");
        assertEquals("authenticated", tried(settings(PATH, relay), site));
        assertEquals(
            "handshake, auth_wrong_server_key in auth", tried(settings(PATH, other), site));
        assertEquals(
            "port, http_unexpected:404 in handshake", tried(settings("/other", relay), site));
        bridge.close();
        assertEquals("port, http_unexpected:502 in handshake", tried(settings(PATH, relay), site));
      }
      assertEquals("nothing, connection_refused in connect", tried(settings(PATH, relay), site));
    }
  }

  private static WebTunnelSettings settings(String path, RelayFingerprint relay) {
    return new WebTunnelSettings(
        Secret.of(path), "blog.example", CA.certificatePem(), null, null, relay, null);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(InetSocketAddress site) {
    try (Socket socket = new Socket(site.getAddress(), site.getPort())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static Daemon nginx(Path home, int port, int behind) throws IOException {
    Files.writeString(home.resolve("site.crt"), SITE.certificatePem());
    Files.writeString(home.resolve("site.key"), SITE.privateKeyPkcs8Pem());
    Files.writeString(
        home.resolve("nginx.conf"),
        """
        daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr notice;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          ssl_certificate %1$s/site.crt; ssl_certificate_key %1$s/site.key;
          server {
            listen 127.0.0.1:%2$d ssl;
            location / { return 404; }
            location = %3$s {
              proxy_pass https://127.0.0.1:%4$d;
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection "upgrade";
              proxy_buffering off;
            }
          }
        }
        """
            .formatted(home, port, PATH, behind));
    return Daemon.start(null, home, "nginx", "-c", home + "/nginx.conf", "-p", home + "/");
  }

  private static String tried(WebTunnelSettings settings, InetSocketAddress server) {
    try (RecordedTrial trial = new RecordedTrial(server, Depth.AUTHENTICATED, AMPLE)) {
      String failure = "";
      try {
        new WebTunnel().open(settings, trial).close();
      } catch (StepFailed e) {
        var failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
      }
      Depth deepest = trial.deepest();
      return (deepest == null ? "nothing" : deepest.id()) + failure;
    }
  }
}
