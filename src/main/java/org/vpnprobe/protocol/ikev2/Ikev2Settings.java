package org.vpnprobe.protocol.ikev2;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.Pem;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.layer.ike.Identity;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Settings;

/**
 * How to prove who the two sides are. At most one of {@code psk}, {@code cert} and {@code
 * username}; with none of them but {@code ca} or {@code pin}, the server is asked for its
 * certificate by way of EAP, as a client would that is about to log in. Certificates and keys are
 * the text of their files.
 *
 * @param psk the shared secret
 * @param localId who we are: a name, {@code user@host}, an address, a distinguished name or {@code
 *     keyid:text}; the subject of {@code cert} or our address when left out
 * @param remoteId who the server must be, in the same forms; the host of the endpoint's address is
 *     what its certificate must be for when left out
 * @param cert our certificate and its chain (PEM)
 * @param key the private key of {@code cert} (PEM)
 * @param ca certificates of the authorities that may have issued the server's certificate (PEM)
 * @param pin SHA-256 of the server's certificate, hexadecimal; alone or beside {@code ca}
 * @param username for a server with EAP-MSCHAPv2
 * @param password of {@code username}
 * @param proposals what to offer for the IKE SA, e.g. {@code aes256-sha256-modp2048}; a broad offer
 *     when left out
 * @param natT IKE in the framing of port 4500 (non-ESP marker), or never; when left out, it is so
 *     on every port but 500, and IKE moves from 500 to 4500 when there is a NAT
 * @param target what to reach through the tunnel: an address literal
 */
public record Ikev2Settings(
    @Nullable Secret psk,
    @Nullable String localId,
    @Nullable String remoteId,
    @Nullable String cert,
    @Nullable Secret key,
    @Nullable String ca,
    @Nullable String pin,
    @Nullable String username,
    @Nullable Secret password,
    @Nullable List<String> proposals,
    @Nullable Boolean natT,
    @Nullable String target)
    implements Settings {

  /** What we prove to each other, and how. */
  public enum Mode {
    /** Nothing: a handshake only. */
    NONE,
    /** Both sides by the shared secret. */
    PSK,
    /** Both sides by certificate. */
    CERTIFICATE,
    /** The server by certificate, then we by name and password. */
    EAP,
    /** The server alone, by certificate. */
    SERVER_ONLY
  }

  public Ikev2Settings {
    proposals = proposals == null ? null : List.copyOf(proposals);
    together("cert", cert, "key", key);
    together("username", username, "password", password);
    if (Stream.of(psk != null, cert != null, username != null).filter(given -> given).count() > 1) {
      throw new InvalidSetting("", "expected only one of psk, cert and username");
    }
    boolean knowsServer = ca != null || pin != null;
    if (psk != null && (psk.bytes().length == 0 || knowsServer)) {
      throw new InvalidSetting(
          knowsServer ? (ca != null ? "ca" : "pin") : "psk",
          knowsServer ? "has no meaning beside psk" : "is empty");
    }
    if ((cert != null || username != null) && !knowsServer) {
      throw new InvalidSetting(
          cert != null ? "cert" : "username",
          "ca or pin is needed: we log in to no server that we cannot verify");
    }
    if (ca != null) {
      Pem.certificates("ca", ca);
    }
    if (pin != null) {
      Trust.fingerprint(pin);
    }
    if (cert != null && key != null) {
      OwnCertificate.of(cert, key);
    }
    if (proposals != null) {
      Proposals.parse(proposals);
    }
    id("local_id", localId);
    id("remote_id", remoteId);
    target(target);
  }

  /** What these settings let us prove. */
  public Mode mode() {
    if (psk != null) {
      return Mode.PSK;
    }
    if (cert != null) {
      return Mode.CERTIFICATE;
    }
    if (username != null) {
      return Mode.EAP;
    }
    return ca != null || pin != null ? Mode.SERVER_ONLY : Mode.NONE;
  }

  /** The offer for the IKE SA. */
  public List<Proposal> offers() {
    return proposals == null ? Proposals.ike() : Proposals.parse(proposals);
  }

  /** True when messages to this port carry the non-ESP marker. */
  public boolean marked(int port) {
    return natT == null ? port != Ikev2.PORT : natT;
  }

  /** The certificates of {@code ca}; none without it. */
  public List<X509Certificate> authorities() {
    return ca == null ? List.of() : Pem.certificates("ca", ca);
  }

  /** Our certificate with its key, when we have one. */
  public Optional<OwnCertificate> ownCertificate() {
    return cert == null || key == null
        ? Optional.empty()
        : Optional.of(OwnCertificate.of(cert, key));
  }

  /** Who we say we are, when the user says so. */
  public Optional<Identity> local() {
    return id("local_id", localId);
  }

  /** Who the server must be, when the user says so. */
  public Optional<Identity> remote() {
    return id("remote_id", remoteId);
  }

  /** The inner address to reach, when the user named one. */
  public Optional<InetAddress> innerTarget() {
    return target(target);
  }

  private static Optional<Identity> id(String setting, @Nullable String text) {
    return text == null ? Optional.empty() : Optional.of(Identity.of(setting, text));
  }

  private static void together(
      String first, @Nullable Object a, String second, @Nullable Object b) {
    if ((a == null) != (b == null)) {
      throw new InvalidSetting(
          a == null ? first : second, first + " and " + second + " go together");
    }
  }

  private static Optional<InetAddress> target(@Nullable String target) {
    try {
      return Optional.ofNullable(target).map(InetAddress::ofLiteral);
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting("target", "expected an IP address inside the tunnel");
    }
  }
}
