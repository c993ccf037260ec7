package org.vpnprobe.protocol;

import java.util.Locale;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;

/**
 * What to reach through a proxy, as the user names it: {@code http://host[:port]/path} (a GET that
 * any HTTP answer satisfies), {@code echo://host:port} (what we send comes back, RFC 862), {@code
 * tcp://host:port} (a server that speaks first, such as SSH), {@code dns://host[:port]/name} (an
 * answer to our query, for datagrams).
 *
 * @param ask how it is asked
 * @param server host and port, never 0
 * @param path what to ask it for: begins with {@code /} for HTTP, the name for DNS, else empty
 */
public record Target(Ask ask, HostPort server, String path) {
  /** How a target is asked. */
  public enum Ask {
    HTTP(80),
    ECHO(0),
    TCP(0),
    DNS(53);

    private final int port;

    Ask(int port) {
      this.port = port;
    }
  }

  private static final String EXPECTED =
      "expected http://host[:port]/path, echo://host:port, tcp://host:port or dns://host/name";

  /**
   * Parses a target.
   *
   * @throws InvalidSetting when it is none
   */
  public static Target of(String text) {
    int scheme = text.indexOf("://");
    Ask ask = ask(scheme < 0 ? "" : text.substring(0, scheme));
    String rest = text.substring(scheme + 3);
    int slash = rest.indexOf('/');
    HostPort named = HostPort.of(slash < 0 ? rest : rest.substring(0, slash));
    int port = named.port() == 0 ? ask.port : named.port();
    String path = slash < 0 ? "" : rest.substring(slash);
    if (port == 0 || named.host().indexOf('@') >= 0) {
      throw new InvalidSetting("target", EXPECTED);
    }
    return new Target(ask, new HostPort(named.host(), port), path(ask, path));
  }

  private static Ask ask(String scheme) {
    return switch (scheme.toLowerCase(Locale.ROOT)) {
      case "http" -> Ask.HTTP;
      case "echo" -> Ask.ECHO;
      case "tcp" -> Ask.TCP;
      case "dns" -> Ask.DNS;
      default -> throw new InvalidSetting("target", EXPECTED);
    };
  }

  private static String path(Ask ask, String path) {
    boolean fits =
        switch (ask) {
          case HTTP -> path.matches("(/[!-~]*)?");
          case ECHO, TCP -> path.isEmpty() || path.equals("/");
          case DNS -> path.matches("/[A-Za-z0-9._-]{1,253}");
        };
    if (!fits) {
      throw new InvalidSetting("target", EXPECTED);
    }
    return switch (ask) {
      case HTTP -> path.isEmpty() ? "/" : path;
      case ECHO, TCP -> "";
      case DNS -> path.substring(1);
    };
  }

  @Override
  public String toString() {
    String slash = ask == Ask.DNS ? "/" : "";
    return ask.name().toLowerCase(Locale.ROOT) + "://" + server + slash + path;
  }
}
