package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.protocol.Trojan.TrojanSettings;

/** Embedded Trojan servers, with a web server for those who do not know the password. */
public final class TrojanResponder implements ResponderFactory<TrojanSettings> {
  private static final String FALLBACK =
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  @Override
  public String protocol() {
    return "trojan";
  }

  @Override
  public Class<TrojanSettings> settings() {
    return TrojanSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(TrojanSettings settings) throws IOException {
    List<String> alpn = Objects.requireNonNullElse(settings.alpn(), List.of());
    return new StreamServer(
        TlsResponder.listener(null, null, alpn), connection -> serve(connection, settings));
  }

  private static void serve(Socket connection, TrojanSettings settings) throws IOException {
    DataInputStream in = new DataInputStream(connection.getInputStream());
    OutputStream out = connection.getOutputStream();
    byte[] expected = (settings.hash() + "\r\n\u0001").getBytes(StandardCharsets.US_ASCII);
    for (byte wanted : expected) {
      if (in.read() != wanted) {
        fallBack(out);
        return;
      }
    }
    SocksAddress asked = ClientAddress.read(in);
    if (in.readUnsignedShort() != 0x0d0a) {
      fallBack(out);
    } else if (ClientAddress.isOf(settings.target(), asked)) {
      InnerTarget.serve(settings.target(), in, out);
    }
  }

  private static void fallBack(OutputStream out) throws IOException {
    out.write(FALLBACK.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
