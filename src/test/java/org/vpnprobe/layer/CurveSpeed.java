package org.vpnprobe.layer;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import javax.crypto.KeyAgreement;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.vpnprobe.bench.Speed;

/** The curves of a TLS handshake: ours against Java's own. */
public class CurveSpeed extends Speed {
  /** Who calculates. */
  @Param({"vpnprobe-curves", "SunEC"})
  public String provider = "";

  private byte[] signature = {};
  private byte[] message = {};
  private KeyPair signer = new KeyPair(null, null);
  private KeyPair theirs = signer;
  private KeyPair ours = signer;

  /** Keys, and a signature to check. */
  @Setup
  public void prepare() throws GeneralSecurityException {
    FastCurves.register();
    KeyPairGenerator p256 = KeyPairGenerator.getInstance("EC");
    p256.initialize(new ECGenParameterSpec("secp256r1"));
    signer = p256.generateKeyPair();
    message = bytes(200);
    Signature signing = Signature.getInstance("SHA256withECDSA");
    signing.initSign(signer.getPrivate());
    signing.update(message);
    signature = signing.sign();
    ours = x25519Key();
    theirs = KeyPairGenerator.getInstance("X25519", "SunEC").generateKeyPair();
  }

  /** A key pair. */
  @Benchmark
  public KeyPair x25519Key() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("X25519", provider).generateKeyPair();
  }

  /** The common secret. */
  @Benchmark
  public byte[] x25519Secret() throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("X25519", provider);
    agreement.init(ours.getPrivate());
    agreement.doPhase(theirs.getPublic(), true);
    return agreement.generateSecret();
  }

  /** A signature checked. */
  @Benchmark
  public boolean p256Check() throws GeneralSecurityException {
    Signature checking = Signature.getInstance(P256Check.NAME, provider);
    checking.initVerify(signer.getPublic());
    if (P256Check.NAME.startsWith("NONE")) {
      checking.update(message, 0, 32);
    } else {
      checking.update(message);
    }
    return checking.verify(signature);
  }
}
