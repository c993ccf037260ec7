package org.vpnprobe.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vpnprobe.protocol.WebTunnel.WebTunnelSettings;

/**
 * Embedded WebTunnel bridges: web servers that answer 404, but for one path, behind which a Tor
 * relay stands.
 */
public final class WebTunnelResponder implements ResponderFactory<WebTunnelSettings> {
  private static final int LONGEST_HEAD = 1 << 14;

  private final TorResponder relays;

  /**
   * @param relays makes what stands behind
   */
  public WebTunnelResponder(TorResponder relays) {
    this.relays = relays;
  }

  @Override
  public String protocol() {
    return "webtunnel";
  }

  @Override
  public Class<WebTunnelSettings> settings() {
    return WebTunnelSettings.class;
  }

  @Override
  public Map<String, String> material() {
    Map<String, String> material = new LinkedHashMap<>(TorResponder.identities("webtunnel"));
    material.put("webtunnel_path", "known-to-everybody");
    return material;
  }

  @Override
  public Responder start(WebTunnelSettings settings) throws IOException {
    Responder relay = relays.relay();
    String text = settings.path().text();
    String path = text.startsWith("/") ? text : "/" + text;
    Responder server =
        new StreamServer(
            TlsResponder.listener(null, null, List.of()),
            connection -> serve(connection, path, relay.address()));
    return new Responder() {
      @Override
      public InetSocketAddress address() {
        return server.address();
      }

      @Override
      public void close() {
        server.close();
        relay.close();
      }
    };
  }

  /** One request, and for the right one the bytes of the relay after the answer. */
  static void serve(Socket connection, String path, InetSocketAddress relay) throws IOException {
    InputStream in = connection.getInputStream();
    OutputStream out = connection.getOutputStream();
    String head = head(in);
    String lower = head.toLowerCase(Locale.ROOT);
    if (!head.startsWith("GET " + path + " HTTP/1.1\r\n")
        || !lower.contains("\r\nupgrade: websocket\r\n")
        || !lower.contains("\r\nconnection: upgrade\r\n")) {
      out.write(ascii("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
      out.flush();
      return;
    }
    out.write(
        ascii(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"));
    out.flush();
    byte[] buffer = new byte[8192];
    Spliced.run(
        relay,
        () -> Arrays.copyOf(buffer, Math.max(0, in.read(buffer))),
        bytes -> {
          out.write(bytes);
          out.flush();
        });
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (head.size() < LONGEST_HEAD) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client closed");
      }
      head.write(next);
      String text = next == '\n' ? head.toString(StandardCharsets.ISO_8859_1) : "";
      if (text.endsWith("\r\n\r\n")) {
        return text;
      }
    }
    throw new IOException("a request without end");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
