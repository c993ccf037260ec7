package org.vpnprobe.lab;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.vpnprobe.protocol.ikev2.Ikev2Settings;

/**
 * Embedded IKEv2 gateways: shared secret, client certificate, EAP-MSCHAPv2, or their own
 * certificate for those who only ask, and a host that answers pings inside. They accept IKE with
 * and without the non-ESP marker on their one port, and say nothing of addresses, so that nobody
 * moves to port 4500.
 */
public final class Ikev2Responder implements ResponderFactory<Ikev2Settings> {
  private final Ikev2Gateway.Identity identity;
  private final Map<String, String> material;
  private final RandomGenerator random;

  /**
   * @param chain the certificate that all gateways show, and its issuers
   * @param key the private key of the first certificate
   * @param material what is published of it and of a demo client
   * @param random a strong source
   */
  public Ikev2Responder(
      List<X509Certificate> chain,
      PrivateKey key,
      Map<String, String> material,
      RandomGenerator random) {
    this.identity = new Ikev2Gateway.Identity(List.copyOf(chain), key);
    this.material = Map.copyOf(material);
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

  @Override
  public Map<String, String> material() {
    return material;
  }

  @Override
  public Responder start(Ikev2Settings settings) throws IOException {
    return new Ikev2Gateway(settings, identity, random);
  }
}
