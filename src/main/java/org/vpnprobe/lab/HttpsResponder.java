package org.vpnprobe.lab;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.protocol.Https.HttpsSettings;

/** Embedded web servers that answer every request with what their client expects. */
final class HttpsResponder implements ResponderFactory<HttpsSettings> {
  private static final int LONGEST_HEAD = 1 << 14;
  private static final String END = "\r\n\r\n";

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
    InputStream in = new BufferedInputStream(connection.getInputStream());
    OutputStream out = connection.getOutputStream();
    boolean more = true;
    for (String head = head(in); more && head != null; head = more ? head(in) : null) {
      more = !head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n");
      out.write(answer(settings, more).getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  /** A request's head; null when it is too long or cut off. */
  private static @Nullable String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < LONGEST_HEAD) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.append((char) next);
      if (next == '\n' && head.length() >= 4 && head.substring(head.length() - 4).equals(END)) {
        return head.toString();
      }
    }
    return null;
  }

  private static String answer(HttpsSettings settings, boolean more) {
    // RFC 9110 sections 15.3.5, 15.4.5: these have no body.
    boolean bare = settings.expectedStatus() == 204 || settings.expectedStatus() == 304;
    String body = bare ? "" : Objects.requireNonNullElse(settings.body(), "vpnprobe lab\n");
    String header = settings.header() == null ? "" : settings.header() + "\r\n";
    return "HTTP/1.1 %d Lab\r\n%sContent-Type: text/plain\r\nContent-Length: %d\r\n"
            .formatted(
                settings.expectedStatus(), header, body.getBytes(StandardCharsets.UTF_8).length)
        + (more ? "\r\n" : "Connection: close\r\n\r\n")
        + body;
  }
}
