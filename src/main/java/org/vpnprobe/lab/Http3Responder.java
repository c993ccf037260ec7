package org.vpnprobe.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.vpnprobe.protocol.Http3Get.Http3Settings;
import tech.kwik.flupke.server.HttpServerResponse;

/** Embedded web servers of HTTP/3 that answer every request with what their client expects. */
final class Http3Responder implements ResponderFactory<Http3Settings> {
  @Override
  public String protocol() {
    return "http3";
  }

  @Override
  public Class<Http3Settings> settings() {
    return Http3Settings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(Http3Settings settings) throws IOException {
    return KwikServer.web(KwikServer.socket(), (request, response) -> answer(settings, response));
  }

  private static void answer(Http3Settings settings, HttpServerResponse response)
      throws IOException {
    int status = settings.expectedStatus();
    response.setStatus(status);
    response.addHeader("content-type", "text/plain");
    String header = settings.header();
    if (header != null) {
      int colon = header.indexOf(':');
      response.addHeader(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    // RFC 9110 sections 15.3.5, 15.4.5: these have no body.
    if (status != 204 && status != 304) {
      String body = Objects.requireNonNullElse(settings.body(), "vpnprobe lab\n");
      response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
  }
}
