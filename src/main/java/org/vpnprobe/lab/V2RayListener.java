package org.vpnprobe.lab;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.vpnprobe.layer.WebSocket;
import org.vpnprobe.protocol.V2RayTransport;

/** The server's side of a {@link V2RayTransport}, whatever it carries. */
final class V2RayListener {
  /** Serves what is carried to its end. */
  @FunctionalInterface
  interface Conversation {
    void serve(InputStream in, OutputStream out) throws IOException;
  }

  private static final int LONGEST_HEAD = 1 << 14;

  private V2RayListener() {}

  /** Starts a server for a client with this transport. */
  static Responder start(V2RayTransport transport, Conversation conversation) throws IOException {
    ServerSocket listener =
        transport.tls()
            ? TlsResponder.listener(null, null, transport.offeredAlpn())
            : new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    return new StreamServer(listener, connection -> serve(connection, transport, conversation));
  }

  private static void serve(Socket connection, V2RayTransport transport, Conversation conversation)
      throws IOException {
    switch (transport.network()) {
      case TCP -> conversation.serve(connection.getInputStream(), connection.getOutputStream());
      case GRPC -> GunServer.serve(connection, transport.servicePath(), conversation);
      case WS, HTTPUPGRADE -> {
        InputStream in = new BufferedInputStream(connection.getInputStream());
        OutputStream out = connection.getOutputStream();
        Map<String, String> request = request(in);
        boolean socket = transport.network() == V2RayTransport.Network.WS;
        String key = request.get("sec-websocket-key");
        String host = transport.host();
        if (!Objects.requireNonNullElse(transport.path(), "/").equals(request.get(""))
            || (host != null && !host.equals(request.get("host")))) {
          say(out, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        } else if (socket != (key != null) || !"websocket".equals(request.get("upgrade"))) {
          say(out, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        } else {
          String accept =
              key == null ? "" : "Sec-WebSocket-Accept: " + WebSocket.accept(key) + "\r\n";
          say(
              out,
              "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                  + accept
                  + "\r\n");
          if (socket) {
            WebSocketServer frames = new WebSocketServer(in, out);
            conversation.serve(frames.in(), frames.out());
            frames.close();
          } else {
            conversation.serve(in, out);
          }
        }
      }
    }
  }

  private static void say(OutputStream out, String head) throws IOException {
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** The headers of a request by their names in lower case, its path under no name. */
  private static Map<String, String> request(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || head.size() > LONGEST_HEAD) {
        throw new IOException("no request");
      }
      head.write(next);
      text = next == '\n' ? head.toString(StandardCharsets.ISO_8859_1) : "";
    }
    Map<String, String> headers = new HashMap<>();
    String[] lines = text.split("\r\n", -1);
    String[] first = lines[0].split(" ", -1);
    headers.put("", first.length == 3 ? first[1] : "");
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }
}
