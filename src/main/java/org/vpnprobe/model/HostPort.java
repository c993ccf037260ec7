package org.vpnprobe.model;

/**
 * A server as the user names it: host name or IP literal, and port.
 *
 * @param host without brackets, never empty
 * @param port 1–65535, or 0 when the protocol's default is meant
 */
public record HostPort(String host, int port) {
  private static final int MOST_DIGITS = 5;

  public HostPort {
    if (host.isEmpty() || host.length() > 255 || holdsSpaceOrControl(host)) {
      throw new InvalidSetting("address", "expected host:port, [ipv6]:port or a host name");
    }
    if (port < 0 || port > 65535) {
      throw new InvalidSetting("address", "port " + port + " is out of range, expected 1 to 65535");
    }
  }

  /**
   * Parses {@code host}, {@code host:port}, {@code [v6]}, {@code [v6]:port} or a bare IPv6 address.
   */
  public static HostPort of(String text) {
    String host = text;
    String port = null;
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      if (close < 0) {
        throw new InvalidSetting("address", "a bracket is not closed, expected [ipv6]:port");
      }
      host = text.substring(1, close);
      String rest = text.substring(close + 1);
      if (!rest.isEmpty()) {
        if (!rest.startsWith(":")) {
          throw new InvalidSetting("address", "expected :port after the bracket");
        }
        port = rest.substring(1);
      }
    } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
      host = text.substring(0, text.indexOf(':'));
      port = text.substring(text.indexOf(':') + 1);
    }
    return new HostPort(host, port == null ? 0 : portNumber(port));
  }

  private static int portNumber(String text) {
    int number = text.length() > MOST_DIGITS ? -1 : 0;
    for (int i = 0; i < text.length() && number >= 0; i++) {
      int digit = text.charAt(i) - '0';
      number = digit < 0 || digit > 9 ? -1 : 10 * number + digit;
    }
    if (number < 1) {
      throw new InvalidSetting("address", "port “" + text + "” is not a number from 1 to 65535");
    }
    return number;
  }

  private static boolean holdsSpaceOrControl(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c == 0x7f) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == 0 ? shown : shown + ":" + port;
  }
}
