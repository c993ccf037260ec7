package org.vpnprobe.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.L2tp.L2tpSettings;
import org.vpnprobe.protocol.L2tpMessage;

/** Embedded L2TP network servers: the control connection alone, with the client's secret. */
public final class L2tpResponder implements ResponderFactory<L2tpSettings> {
  /** Result code 2 of a StopCCN: general error (RFC 2661 section 4.4.2). */
  private static final byte[] GENERAL_ERROR = {0, 2, 0, 6};

  private final RandomGenerator random = new SecureRandom();

  @Override
  public String protocol() {
    return "l2tp";
  }

  @Override
  public Class<L2tpSettings> settings() {
    return L2tpSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(L2tpSettings settings) throws IOException {
    return new DatagramServer("l2tp", (datagram, from) -> answer(datagram, settings));
  }

  private List<byte[]> answer(byte[] datagram, L2tpSettings settings) throws IOException {
    try {
      L2tpMessage message = L2tpMessage.decode(datagram);
      return switch (message.type()) {
        case L2tpMessage.SCCRQ -> List.of(started(message, settings));
        case L2tpMessage.STOP_CCN ->
            List.of(
                new L2tpMessage(
                        message.number(L2tpMessage.TUNNEL_ID), 1, message.ns() + 1, Map.of())
                    .encode());
        default -> List.of();
      };
    } catch (StepFailed e) {
      throw new IOException("not L2TP", e);
    }
  }

  private byte[] started(L2tpMessage request, L2tpSettings settings) {
    int theirs = request.number(L2tpMessage.TUNNEL_ID);
    byte[] own = new ByteWriter().u16(1 + random.nextInt(0xffff)).toByteArray();
    Map<Integer, byte[]> attributes = new LinkedHashMap<>();
    if (request.value(L2tpMessage.FRAMING) == null || theirs == 0) {
      attributes.put(L2tpMessage.MESSAGE_TYPE, new byte[] {0, L2tpMessage.STOP_CCN});
      attributes.put(L2tpMessage.TUNNEL_ID, own);
      attributes.put(L2tpMessage.RESULT, GENERAL_ERROR);
      return new L2tpMessage(theirs, 0, 1, attributes).encode();
    }
    attributes.put(L2tpMessage.MESSAGE_TYPE, new byte[] {0, L2tpMessage.SCCRP});
    attributes.put(L2tpMessage.VERSION, new byte[] {1, 0});
    attributes.put(L2tpMessage.FRAMING, new byte[] {0, 0, 0, 3});
    attributes.put(L2tpMessage.HOST_NAME, "lab".getBytes(StandardCharsets.US_ASCII));
    attributes.put(L2tpMessage.TUNNEL_ID, own);
    byte[] challenge = request.value(L2tpMessage.CHALLENGE);
    if (challenge != null && settings.secret() != null) {
      attributes.put(
          L2tpMessage.RESPONSE,
          L2tpMessage.response(L2tpMessage.SCCRP, settings.secret().bytes(), challenge));
    }
    return new L2tpMessage(theirs, 0, 1, attributes).encode();
  }
}
