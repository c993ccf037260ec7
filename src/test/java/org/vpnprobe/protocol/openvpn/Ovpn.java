package org.vpnprobe.protocol.openvpn;

import java.util.List;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;

/** Builds settings, most of them absent. */
final class Ovpn {
  @Nullable Transport transport;
  @Nullable String ca;
  @Nullable String pin;
  @Nullable String verifyX509Name;
  @Nullable String remoteCertTls;
  @Nullable String cert;
  @Nullable Secret key;
  @Nullable String username;
  @Nullable Secret password;
  @Nullable String wrap;
  @Nullable Secret tlsAuth;
  @Nullable Integer keyDirection;
  @Nullable String auth;
  @Nullable Secret tlsCrypt;
  @Nullable Secret tlsCryptV2;
  @Nullable List<String> dataCiphers;
  @Nullable String target;

  Ovpn transport(Transport transport) {
    this.transport = transport;
    return this;
  }

  Ovpn ca(HeldCertificate authority) {
    this.ca = authority.certificatePem();
    return this;
  }

  Ovpn pin(String pin) {
    this.pin = pin;
    return this;
  }

  Ovpn name(String name) {
    this.verifyX509Name = name;
    return this;
  }

  Ovpn remoteCertTls(String value) {
    this.remoteCertTls = value;
    return this;
  }

  Ovpn cert(HeldCertificate own) {
    this.cert = own.certificatePem();
    this.key = Secret.of(own.privateKeyPkcs8Pem());
    return this;
  }

  Ovpn login(String username, String password) {
    this.username = username;
    this.password = Secret.of(password);
    return this;
  }

  Ovpn wrap(String wrap) {
    this.wrap = wrap;
    return this;
  }

  Ovpn tlsAuth(String file, @Nullable Integer direction, @Nullable String auth) {
    this.tlsAuth = Secret.of(file);
    this.keyDirection = direction;
    this.auth = auth;
    return this;
  }

  Ovpn tlsCrypt(String file) {
    this.tlsCrypt = Secret.of(file);
    return this;
  }

  Ovpn tlsCryptV2(String file) {
    this.tlsCryptV2 = Secret.of(file);
    return this;
  }

  Ovpn ciphers(String... names) {
    this.dataCiphers = List.of(names);
    return this;
  }

  Ovpn target(String target) {
    this.target = target;
    return this;
  }

  OpenVpnSettings settings() {
    return new OpenVpnSettings(
        transport,
        ca,
        pin,
        verifyX509Name,
        remoteCertTls,
        cert,
        key,
        username,
        password,
        wrap,
        tlsAuth,
        keyDirection,
        auth,
        tlsCrypt,
        tlsCryptV2,
        dataCiphers,
        target);
  }
}
