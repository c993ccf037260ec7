package org.vpnprobe.protocol;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.layer.tor.OrLink;
import org.vpnprobe.layer.tor.RelayEd25519;
import org.vpnprobe.layer.tor.RelayFingerprint;
import org.vpnprobe.layer.tor.RelayIdentity;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.StepName;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * The relay at the end of a stream, and what a user knows of it: what {@code tor}, {@code obfs4}
 * and {@code webtunnel} look for.
 *
 * @param fingerprint its RSA identity, null when unknown
 * @param ed25519Id its Ed25519 identity, null when unknown
 */
public record TorRelay(@Nullable RelayFingerprint fingerprint, @Nullable RelayEd25519 ed25519Id) {
  /** True when there is something to compare the relay with. */
  public boolean isKnown() {
    return fingerprint != null || ed25519Id != null;
  }

  /** The TLS handshake over the given connection, which is closed when it fails. */
  static TlsStream tls(ByteStream wire, Trial trial) throws StepFailed {
    return OrLink.tls(wire, trial::observe, trial.clock(), trial.random());
  }

  /** The same inside a disguise; what is observed of it would pass for the disguise's. */
  public static TlsStream tlsInside(ByteStream disguise, Trial trial) throws StepFailed {
    return OrLink.tls(disguise, (key, value) -> {}, trial.clock(), trial.random());
  }

  /**
   * The link handshake as the trial's step {@code handshake}.
   *
   * @param answered the depth that a VERSIONS and a CERTS cell prove, null for none
   * @return whose chain of certificates holds; whether it is the relay that was meant says {@link
   *     #expect}
   */
  public static RelayIdentity handshake(TlsStream tls, Trial trial, @Nullable Depth answered)
      throws StepFailed {
    return OrLink.handshake(
        tls,
        () -> {
          if (answered != null) {
            trial.reached(answered, "VERSIONS and CERTS of a Tor relay");
          }
        },
        trial::observe,
        trial.clock());
  }

  /**
   * Compares, as the trial's step {@code auth}.
   *
   * @return false when nothing is known of the relay
   * @throws StepFailed {@code auth_wrong_server_key} when it is another one
   */
  public boolean expect(RelayIdentity relay, Trial trial) throws StepFailed {
    return isKnown() && trial.step(StepName.AUTH, () -> relay.matches(fingerprint, ed25519Id));
  }
}
