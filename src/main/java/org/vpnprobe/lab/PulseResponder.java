package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.protocol.Pulse;
import org.vpnprobe.protocol.Pulse.PulseSettings;

/** Embedded servers of Pulse that upgrade to IF-T/TLS and choose the best version offered. */
public final class PulseResponder implements ResponderFactory<PulseSettings> {
  @Override
  public String protocol() {
    return "pulse";
  }

  @Override
  public Class<PulseSettings> settings() {
    return PulseSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(PulseSettings settings) throws IOException {
    return new StreamServer(
        TlsResponder.listener(settings.cert(), settings.key(), List.of("http/1.1")),
        PulseResponder::serve);
  }

  private static void serve(Socket connection) throws IOException {
    OutputStream out = connection.getOutputStream();
    HttpRequest request = HttpRequest.read(connection.getInputStream());
    if (!request.header("Upgrade").equals(Pulse.UPGRADE)) {
      HttpRequest.answer(out, "302 Found", List.of("Location: /dana-na/"), new byte[0]);
      return;
    }
    HttpRequest.upgrade(
        out, "101 Switching Protocols", List.of("Upgrade: " + Pulse.UPGRADE, "Content-type: EAP"));
    byte[] message = new byte[Pulse.HEADER + 4];
    new DataInputStream(connection.getInputStream()).readFully(message);
    try {
      ByteReader reader = new ByteReader(message);
      if (reader.u32() == Pulse.VENDOR && reader.u32() == Pulse.VERSION_REQUEST) {
        reader.skip(8 + 2);
        out.write(Pulse.message(Pulse.VERSION_RESPONSE, new byte[] {0, 0, 0, (byte) reader.u8()}));
        out.flush();
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
    } catch (StepFailed e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
