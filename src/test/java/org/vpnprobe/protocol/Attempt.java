package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLServerSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;

/** One try of a protocol as the engine makes it, told in a line: depth, failure and its step. */
public final class Attempt {
  /** The server's name in every certificate here. */
  public static final String HOST = "vpn.lab.example";

  private Attempt() {}

  /** To a server of this host. */
  public static <S extends Settings> String at(
      InetSocketAddress server, Protocol<S> protocol, S settings, Depth goal, Duration deadline) {
    return from(Vantages.direct(), server, protocol, settings, goal, deadline);
  }

  /** Through a vantage. */
  public static <S extends Settings> String from(
      Vantage vantage,
      InetSocketAddress server,
      Protocol<S> protocol,
      S settings,
      Depth goal,
      Duration deadline) {
    try (RecordedTrial trial = new RecordedTrial(vantage, server, HOST, goal, deadline)) {
      String failure = "";
      try (Session session = protocol.open(settings, trial)) {
        if (goal == Depth.TUNNEL && !trial.reached.containsKey(Depth.TUNNEL)) {
          TunnelCheck.run(session, trial);
        }
      } catch (StepFailed e) {
        Failure failed = trial.trace.failure(e);
        failure = ", " + failed.id() + " in " + failed.step().id();
        assertTrue(!e.detail().contains("s3cret"), "no secret in a failure");
      }
      assertTrue(
          trial.trace.observations().stream().noneMatch(o -> o.value().contains("s3cret")),
          "no secret among the observations");
      return (trial.deepest() == null ? "nothing" : trial.deepest().id()) + failure;
    }
  }

  /**
   * A TLS server that says one thing to every first bytes of a client and then closes.
   *
   * @param use is given its address and its certificate (PEM)
   */
  public static void saying(
      String said, java.util.function.BiConsumer<InetSocketAddress, String> use)
      throws IOException {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName(HOST).build();
    SSLServerSocket listener =
        (SSLServerSocket)
            new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    try (listener) {
      Thread.ofVirtual().start(() -> serve(listener, socket -> say(socket, said)));
      use.accept(
          (InetSocketAddress) listener.getLocalSocketAddress(), certificate.certificatePem());
    }
  }

  /** A TCP server that resets every connection after the client's first bytes, or keeps silent. */
  public static void interfering(boolean reset, Consumer<InetSocketAddress> use)
      throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      if (reset) {
        Thread.ofVirtual().start(() -> serve(listener, Attempt::reset));
      }
      use.accept((InetSocketAddress) listener.getLocalSocketAddress());
    }
  }

  private static void serve(ServerSocket listener, Consumer<Socket> service) {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        service.accept(socket);
      } catch (IOException e) {
        // The client has left, or the test is over.
      }
    }
  }

  private static void say(Socket socket, String said) {
    try {
      InputStream in = socket.getInputStream();
      in.read(new byte[1 << 14]);
      OutputStream out = socket.getOutputStream();
      out.write(said.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      socket.shutdownOutput();
      in.transferTo(OutputStream.nullOutputStream()); // A close with bytes unread is a reset.
    } catch (IOException e) {
      // The client has heard enough.
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.getInputStream().read();
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
