package org.vpnprobe.protocol.openvpn;

import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.Pem;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.Settings;

/**
 * What a client's {@code .ovpn} holds, with the same names where it has them. Keys and certificates
 * are the text of their files.
 *
 * @param transport {@code udp} (default) or {@code tcp}
 * @param ca certificates of the authorities that may have issued the server's certificate (PEM)
 * @param pin SHA-256 of the server's certificate, hexadecimal, colons allowed ({@code
 *     peer-fingerprint}); alone or beside {@code ca}
 * @param verifyX509Name {@code NAME [subject|name|name-prefix]} as in the {@code .ovpn}
 * @param remoteCertTls {@code server}: the certificate must be one for servers
 * @param cert our certificate and its chain (PEM)
 * @param key the private key of {@code cert} (PEM)
 * @param username for a server with {@code auth-user-pass}
 * @param wrap what the server protects control packets with: {@code plain}, {@code tls_auth},
 *     {@code tls_crypt}, {@code tls_crypt_v2}; needed only when its key is not at hand, to say that
 *     the server's silence means nothing
 * @param tlsAuth static key that signs control packets
 * @param keyDirection of {@code tlsAuth}: 0 or 1, none when one key serves both ways
 * @param auth digest of {@code tlsAuth}: SHA1 (default), SHA224, SHA256, SHA384, SHA512
 * @param tlsCrypt static key that encrypts control packets
 * @param tlsCryptV2 client key that encrypts control packets
 * @param dataCiphers offered AEAD ciphers in order; all that we have when left out
 * @param target what to reach through the tunnel: an address literal; the server's inner address
 *     when left out
 */
public record OpenVpnSettings(
    @Nullable Transport transport,
    @Nullable String ca,
    @Nullable String pin,
    @Nullable String verifyX509Name,
    @Nullable String remoteCertTls,
    @Nullable String cert,
    @Nullable Secret key,
    @Nullable String username,
    @Nullable Secret password,
    @Nullable String wrap,
    @Nullable Secret tlsAuth,
    @Nullable Integer keyDirection,
    @Nullable String auth,
    @Nullable Secret tlsCrypt,
    @Nullable Secret tlsCryptV2,
    @Nullable List<String> dataCiphers,
    @Nullable String target)
    implements Settings {

  public OpenVpnSettings {
    transport = Objects.requireNonNullElse(transport, Transport.UDP);
    dataCiphers = dataCiphers == null ? null : List.copyOf(dataCiphers);
    checkWrapping(tlsAuth, keyDirection, auth, tlsCrypt, tlsCryptV2);
    checkWrapName(wrap, tlsAuth, tlsCrypt, tlsCryptV2);
    checkServerIdentity(ca, pin, verifyX509Name, remoteCertTls);
    checkCredentials(cert, key, username, password, ca != null || pin != null);
    ciphers(dataCiphers);
    target(target);
  }

  /** True when we can tell whether the server is the right one. */
  public boolean knowsServer() {
    return ca != null || pin != null;
  }

  /** True when we have something to log in with. */
  public boolean hasCredentials() {
    return cert != null || username != null;
  }

  /** True when a static key protects the control channel: the server is silent without it. */
  public boolean hasStaticKey() {
    return tlsAuth != null || tlsCrypt != null || tlsCryptV2 != null;
  }

  /** True when the server is said to use a static key that we do not have. */
  public boolean lacksStaticKey() {
    return wrap != null && !wrap.equals("plain") && !hasStaticKey();
  }

  Transport carrier() {
    return Objects.requireNonNull(transport); // Set by the constructor.
  }

  /** The inner address to reach, when the user named one. */
  Optional<InetAddress> innerTarget() {
    return target(target);
  }

  /** The data ciphers to offer. */
  public List<DataCipher> offeredCiphers() {
    return ciphers(dataCiphers);
  }

  /** Our certificate and key, when we have one. */
  public Optional<OwnCertificate> clientCertificate() {
    return cert == null || key == null
        ? Optional.empty()
        : Optional.of(OwnCertificate.of(cert, key));
  }

  /** The tls-crypt-v2 key, when that is the wrapping. */
  public Optional<TlsCryptV2Key> clientKey() {
    return tlsCryptV2 == null
        ? Optional.empty()
        : Optional.of(TlsCryptV2Key.parse("tls_crypt_v2", tlsCryptV2.text()));
  }

  /** A fresh wrapping for the client's side. */
  public ControlWrap clientWrap(Clock clock) {
    if (tlsCryptV2 != null) {
      return TlsCryptWrap.client(TlsCryptV2Key.parse("tls_crypt_v2", tlsCryptV2.text()), clock);
    }
    if (tlsCrypt != null) {
      return TlsCryptWrap.client(StaticKey.parse("tls_crypt", tlsCrypt.text()), clock);
    }
    return tlsAuth == null
        ? new PlainWrap()
        : authWrap(tlsAuth, keyDirection == null ? -1 : keyDirection, clock);
  }

  /** A fresh wrapping for the side of a server that accepts these settings. */
  public ControlWrap serverWrap(Clock clock) {
    if (tlsCryptV2 != null) {
      return TlsCryptWrap.server(
          TlsCryptV2Key.parse("tls_crypt_v2", tlsCryptV2.text()).key(), clock);
    }
    if (tlsCrypt != null) {
      return TlsCryptWrap.server(StaticKey.parse("tls_crypt", tlsCrypt.text()), clock);
    }
    return tlsAuth == null
        ? new PlainWrap()
        : authWrap(tlsAuth, keyDirection == null ? -1 : 1 - keyDirection, clock);
  }

  private ControlWrap authWrap(Secret text, int direction, Clock clock) {
    return TlsAuthWrap.of(StaticKey.parse("tls_auth", text.text()), direction, digest(auth), clock);
  }

  private static void checkWrapping(
      @Nullable Secret tlsAuth,
      @Nullable Integer keyDirection,
      @Nullable String auth,
      @Nullable Secret tlsCrypt,
      @Nullable Secret tlsCryptV2) {
    if (Stream.of(tlsAuth != null, tlsCrypt != null, tlsCryptV2 != null).filter(b -> b).count()
        > 1) {
      throw new InvalidSetting("", "expected only one of tls_auth, tls_crypt and tls_crypt_v2");
    }
    if (keyDirection != null && (tlsAuth == null || keyDirection < 0 || keyDirection > 1)) {
      throw new InvalidSetting("key_direction", "expected 0 or 1, and only beside tls_auth");
    }
    digest(auth);
    if (tlsAuth != null) {
      StaticKey.parse("tls_auth", tlsAuth.text());
    }
    if (tlsCrypt != null) {
      StaticKey.parse("tls_crypt", tlsCrypt.text());
    }
    if (tlsCryptV2 != null) {
      TlsCryptV2Key.parse("tls_crypt_v2", tlsCryptV2.text());
    }
  }

  private static void checkWrapName(
      @Nullable String wrap,
      @Nullable Secret tlsAuth,
      @Nullable Secret tlsCrypt,
      @Nullable Secret tlsCryptV2) {
    if (wrap == null) {
      return;
    }
    boolean fits =
        switch (wrap) {
          case "plain" -> tlsAuth == null && tlsCrypt == null && tlsCryptV2 == null;
          case "tls_auth" -> tlsCrypt == null && tlsCryptV2 == null;
          case "tls_crypt" -> tlsAuth == null && tlsCryptV2 == null;
          case "tls_crypt_v2" -> tlsAuth == null && tlsCrypt == null;
          default ->
              throw new InvalidSetting(
                  "wrap", "expected plain, tls_auth, tls_crypt or tls_crypt_v2");
        };
    if (!fits) {
      throw new InvalidSetting("wrap", "does not fit the static key that is given");
    }
  }

  private static void checkServerIdentity(
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyX509Name,
      @Nullable String remoteCertTls) {
    if (ca != null) {
      Pem.certificates("ca", ca);
    }
    if (pin != null) {
      Trust.fingerprint(pin);
    }
    if (ca == null && pin == null && (verifyX509Name != null || remoteCertTls != null)) {
      throw new InvalidSetting(
          verifyX509Name != null ? "verify_x509_name" : "remote_cert_tls",
          "has no meaning without ca or pin");
    }
    if (verifyX509Name != null) {
      X509NameRule.parse(verifyX509Name);
    }
    if (remoteCertTls != null && !remoteCertTls.equals("server")) {
      throw new InvalidSetting("remote_cert_tls", "expected server");
    }
  }

  private static void checkCredentials(
      @Nullable String cert,
      @Nullable Secret key,
      @Nullable String username,
      @Nullable Secret password,
      boolean knowsServer) {
    if ((cert == null) != (key == null)) {
      throw new InvalidSetting(cert == null ? "key" : "cert", "cert and key go together");
    }
    if ((username == null) != (password == null)) {
      throw new InvalidSetting(
          username == null ? "password" : "username", "username and password go together");
    }
    if ((cert != null || username != null) && !knowsServer) {
      throw new InvalidSetting(
          cert != null ? "cert" : "username",
          "ca or pin is needed: we log in to no server that we cannot verify");
    }
    if (cert != null && key != null) {
      OwnCertificate.of(cert, key);
    }
  }

  private static Digest digest(@Nullable String auth) {
    if (auth == null) {
      return Digest.SHA1;
    }
    try {
      return Digest.valueOf(auth.toUpperCase(Locale.ROOT).replace("-", ""));
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting("auth", "expected SHA1, SHA224, SHA256, SHA384 or SHA512");
    }
  }

  private static List<DataCipher> ciphers(@Nullable List<String> names) {
    if (names == null) {
      return List.of(DataCipher.values());
    }
    List<DataCipher> ciphers = new ArrayList<>();
    for (String name : names) {
      // Users copy the whole list of their .ovpn; what we do not have is not offered.
      DataCipher.named(name).ifPresent(ciphers::add);
    }
    if (ciphers.isEmpty()) {
      throw new InvalidSetting(
          "data_ciphers", "expected at least one of AES-256-GCM, AES-128-GCM, CHACHA20-POLY1305");
    }
    return ciphers;
  }

  private static Optional<InetAddress> target(@Nullable String target) {
    try {
      return Optional.ofNullable(target).map(InetAddress::ofLiteral);
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting("target", "expected an IP address inside the tunnel");
    }
  }
}
