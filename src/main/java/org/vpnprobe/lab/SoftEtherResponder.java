package org.vpnprobe.lab;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.vpnprobe.protocol.softether.Pack;
import org.vpnprobe.protocol.softether.SoftEther;
import org.vpnprobe.protocol.softether.SoftEther.SoftEtherSettings;

/** Embedded servers of SoftEther: the hello for those who show the signature, 403 for others. */
public final class SoftEtherResponder implements ResponderFactory<SoftEtherSettings> {
  private final SecureRandom random = new SecureRandom();

  @Override
  public String protocol() {
    return "softether";
  }

  @Override
  public Class<SoftEtherSettings> settings() {
    return SoftEtherSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(SoftEtherSettings settings) throws IOException {
    return new StreamServer(
        TlsResponder.listener(settings.cert(), settings.key(), List.of("http/1.1")), this::serve);
  }

  private void serve(Socket connection) throws IOException {
    try {
      while (true) {
        HttpRequest request = HttpRequest.read(connection.getInputStream());
        boolean known =
            request.method().equals("POST")
                && request.target().equals(SoftEther.TARGET)
                && request.body().equals(SoftEther.SIGNATURE);
        HttpRequest.answer(
            connection.getOutputStream(),
            known ? "200 OK" : "403 Forbidden",
            List.of("Content-Type: " + (known ? "application/octet-stream" : "text/html")),
            known ? hello() : new byte[0]);
      }
    } catch (EOFException e) {
      // The client has left.
    }
  }

  private byte[] hello() {
    byte[] challenge = new byte[SoftEther.CHALLENGE];
    random.nextBytes(challenge);
    return new Pack()
        .with("hello", "SoftEther VPN Server (vpnprobe lab)")
        .with("version", 501L)
        .with("build", 9674L)
        .with("random", challenge)
        .encoded();
  }
}
