package org.vpnprobe.config.imports.proxies;

import java.net.IDN;
import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.model.HostPort;

/** Host and port as other programs write them. */
final class Server {
  /** Of any name in DNS (RFC 1035 section 2.3.4). */
  private static final int LONGEST = 255;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\\.?");

  private Server() {}

  /**
   * A host without brackets; a name of other letters becomes what DNS knows it by (RFC 5891).
   *
   * @throws NotImported when it is none
   */
  static String host(Part part) throws NotImported {
    String text = part.text().strip();
    String bare =
        text.startsWith("[") && text.endsWith("]") && text.length() > 2
            ? text.substring(1, text.length() - 1)
            : text;
    if (bare.isEmpty()) {
      throw NotImported.malformed(part.at(), "", "expected a host name or an IP address here");
    }
    if (bare.indexOf(':') >= 0) {
      if (isLiteral(bare)) {
        return bare;
      }
      throw NotImported.malformed(
          part.at(), "", "expected host:port, an IPv6 address in brackets: [2001:db8::1]:443");
    }
    String name = bare.length() > LONGEST ? "" : ascii(bare);
    if (!NAME.matcher(name).matches()) {
      throw NotImported.malformed(part.at(), "", "expected a host name or an IP address here");
    }
    return name;
  }

  private static String ascii(String name) {
    try {
      return name.chars().allMatch(c -> c < 0x80) ? name : IDN.toASCII(name);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** True for an IP address. */
  static boolean isLiteral(String host) {
    try {
      return host.matches("[0-9A-Fa-f:.]+")
          && (host.indexOf(':') >= 0 || host.matches("\\d+(\\.\\d+){3}"))
          && !InetAddress.ofLiteral(host).getHostAddress().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * An address.
   *
   * @param port null or empty where it was left out
   * @param otherwise the port that is then meant; 0 when it must not be left out
   */
  static String address(Part host, @Nullable Part port, int otherwise) throws NotImported {
    String name = host(host);
    if (port == null || port.text().isBlank()) {
      if (otherwise == 0) {
        Span at = port == null ? host.at() : port.at();
        throw NotImported.malformed(
            at,
            "",
            name.indexOf(':') < 0
                ? "there is no port; expected host:port"
                : "there is no port; expected [" + name + "]:port");
      }
      return new HostPort(name, otherwise).toString();
    }
    return new HostPort(name, number(port)).toString();
  }

  /** A port number; what others write as a text or as {@code 443.0} is one, too. */
  static int number(Part port) throws NotImported {
    String digits = port.text().strip().replaceFirst("\\.0+$", "");
    if (digits.matches("\\d{1,5}")) {
      int number = Integer.parseInt(digits);
      if (number >= 1 && number <= 65535) {
        return number;
      }
    }
    throw NotImported.malformed(port.at(), "", "expected a port from 1 to 65535");
  }
}
