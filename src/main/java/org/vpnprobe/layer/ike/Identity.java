package org.vpnprobe.layer.ike;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * Who a side says it is (RFC 7296 section 3.5; RFC 2407 section 4.6.2 with the same numbers).
 *
 * @param type one of the constants
 */
public record Identity(int type, byte[] data) {
  public static final int IPV4 = 1;
  public static final int FQDN = 2;
  public static final int EMAIL = 3;
  public static final int IPV6 = 5;
  public static final int DN = 9;
  public static final int KEY_ID = 11;

  /**
   * The identity of a text: an address, {@code user@host}, a distinguished name (with {@code =}),
   * {@code keyid:text}, else a domain name.
   */
  public static Identity of(String setting, String text) {
    if (text.isBlank()) {
      throw new InvalidSetting(setting, "expected a name, an address or a distinguished name");
    }
    if (text.startsWith("keyid:")) {
      return new Identity(KEY_ID, utf8(text.substring("keyid:".length())));
    }
    if (text.contains("=")) {
      try {
        return of(new X500Principal(text));
      } catch (IllegalArgumentException e) {
        throw new InvalidSetting(setting, "expected a distinguished name like CN=name, O=firm");
      }
    }
    if (text.contains("@")) {
      return new Identity(text.startsWith("@") ? FQDN : EMAIL, utf8(text.replaceFirst("^@", "")));
    }
    try {
      return of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return new Identity(FQDN, utf8(text));
    }
  }

  public static Identity of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return new Identity(bytes.length == 4 ? IPV4 : IPV6, bytes);
  }

  public static Identity of(X500Principal subject) {
    return new Identity(DN, subject.getEncoded());
  }

  /** The body of an IDi or IDr payload, as it is signed. */
  public byte[] body() {
    return new ByteWriter().u8(type).zeros(3).bytes(data).toByteArray();
  }

  public static Identity decode(byte[] body) throws StepFailed {
    ByteReader in = new ByteReader(body);
    int type = in.u8();
    in.skip(3);
    return new Identity(type, in.rest());
  }

  /** True when both name the same; names are compared as DNS and X.500 compare them. */
  public boolean matches(Identity other) {
    if (type != other.type) {
      return false;
    }
    return switch (type) {
      case FQDN, EMAIL -> text(data).equalsIgnoreCase(text(other.data));
      case DN -> Arrays.equals(data, other.data) || toString().equals(other.toString());
      default -> Arrays.equals(data, other.data);
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Identity id && type == id.type && Arrays.equals(data, id.data);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(data);
  }

  /** For reports; nothing in it can harm a terminal. */
  @Override
  public String toString() {
    return switch (type) {
      case FQDN, EMAIL -> printable(text(data));
      case IPV4, IPV6 -> address();
      case DN -> distinguishedName();
      default ->
          "id type " + type + " " + HexFormat.of().formatHex(data, 0, Math.min(32, data.length));
    };
  }

  private String address() {
    try {
      return InetAddress.getByAddress(data).getHostAddress();
    } catch (java.net.UnknownHostException e) {
      return "an address of " + data.length + " bytes";
    }
  }

  private String distinguishedName() {
    try {
      return printable(new X500Principal(data).getName(X500Principal.CANONICAL));
    } catch (IllegalArgumentException e) {
      return "an unreadable distinguished name";
    }
  }

  private static String printable(String text) {
    String shown = text.length() > 200 ? text.substring(0, 200) : text;
    return shown.replaceAll("[^\\x20-\\x7e]", "?");
  }

  public static String text(byte[] data) {
    return new String(data, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
