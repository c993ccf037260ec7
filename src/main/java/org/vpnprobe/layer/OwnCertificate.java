package org.vpnprobe.layer;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;

/**
 * A certificate of ours with its chain and key, for either side of a TLS handshake. A client shows
 * it whatever issuers the server names: its refusal says more than a silent client.
 */
public final class OwnCertificate extends X509ExtendedKeyManager {
  private static final String ALIAS = "ours";

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private OwnCertificate(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  /** The certificate in these PEM texts; {@link InvalidSetting} of {@code cert} or {@code key}. */
  public static OwnCertificate of(String cert, Secret key) {
    List<X509Certificate> chain = Pem.certificates("cert", cert);
    PrivateKey privateKey = Pem.privateKey("key", key.text());
    if (!belongs(privateKey, chain.getFirst().getPublicKey())) {
      throw new InvalidSetting("key", "is not the key of cert");
    }
    return new OwnCertificate(chain, privateKey);
  }

  private static boolean belongs(PrivateKey own, PublicKey certified) {
    if (own instanceof RSAKey a && certified instanceof RSAKey b) {
      return a.getModulus().equals(b.getModulus());
    }
    if (!algorithm(own.getAlgorithm()).equals(algorithm(certified.getAlgorithm()))) {
      return false;
    }
    try {
      Signature signature =
          Signature.getInstance(
              own.getAlgorithm().equals("EC") ? "SHA256withECDSA" : own.getAlgorithm());
      signature.initSign(own);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** SHA-256 of the certificate, hexadecimal. */
  public String fingerprint() {
    return sha256(chain.getFirst());
  }

  /** True when this is our certificate. */
  public boolean isFor(X509Certificate certificate) {
    return chain.getFirst().equals(certificate);
  }

  /** SHA-256 of any certificate, lower-case hexadecimal. */
  public static String sha256(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return keyTypes != null && Arrays.asList(keyTypes).contains(type()) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return keyType.equals(type()) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineClientAlias(keyTypes, issuers, null);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return chain.toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return key;
  }

  private String type() {
    return algorithm(key.getAlgorithm());
  }

  /** JSSE's name of a key type: {@code Ed25519} and {@code EdDSA} are the same to it. */
  private static String algorithm(String algorithm) {
    return algorithm.startsWith("Ed") ? "EdDSA" : algorithm;
  }
}
