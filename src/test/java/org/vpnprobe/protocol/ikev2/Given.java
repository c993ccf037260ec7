package org.vpnprobe.protocol.ikev2;

import java.time.Instant;
import java.util.List;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Secret;

/** Throw-away certificates, and settings that differ from nothing in a few keys. */
final class Given {
  static final HeldCertificate CA = authority("Lab CA");
  static final HeldCertificate OTHER_CA = authority("Other CA");
  static final HeldCertificate SERVER = issued(CA, "vpn.example.test");
  static final HeldCertificate CLIENT = issued(CA, "client.example.test");
  static final HeldCertificate STRANGER = issued(CA, "stranger.example.test");

  private @Nullable Secret psk;
  private @Nullable String localId;
  private @Nullable String remoteId;
  private @Nullable String cert;
  private @Nullable Secret key;
  private @Nullable String ca;
  private @Nullable String pin;
  private @Nullable String username;
  private @Nullable Secret password;
  private @Nullable List<String> proposals;
  private @Nullable Boolean natT;
  private @Nullable String target;

  static Given nothing() {
    return new Given();
  }

  Given psk(String value) {
    psk = Secret.of(value);
    return this;
  }

  Given localId(String value) {
    localId = value;
    return this;
  }

  Given remoteId(String value) {
    remoteId = value;
    return this;
  }

  Given certificate(HeldCertificate value) {
    cert = value.certificatePem();
    key = Secret.of(value.privateKeyPkcs8Pem());
    return this;
  }

  Given key(String value) {
    key = Secret.of(value);
    return this;
  }

  Given ca(HeldCertificate value) {
    ca = value.certificatePem();
    return this;
  }

  Given pin(String value) {
    pin = value;
    return this;
  }

  Given password(String user, String value) {
    username = user;
    password = Secret.of(value);
    return this;
  }

  Given proposals(String... values) {
    proposals = List.of(values);
    return this;
  }

  Given natT(boolean value) {
    natT = value;
    return this;
  }

  Given target(String value) {
    target = value;
    return this;
  }

  Ikev2Settings settings() {
    return new Ikev2Settings(
        psk, localId, remoteId, cert, key, ca, pin, username, password, proposals, natT, target);
  }

  private static HeldCertificate authority(String name) {
    return new HeldCertificate.Builder().commonName(name).certificateAuthority(1).build();
  }

  private static HeldCertificate issued(HeldCertificate by, String name) {
    return new HeldCertificate.Builder()
        .commonName(name)
        .addSubjectAlternativeName(name)
        .signedBy(by)
        .build();
  }

  static HeldCertificate expired() {
    Instant now = Instant.now();
    return new HeldCertificate.Builder()
        .commonName("old")
        .addSubjectAlternativeName("vpn.example.test")
        .validityInterval(
            now.minusSeconds(7200).toEpochMilli(), now.minusSeconds(3600).toEpochMilli())
        .signedBy(CA)
        .build();
  }
}
