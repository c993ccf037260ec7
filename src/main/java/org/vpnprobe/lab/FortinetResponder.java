package org.vpnprobe.lab;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vpnprobe.protocol.Fortinet;
import org.vpnprobe.protocol.Fortinet.FortinetSettings;

/** Embedded servers of Fortinet's SSL VPN: the page of the login, and the login. */
public final class FortinetResponder implements ResponderFactory<FortinetSettings> {
  @Override
  public String protocol() {
    return "fortinet";
  }

  @Override
  public Class<FortinetSettings> settings() {
    return FortinetSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(FortinetSettings settings) throws IOException {
    return new StreamServer(
        TlsResponder.listener(settings.cert(), settings.key(), List.of("http/1.1")),
        connection -> serve(connection, settings));
  }

  private static void serve(Socket connection, FortinetSettings settings) throws IOException {
    OutputStream out = connection.getOutputStream();
    try {
      while (true) {
        HttpRequest request = HttpRequest.read(connection.getInputStream());
        if (request.target().startsWith(Fortinet.LOGIN_PAGE + "?")
            || request.target().equals(Fortinet.LOGIN_PAGE)) {
          answer(
              out,
              "",
              "<html><script src=\"/remote/fgt_lang?lang=en\"></script><form action=\"/remote/logincheck\">"
                  + "</form></html>");
        } else if (request.target().equals(Fortinet.LOGIN_CHECK)) {
          boolean right = accepts(request, settings);
          answer(
              out,
              right ? "1a2b3c4d" : "",
              right
                  ? "ret=1,redir=/remote/fortisslvpn_xml"
                  : "ret=0,redir=/remote/login?&err=sslvpn_login_permission_denied&lang=en");
        } else {
          HttpRequest.answer(out, "404 Not Found", List.of(), new byte[0]);
        }
      }
    } catch (EOFException e) {
      // The client has left.
    }
  }

  private static boolean accepts(HttpRequest request, FortinetSettings settings) {
    return settings.password() != null
        && request.field("username").equals(settings.username())
        && request.field("credential").equals(settings.password().text())
        && request.field("realm").equals(Objects.requireNonNullElse(settings.realm(), ""));
  }

  private static void answer(OutputStream out, String cookie, String body) throws IOException {
    HttpRequest.answer(
        out,
        "200 OK",
        List.of(
            "Content-Type: text/html",
            "Set-Cookie: " + Fortinet.COOKIE + "=" + cookie + "; path=/; secure; httponly"),
        body.getBytes(StandardCharsets.UTF_8));
  }
}
