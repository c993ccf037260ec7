package org.vpnprobe.lab;

import java.io.IOException;
import java.util.Map;
import org.vpnprobe.protocol.Quic.QuicSettings;
import tech.kwik.core.server.ApplicationProtocolConnection;

/** Embedded QUIC servers that speak the application protocol that is offered, and say nothing. */
final class QuicResponder implements ResponderFactory<QuicSettings> {
  @Override
  public String protocol() {
    return "quic";
  }

  @Override
  public Class<QuicSettings> settings() {
    return QuicSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(QuicSettings settings) throws IOException {
    return KwikServer.start(
        KwikServer.socket(),
        settings.offered(),
        (protocol, connection) -> new ApplicationProtocolConnection() {});
  }
}
