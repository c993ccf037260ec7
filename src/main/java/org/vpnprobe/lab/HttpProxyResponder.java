package org.vpnprobe.lab;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.vpnprobe.protocol.HttpProxy.HttpProxySettings;
import org.vpnprobe.protocol.Target;

/** Embedded HTTP proxies that lead to their client's target alone, else to an echo. */
public final class HttpProxyResponder implements ResponderFactory<HttpProxySettings> {
  private static final int LONGEST_HEAD = 1 << 14;

  @Override
  public String protocol() {
    return "http-proxy";
  }

  @Override
  public Class<HttpProxySettings> settings() {
    return HttpProxySettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(HttpProxySettings settings) throws IOException {
    ServerSocket listener =
        settings.overTls()
            ? TlsResponder.listener(null, null, List.of("http/1.1"))
            : new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    return new StreamServer(listener, connection -> serve(connection, settings));
  }

  private static void serve(Socket connection, HttpProxySettings settings) throws IOException {
    InputStream in = new BufferedInputStream(connection.getInputStream());
    OutputStream out = connection.getOutputStream();
    List<String> head = head(in).lines().toList();
    Target target = settings.target();
    if (head.isEmpty() || !head.getFirst().startsWith("CONNECT ")) {
      answer(out, "405 Method Not Allowed", "");
    } else if (settings.username() != null && !head.contains(login(settings))) {
      answer(out, "407 Login Wanted", "Proxy-Authenticate: Basic realm=\"lab\"\r\n");
    } else if (target == null) {
      answer(out, "200 Connected", "");
      in.transferTo(out);
    } else if (!head.getFirst().equals("CONNECT " + target.server() + " HTTP/1.1")) {
      answer(out, "502 Bad Gateway", "");
    } else {
      answer(out, "200 Connected", "");
      InnerTarget.serve(target, in, out);
    }
  }

  private static String login(HttpProxySettings settings) {
    String password = settings.password() == null ? "" : settings.password().text();
    byte[] pair = (settings.username() + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < LONGEST_HEAD && head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("cut off");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void answer(OutputStream out, String status, String header) throws IOException {
    out.write(
        ("HTTP/1.1 " + status + "\r\n" + header + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
