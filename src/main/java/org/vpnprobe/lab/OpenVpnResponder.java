package org.vpnprobe.lab;

import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.openvpn.OpenVpnSettings;

/**
 * Embedded OpenVPN servers: UDP or TCP, every wrapping, client certificate and password, AES-GCM or
 * ChaCha20 data, and a host that answers pings inside.
 */
public final class OpenVpnResponder implements ResponderFactory<OpenVpnSettings> {
  private final OwnCertificate identity;
  private final Map<String, String> material;
  private final Clock clock;

  /**
   * @param identity the certificate that all servers show
   * @param material what is published of it and of a demo client
   */
  public OpenVpnResponder(OwnCertificate identity, Map<String, String> material, Clock clock) {
    this.identity = identity;
    this.material = Map.copyOf(material);
    this.clock = clock;
  }

  @Override
  public String protocol() {
    return "openvpn";
  }

  @Override
  public Class<OpenVpnSettings> settings() {
    return OpenVpnSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return material;
  }

  @Override
  public Responder start(OpenVpnSettings settings) throws IOException {
    OpenVpnServerSession.Server server = new OpenVpnServerSession.Server(settings, identity, clock);
    return settings.transport() == Transport.TCP
        ? new OpenVpnTcpListener(server)
        : new OpenVpnUdpListener(server);
  }
}
