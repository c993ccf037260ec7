package org.vpnprobe.lab;

import java.io.IOException;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.protocol.ikev2.Ikev2Settings;

/**
 * Embedded IKEv2 gateways: shared secret, client certificate, EAP-MSCHAPv2, or their own
 * certificate for those who only ask, and a host that answers pings inside. They accept IKE with
 * and without the non-ESP marker on their one port, and say nothing of addresses, so that nobody
 * moves to port 4500: a tunnel needs an endpoint there.
 */
public final class Ikev2Responder implements ResponderFactory<Ikev2Settings> {
  private final OwnCertificate identity;
  private final RandomGenerator random;

  /**
   * @param identity the certificate that all gateways show to those without a shared secret
   * @param random a strong source
   */
  public Ikev2Responder(OwnCertificate identity, RandomGenerator random) {
    this.identity = identity;
    this.random = random;
  }

  @Override
  public String protocol() {
    return "ikev2";
  }

  @Override
  public Class<Ikev2Settings> settings() {
    return Ikev2Settings.class;
  }

  /** A shared secret for rehearsals; the certificate is the lab's. */
  @Override
  public Map<String, String> material() {
    return Map.of("ikev2_psk", "lab-ikev2-psk-known-to-everybody");
  }

  @Override
  public Responder start(Ikev2Settings settings) throws IOException {
    return new Ikev2Gateway(settings, identity, random);
  }
}
