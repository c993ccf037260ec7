package org.vpnprobe.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vpnprobe.protocol.wireguard.Noise;
import org.vpnprobe.protocol.wireguard.WireGuardKey;
import org.vpnprobe.protocol.wireguard.WireGuardSettings;

/**
 * Embedded WireGuard and AmneziaWG servers: one peer each, preshared key, replay rule, and a host
 * that answers pings inside.
 */
public final class WireGuardResponder implements ResponderFactory<WireGuardSettings> {
  /** So many demo clients: a key may be used by one trial at a time. */
  private static final int CLIENTS = 8;

  /** Known to everybody: for the lab alone. */
  static final byte[] SERVER_KEY = Noise.hash(ascii("vpnprobe lab: WireGuard server"));

  private final String protocol;

  private WireGuardResponder(String protocol) {
    this.protocol = protocol;
  }

  /** Servers for {@code wireguard}. */
  public static WireGuardResponder plain() {
    return new WireGuardResponder("wireguard");
  }

  /** Servers for {@code amneziawg}. */
  public static WireGuardResponder amnezia() {
    return new WireGuardResponder("amneziawg");
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public Class<WireGuardSettings> settings() {
    return WireGuardSettings.class;
  }

  @Override
  public Map<String, String> material() {
    Map<String, String> material = new LinkedHashMap<>();
    material.put("wireguard_public_key", text(Noise.publicKey(SERVER_KEY)));
    material.put("wireguard_preshared_key", text(Noise.hash(ascii("vpnprobe lab: preshared"))));
    for (int i = 1; i <= CLIENTS; i++) {
      material.put(
          "wireguard_client_" + i + "_private_key",
          text(Noise.hash(ascii("vpnprobe lab: WireGuard client " + i))));
    }
    return material;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] key) {
    return WireGuardKey.of(key).text();
  }

  @Override
  public Responder start(WireGuardSettings settings) throws IOException {
    return new WireGuardListener(settings, SERVER_KEY, new SecureRandom());
  }
}
