package org.vpnprobe.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.vpnprobe.layer.ike.NonEsp;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.ikev1.Ikev1Settings;
import org.vpnprobe.protocol.ikev1.Isakmp;

/**
 * Embedded IKEv1 gateways with the client's secret. They say nothing of addresses, so that nobody
 * moves to port 4500.
 */
public final class Ikev1Responder implements ResponderFactory<Ikev1Settings> {
  private static final int MAX_SESSIONS = 8192;

  private final RandomGenerator random = new SecureRandom();

  @Override
  public String protocol() {
    return "ikev1";
  }

  @Override
  public Class<Ikev1Settings> settings() {
    return Ikev1Settings.class;
  }

  /** A shared secret for rehearsals. */
  @Override
  public Map<String, String> material() {
    return Map.of("ikev1_psk", "lab-ikev1-psk-known-to-everybody");
  }

  @Override
  public Responder start(Ikev1Settings settings) throws IOException {
    Map<Long, Ikev1ServerSession> sessions = new HashMap<>();
    return new DatagramServer(
        "ikev1", (datagram, from) -> answer(settings, sessions, datagram, from));
  }

  private List<byte[]> answer(
      Ikev1Settings settings,
      Map<Long, Ikev1ServerSession> sessions,
      byte[] datagram,
      InetSocketAddress from)
      throws IOException {
    boolean marked = NonEsp.isMarked(datagram);
    try {
      Isakmp message = Isakmp.decode(marked ? NonEsp.unmark(datagram) : datagram);
      if (sessions.size() >= MAX_SESSIONS) {
        sessions.clear(); // Those who vanished without goodbye.
      }
      Ikev1ServerSession session =
          sessions.computeIfAbsent(
              message.initiator(), cookie -> new Ikev1ServerSession(settings, cookie, random));
      List<byte[]> replies = session.answer(message).stream().map(Isakmp::encode).toList();
      if (session.ended()) {
        sessions.remove(message.initiator());
      }
      return marked ? replies.stream().map(NonEsp::mark).toList() : replies;
    } catch (StepFailed e) {
      throw new IOException("not an IKE message of " + from.getPort(), e);
    }
  }
}
