package org.vpnprobe.layer.tor;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/**
 * Who a relay has proved to be, by both of its keys.
 *
 * @param fingerprint of its RSA key
 * @param ed25519 its Ed25519 key
 */
public record RelayIdentity(RelayFingerprint fingerprint, RelayEd25519 ed25519) {
  /**
   * Compares with what the user knows of the relay.
   *
   * @return true when something was known, false when nothing was
   * @throws StepFailed {@code auth_wrong_server_key} when the relay is another one
   */
  public boolean matches(
      @Nullable RelayFingerprint wantedFingerprint, @Nullable RelayEd25519 wantedEd25519)
      throws StepFailed {
    if (wantedFingerprint != null && !wantedFingerprint.equals(fingerprint)) {
      throw new StepFailed(
          FailureKind.AUTH_WRONG_SERVER_KEY, "the relay has another fingerprint than expected");
    }
    if (wantedEd25519 != null && !wantedEd25519.equals(ed25519)) {
      throw new StepFailed(
          FailureKind.AUTH_WRONG_SERVER_KEY,
          "the relay has another Ed25519 identity than expected");
    }
    return wantedFingerprint != null || wantedEd25519 != null;
  }
}
