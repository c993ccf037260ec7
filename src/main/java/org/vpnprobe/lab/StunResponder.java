package org.vpnprobe.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Stun.StunSettings;
import org.vpnprobe.protocol.StunMessage;

/** Embedded STUN servers; one for a client that names its software is silent to others, as DERP. */
public final class StunResponder implements ResponderFactory<StunSettings> {
  @Override
  public String protocol() {
    return "stun";
  }

  @Override
  public Class<StunSettings> settings() {
    return StunSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(StunSettings settings) throws IOException {
    return new DatagramServer("stun", (datagram, from) -> answer(datagram, from, settings));
  }

  private static List<byte[]> answer(byte[] datagram, InetSocketAddress from, StunSettings settings)
      throws IOException {
    try {
      StunMessage request = StunMessage.decode(datagram);
      byte[] named = request.attributes().get(StunMessage.SOFTWARE);
      boolean known =
          settings.software() == null
              || (named != null
                  && settings
                      .software()
                      .equals(new String(named, java.nio.charset.StandardCharsets.UTF_8)));
      if (request.type() != StunMessage.REQUEST || !known) {
        return List.of();
      }
      byte[] address = from.getAddress().getAddress();
      byte[] key =
          new ByteWriter().u32(StunMessage.MAGIC).bytes(request.transaction()).toByteArray();
      for (int i = 0; i < address.length; i++) {
        address[i] ^= key[i];
      }
      Map<Integer, byte[]> attributes = new LinkedHashMap<>();
      attributes.put(
          StunMessage.XOR_MAPPED_ADDRESS,
          new ByteWriter()
              .u8(0)
              .u8(address.length == 4 ? 1 : 2)
              .u16(from.getPort() ^ StunMessage.MAGIC >>> 16)
              .bytes(address)
              .toByteArray());
      return List.of(
          new StunMessage(StunMessage.SUCCESS, request.transaction(), attributes).encode());
    } catch (StepFailed e) {
      throw new IOException("not STUN", e);
    }
  }
}
