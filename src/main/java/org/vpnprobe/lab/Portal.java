package org.vpnprobe.lab;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Secret;

/**
 * A captive portal: a login page to HTTP, its own certificate to TLS, whoever was meant, told apart
 * by the first byte; it hangs up on everybody else.
 */
final class Portal implements AutoCloseable {
  /** Where it stands: RFC 2544. */
  static final InetAddress ADDRESS = InetAddress.ofLiteral("198.19.255.80");

  private static final int TLS_HANDSHAKE = 22;
  private static final int LONGEST_HEAD = 1 << 14;
  private static final String LOGIN = "http://login.portal.lab.example/";
  private static final String PAGE = "<html><title>Log in</title><p>Please log in.</p></html>\n";

  private final int status;
  private final SSLContext context;
  private final Responder server;

  /**
   * @param status of every HTTP answer
   */
  Portal(int status) throws IOException {
    this.status = status;
    this.context = context();
    this.server =
        new StreamServer(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), this::serve);
  }

  private static SSLContext context() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      OwnCertificate own =
          OwnCertificate.of(DemoPki.text("portal.crt"), Secret.of(DemoPki.text("portal.key")));
      context.init(new KeyManager[] {own}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("every JDK has TLS", e);
    }
  }

  InetSocketAddress address() {
    return server.address();
  }

  private void serve(Socket connection) throws IOException {
    InputStream in = new BufferedInputStream(connection.getInputStream());
    in.mark(1);
    int first = in.read();
    in.reset();
    if (first >= 'A' && first <= 'Z') {
      answer(in, connection.getOutputStream());
    } else if (first == TLS_HANDSHAKE) {
      secure(connection, in);
    }
  }

  private void secure(Socket connection, InputStream in) throws IOException {
    // The socket consumes what was read ahead before it reads on.
    byte[] ahead = in.readNBytes(in.available());
    try (SSLSocket tls =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(connection, new java.io.ByteArrayInputStream(ahead), true)) {
      tls.startHandshake();
      answer(tls.getInputStream(), tls.getOutputStream());
    } catch (SSLException e) {
      // Who knows better does not trust it.
    }
  }

  private void answer(InputStream in, OutputStream out) throws IOException {
    int matched = 0;
    for (int i = 0; i < LONGEST_HEAD && matched < 4; i++) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    if (matched < 4) {
      return;
    }
    String location = status == 302 ? "Location: " + LOGIN + "\r\n" : "";
    String text =
        "HTTP/1.1 %d Portal\r\n%sContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close"
                .formatted(status, location, PAGE.length())
            + "\r\n\r\n"
            + PAGE;
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() {
    server.close();
  }
}
