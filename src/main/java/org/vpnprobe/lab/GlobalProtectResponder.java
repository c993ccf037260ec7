package org.vpnprobe.lab;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.vpnprobe.protocol.GlobalProtect;
import org.vpnprobe.protocol.GlobalProtect.Door;
import org.vpnprobe.protocol.GlobalProtect.GlobalProtectSettings;

/** Embedded servers of GlobalProtect with the one door that their client knocks at. */
public final class GlobalProtectResponder implements ResponderFactory<GlobalProtectSettings> {
  private static final String GRANTED_BY_GATEWAY =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><jnlp><application-desc>"
          + "<argument>(null)</argument><argument>0123456789abcdef</argument>"
          + "</application-desc></jnlp>";

  private static final String GRANTED_BY_PORTAL =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><policy><portal-name>lab</portal-name></policy>";

  @Override
  public String protocol() {
    return "globalprotect";
  }

  @Override
  public Class<GlobalProtectSettings> settings() {
    return GlobalProtectSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(GlobalProtectSettings settings) throws IOException {
    return new StreamServer(
        TlsResponder.listener(settings.cert(), settings.key(), List.of("http/1.1")),
        connection -> serve(connection, settings));
  }

  private static void serve(Socket connection, GlobalProtectSettings settings) throws IOException {
    OutputStream out = connection.getOutputStream();
    Door door = settings.entered();
    try {
      while (true) {
        HttpRequest request = HttpRequest.read(connection.getInputStream());
        String path = request.target().split("\\?", 2)[0];
        if (path.equals(door.prelogin())) {
          answer(out, "200 OK", prelogin("Success"));
        } else if (path.endsWith("/prelogin.esp")) {
          answer(out, "200 OK", prelogin("Error"));
        } else if (path.equals(door.login())) {
          boolean right = accepts(request, settings);
          answer(
              out,
              right ? "200 OK" : GlobalProtect.REFUSED + " Custom error",
              !right ? "" : door == Door.PORTAL ? GRANTED_BY_PORTAL : GRANTED_BY_GATEWAY);
        } else {
          answer(out, "404 Not Found", "");
        }
      }
    } catch (EOFException e) {
      // The client has left.
    }
  }

  private static String prelogin(String status) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><prelogin-response><status>"
        + status
        + "</status><ccusername></ccusername><msg></msg>"
        + "<authentication-message>Enter login credentials</authentication-message>"
        + "<panos-version>1</panos-version></prelogin-response>";
  }

  private static boolean accepts(HttpRequest request, GlobalProtectSettings settings) {
    return settings.password() != null
        && request.field("user").equals(settings.username())
        && request.field("passwd").equals(settings.password().text());
  }

  private static void answer(OutputStream out, String status, String body) throws IOException {
    HttpRequest.answer(
        out,
        status,
        List.of("Content-Type: application/xml; charset=UTF-8"),
        body.getBytes(StandardCharsets.UTF_8));
  }
}
