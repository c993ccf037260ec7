package org.vpnprobe.protocol.openvpn;

import java.time.Instant;
import okhttp3.tls.HeldCertificate;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Secret;

/** Throw-away authorities and certificates. */
final class Pki {
  final HeldCertificate ca = authority("Lab CA");
  final HeldCertificate otherCa = authority("Other CA");
  final HeldCertificate server = issued(ca, "vpn-1.example");
  final HeldCertificate client = issued(ca, "client-1");
  final HeldCertificate stranger = issued(otherCa, "client-1");

  private static HeldCertificate authority(String name) {
    return new HeldCertificate.Builder().commonName(name).certificateAuthority(1).build();
  }

  private static HeldCertificate issued(HeldCertificate by, String name) {
    return new HeldCertificate.Builder()
        .commonName(name)
        .organizationalUnit("Lab")
        .signedBy(by)
        .build();
  }

  HeldCertificate expired() {
    Instant now = Instant.now();
    return new HeldCertificate.Builder()
        .commonName("old")
        .validityInterval(
            now.minusSeconds(7200).toEpochMilli(), now.minusSeconds(3600).toEpochMilli())
        .signedBy(ca)
        .build();
  }

  static OwnCertificate own(HeldCertificate certificate) {
    return OwnCertificate.of(
        certificate.certificatePem(), Secret.of(certificate.privateKeyPkcs8Pem()));
  }
}
