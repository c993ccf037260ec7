package org.vpnprobe.protocol.obfs4;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.tor.RelayEd25519;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.TorRelay;

/**
 * What a bridge line says: {@code obfs4 ADDRESS FINGERPRINT cert=… iat-mode=…}. Without {@code
 * cert} a bridge answers nobody, and nothing can be judged.
 *
 * @param cert the bridge's node id and public key: 70 characters of base64
 * @param iatMode how what we send is cut and delayed: 0 not at all, 1 in segments, 2 in random
 *     lengths; 0 when left out
 * @param fingerprint the RSA identity of the Tor relay behind; without it and {@code ed25519_id}
 *     the ceiling is {@code authenticated}
 * @param ed25519Id the relay's Ed25519 identity
 */
public record Obfs4Settings(
    @Nullable Secret cert,
    @Nullable Integer iatMode,
    @Nullable RelayFingerprint fingerprint,
    @Nullable RelayEd25519 ed25519Id)
    implements Settings {

  /** The tunnel's end is a relay, which gives nothing back. */
  @Override
  public boolean carriesData(Depth ceiling) {
    return false;
  }

  public Obfs4Settings {
    if (cert != null) {
      BridgeKey.of(cert.text());
    }
    if (iatMode != null && (iatMode < 0 || iatMode > 2)) {
      throw new InvalidSetting("iat_mode", "expected 0, 1 or 2");
    }
  }

  Pacing pacing() {
    return switch (iatMode == null ? 0 : iatMode) {
      case 1 -> Pacing.SEGMENTS;
      case 2 -> Pacing.RANDOM;
      default -> Pacing.NONE;
    };
  }

  TorRelay relay() {
    return new TorRelay(fingerprint, ed25519Id);
  }
}
