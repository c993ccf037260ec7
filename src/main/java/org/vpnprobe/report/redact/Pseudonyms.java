package org.vpnprobe.report.redact;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.model.PseudonymKey;

/**
 * One name for one thing, the same wherever the same key is used. HMAC-SHA-256 (RFC 2104): without
 * the key nobody can try the 2³² addresses. Not for several threads.
 */
final class Pseudonyms {
  /** Two of a thousand names share so many digits once in eight thousand keys. */
  static final int DIGITS = 8;

  /** Bytes of SHA-256. */
  private static final int HASH = 32;

  private final Mac mac;
  private final int digits;
  private final Map<String, String> given = new HashMap<>();
  private final Map<String, String> holders = new HashMap<>();

  Pseudonyms(PseudonymKey key) {
    this(key, DIGITS);
  }

  /**
   * Pseudonyms of another length, longer where two things would share one.
   *
   * @param digits hexadecimal ones
   */
  Pseudonyms(PseudonymKey key, int digits) {
    this.digits = digits;
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.bytes(), "HmacSHA256"));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has HMAC-SHA-256", e);
    }
  }

  /** {@code host-3f9a1c07} for a host name in its canonical form. */
  String host(String canonical) {
    return of("host", canonical);
  }

  /** {@code ip4-3f9a1c07} or {@code ip6-3f9a1c07}: the family stays readable. */
  String address(InetAddress address) {
    return of(
        address instanceof Inet6Address ? "ip6" : "ip4",
        HexFormat.of().formatHex(address.getAddress()));
  }

  /** The same, but for an address that is nobody's: that stays as it is written. */
  String address(InetAddress address, String written) {
    // RFC 6598: what an address behind a carrier's NAT is told by.
    return Literals.isSpared(written) || written.equals("100.64.0.0") ? written : address(address);
  }

  /** A pseudonym of another kind of thing. */
  String of(String kind, String value) {
    return given.computeIfAbsent(kind + "-" + value, thing -> shortest(kind, thing));
  }

  /** True for what may be a pseudonym of this kind. */
  static boolean isOne(String kind, String text) {
    int digits = text.length() - kind.length() - 1;
    boolean possible =
        digits >= DIGITS
            && digits <= 2 * HASH
            && text.startsWith(kind)
            && text.charAt(kind.length()) == '-';
    for (int i = kind.length() + 1; possible && i < text.length(); i++) {
      possible = HexFormat.isHexDigit(text.charAt(i)) && !Character.isUpperCase(text.charAt(i));
    }
    return possible;
  }

  /** The first digits, so many more that no two things share them. */
  private String shortest(String kind, String thing) {
    String all = HexFormat.of().formatHex(mac.doFinal(thing.getBytes(StandardCharsets.UTF_8)));
    for (int length = digits; length < all.length(); length *= 2) {
      String name = kind + "-" + all.substring(0, length);
      if (thing.equals(holders.computeIfAbsent(name, n -> thing))) {
        return name;
      }
    }
    return kind + "-" + all;
  }
}
