package org.vpnprobe.layer.ike;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.DHParameters;
import org.jspecify.annotations.Nullable;

/** The key exchange groups (RFC 8031, RFC 5903, RFC 3526), the most wanted first. */
public enum Group {
  CURVE25519(31, "curve25519", null, null),
  ECP256(19, "ecp256", "P-256", null),
  ECP384(20, "ecp384", "P-384", null),
  ECP521(21, "ecp521", "P-521", null),
  MODP2048(14, "modp2048", null, DHStandardGroups.rfc3526_2048),
  MODP3072(15, "modp3072", null, DHStandardGroups.rfc3526_3072),
  MODP4096(16, "modp4096", null, DHStandardGroups.rfc3526_4096),
  /** Too short for secrets that matter; offered only when the user names it. */
  MODP1536(5, "modp1536", null, DHStandardGroups.rfc3526_1536),
  /** As {@link #MODP1536}; what older Windows gateways insist on. */
  MODP1024(2, "modp1024", null, DHStandardGroups.rfc2409_1024);

  private final int id;
  private final String keyword;
  private final @Nullable String curve;
  private final @Nullable DHParameters modp;

  Group(int id, String keyword, @Nullable String curve, @Nullable DHParameters modp) {
    this.id = id;
    this.keyword = keyword;
    this.curve = curve;
    this.modp = modp;
  }

  /** The IANA number. */
  public int id() {
    return id;
  }

  /** The name in {@code proposals}. */
  public String keyword() {
    return keyword;
  }

  public static Optional<Group> of(int id) {
    return Arrays.stream(values()).filter(group -> group.id == id).findFirst();
  }

  @Nullable X9ECParameters curve() {
    return curve == null ? null : CustomNamedCurves.getByName(curve);
  }

  @Nullable BigInteger prime() {
    return modp == null ? null : modp.getP();
  }
}
