package org.vpnprobe.protocol.ikev1;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.ike.Identity;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Settings;

/**
 * Phase 1 with a shared secret, or without one as far as it goes.
 *
 * @param mode {@code main} when left out
 * @param psk the shared secret
 * @param localId who we are: a name, {@code user@host}, an address or {@code keyid:text} (the group
 *     name of old Cisco gateways); our address when left out
 * @param remoteId who the server must be, in the same forms; anybody when left out
 * @param proposals what to offer, e.g. {@code aes256-sha1-modp1024}; a broad offer when left out
 * @param natT IKE in the framing of port 4500 (non-ESP marker), or never; when left out, it is so
 *     on every port but 500, and IKE moves from 500 to 4500 when there is a NAT
 */
public record Ikev1Settings(
    @Description("main or aggressive; main when left out.") @Nullable Mode mode,
    @Description("The shared secret.") @Nullable Secret psk,
    @Description("Who we are; our address when left out.") @Nullable String localId,
    @Description("Who the server must be; anybody when left out.") @Nullable String remoteId,
    @Description("Offers such as aes256-sha256-modp2048.") @Nullable List<String> proposals,
    @Description("With the marker of port 4500; on every port but 500 when left out.")
        @Nullable Boolean natT)
    implements Settings {

  /** The two ways through phase 1 (RFC 2409 sections 5.4 and following). */
  public enum Mode {
    MAIN,
    /** Gives everybody a hash that an easy secret can be guessed from. */
    AGGRESSIVE
  }

  public Ikev1Settings {
    proposals = proposals == null ? null : List.copyOf(proposals);
    if (proposals != null && proposals.isEmpty()) {
      throw new InvalidSetting("proposals", "expected at least one proposal");
    }
    if (psk != null && psk.bytes().length == 0) {
      throw new InvalidSetting("psk", "expected a secret that is not empty");
    }
    if (proposals != null
        && mode == Mode.AGGRESSIVE
        && Transform.parse(proposals).stream().map(Transform::group).distinct().count() > 1) {
      throw new InvalidSetting("proposals", "aggressive mode can offer one group alone");
    }
    if (proposals != null) {
      Transform.parse(proposals);
    }
    id("local_id", localId);
    id("remote_id", remoteId);
  }

  /** The way through phase 1. */
  public Mode chosenMode() {
    return Objects.requireNonNullElse(mode, Mode.MAIN);
  }

  /** What is offered. */
  public List<Transform> offers() {
    if (proposals != null) {
      return Transform.parse(proposals);
    }
    return chosenMode() == Mode.MAIN ? Transform.broad() : Transform.oneGroup();
  }

  /** True when messages to this port carry the non-ESP marker. */
  public boolean marked(int port) {
    return natT == null ? port != Ikev1.PORT : natT;
  }

  /** Who we say we are, when the user says so. */
  public Optional<Identity> local() {
    return id("local_id", localId);
  }

  /** Who the server must be, when the user says so. */
  public Optional<Identity> remote() {
    return id("remote_id", remoteId);
  }

  private static Optional<Identity> id(String setting, @Nullable String text) {
    return text == null ? Optional.empty() : Optional.of(Identity.of(setting, text));
  }
}
