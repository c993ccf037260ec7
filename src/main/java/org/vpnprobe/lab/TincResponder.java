package org.vpnprobe.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.vpnprobe.protocol.Tinc.TincSettings;

/** Embedded tinc nodes that know one other; all others are kept waiting. */
public final class TincResponder implements ResponderFactory<TincSettings> {
  private static final int LONGEST = 256;

  @Override
  public String protocol() {
    return "tinc";
  }

  @Override
  public Class<TincSettings> settings() {
    return TincSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(TincSettings settings) throws IOException {
    return new StreamServer(
        new ServerSocket(0, 128, InetAddress.getLoopbackAddress()),
        connection -> serve(connection, settings));
  }

  private static void serve(Socket connection, TincSettings settings) throws IOException {
    InputStream in = connection.getInputStream();
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (line.length() == LONGEST) {
        return;
      }
      line.append((char) next);
    }
    if (line.toString().equals("0 " + settings.node() + " 17")) {
      byte[] key = new byte[256];
      new SecureRandom().nextBytes(key);
      String answer = "0 lab 17\n1 427 672 0 0 " + HexFormat.of().withUpperCase().formatHex(key);
      connection.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.US_ASCII));
      connection.getOutputStream().flush();
    }
    while (in.read() >= 0) {}
  }
}
