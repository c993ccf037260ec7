package org.vpnprobe.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.vpnprobe.protocol.Tcp.TcpSettings;

/** Embedded TCP servers that accept and listen. */
final class TcpResponder implements ResponderFactory<TcpSettings> {
  @Override
  public String protocol() {
    return "tcp";
  }

  @Override
  public Class<TcpSettings> settings() {
    return TcpSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(TcpSettings settings) throws IOException {
    return new StreamServer(
        new ServerSocket(0, 128, InetAddress.getLoopbackAddress()),
        connection -> connection.getInputStream().transferTo(OutputStream.nullOutputStream()));
  }
}
