package org.vpnprobe.lab;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.vpnprobe.protocol.Nebula.NebulaSettings;

/** Embedded Nebula nodes that know no tunnel. */
public final class NebulaResponder implements ResponderFactory<NebulaSettings> {
  private static final int HEADER = 16;

  @Override
  public String protocol() {
    return "nebula";
  }

  @Override
  public Class<NebulaSettings> settings() {
    return NebulaSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(NebulaSettings settings) throws IOException {
    return new DatagramServer("nebula", (datagram, from) -> answer(datagram));
  }

  /** Version 1: data (type 1) is answered by an error (type 2) with its index; junk is not. */
  private static List<byte[]> answer(byte[] datagram) {
    if (datagram.length < HEADER || datagram[0] != 0x11) {
      return List.of();
    }
    byte[] error = new byte[HEADER];
    error[0] = 0x12;
    System.arraycopy(datagram, 4, error, 4, 4);
    return List.of(error);
  }
}
