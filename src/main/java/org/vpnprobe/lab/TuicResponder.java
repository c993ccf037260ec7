package org.vpnprobe.lab;

import java.io.IOException;
import java.util.Map;
import org.vpnprobe.protocol.Tuic.TuicSettings;
import tech.kwik.core.server.ApplicationProtocolConnection;

/** Embedded QUIC servers as a TUIC client meets them before it logs in. */
final class TuicResponder implements ResponderFactory<TuicSettings> {
  @Override
  public String protocol() {
    return "tuic";
  }

  @Override
  public Class<TuicSettings> settings() {
    return TuicSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(TuicSettings settings) throws IOException {
    return KwikServer.start(
        KwikServer.socket(),
        settings.offered(),
        (protocol, connection) -> new ApplicationProtocolConnection() {});
  }
}
