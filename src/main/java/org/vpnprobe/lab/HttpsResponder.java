package org.vpnprobe.lab;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vpnprobe.protocol.Https.HttpsSettings;

/** Embedded web servers that answer every request with what their client expects. */
final class HttpsResponder implements ResponderFactory<HttpsSettings> {
  private static final int LONGEST_HEAD = 1 << 14;

  @Override
  public String protocol() {
    return "https";
  }

  @Override
  public Class<HttpsSettings> settings() {
    return HttpsSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(HttpsSettings settings) throws IOException {
    return new StreamServer(
        TlsResponder.listener(settings.cert(), settings.key(), List.of("http/1.1")),
        connection -> serve(connection, settings));
  }

  private static void serve(Socket connection, HttpsSettings settings) throws IOException {
    if (headEnds(new BufferedInputStream(connection.getInputStream()))) {
      OutputStream out = connection.getOutputStream();
      out.write(answer(settings).getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  /** Reads a request's head; false when it is too long or cut off. */
  private static boolean headEnds(InputStream in) throws IOException {
    int matched = 0;
    for (int i = 0; i < LONGEST_HEAD && matched < 4; i++) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return matched == 4;
  }

  private static String answer(HttpsSettings settings) {
    // RFC 9110 sections 15.3.5, 15.4.5: these have no body.
    boolean bare = settings.expectedStatus() == 204 || settings.expectedStatus() == 304;
    String body = bare ? "" : Objects.requireNonNullElse(settings.body(), "vpnprobe lab\n");
    String header = settings.header() == null ? "" : settings.header() + "\r\n";
    return "HTTP/1.1 %d Lab\r\n%sContent-Type: text/plain\r\nContent-Length: %d\r\n"
            .formatted(
                settings.expectedStatus(), header, body.getBytes(StandardCharsets.UTF_8).length)
        + "Connection: close\r\n\r\n"
        + body;
  }
}
