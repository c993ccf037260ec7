package org.vpnprobe.protocol;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * What to reach through a proxy, as the user names it: {@code http://host[:port]/path} (a GET that
 * any HTTP answer satisfies), {@code echo://host:port} (what we send comes back, RFC 862), {@code
 * tcp://host:port} (a server that speaks first, such as SSH), {@code dns://host[:port]/name} (an
 * answer to our query, for datagrams). A text after {@code #} has to stand in what an HTTP or TCP
 * target says: only that tells it from another server, where another may answer in its place.
 *
 * @param ask how it is asked
 * @param server host and port, never 0
 * @param path what to ask it for: begins with {@code /} for HTTP, the name for DNS, else empty
 * @param text what its answer has to hold; empty when any will do, and for ECHO and DNS
 */
public record Target(Ask ask, HostPort server, String path, String text) {
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
      "expected http://host[:port]/path[#text], echo://host:port, tcp://host:port[#text] or"
          + " dns://host/name";

  /** RFC 1123 section 2.1 and the underscore that some have; IPv4 literals look like names. */
  private static final String NAME = "[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?";

  /**
   * Parses a target.
   *
   * @throws InvalidSetting when it is none
   */
  public static Target of(String text) {
    int scheme = text.indexOf("://");
    Ask ask = ask(scheme < 0 ? "" : text.substring(0, scheme));
    String rest = text.substring(scheme + 3);
    int hash = rest.indexOf('#');
    String wanted = hash < 0 ? "" : rest.substring(hash + 1);
    String place = hash < 0 ? rest : rest.substring(0, hash);
    boolean hasText = ask == Ask.HTTP || ask == Ask.TCP;
    if (hash >= 0 && !(hasText && wanted.matches("[ -~]{1,200}"))) {
      throw invalid();
    }
    int slash = place.indexOf('/');
    HostPort server = server(slash < 0 ? place : place.substring(0, slash), ask.port);
    return new Target(ask, server, path(ask, slash < 0 ? "" : place.substring(slash)), wanted);
  }

  private static Ask ask(String scheme) {
    return switch (scheme.toLowerCase(Locale.ROOT)) {
      case "http" -> Ask.HTTP;
      case "echo" -> Ask.ECHO;
      case "tcp" -> Ask.TCP;
      case "dns" -> Ask.DNS;
      default -> throw invalid();
    };
  }

  private static HostPort server(String text, int defaultPort) {
    HostPort named;
    try {
      named = HostPort.of(text);
    } catch (InvalidSetting e) {
      throw new InvalidSetting("target", EXPECTED + ": " + e.getMessage());
    }
    int port = named.port() == 0 ? defaultPort : named.port();
    if (port == 0 || !isHost(named.host())) {
      throw invalid();
    }
    return new HostPort(named.host(), port);
  }

  private static boolean isHost(String host) {
    if (host.matches(NAME)) {
      return isDnsName(host);
    }
    try {
      return host.matches("[0-9A-Fa-f:.]+") && InetAddress.ofLiteral(host) instanceof Inet6Address;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String path(Ask ask, String path) {
    boolean fits =
        switch (ask) {
          case HTTP -> path.matches("(/[!-~]*)?");
          case ECHO, TCP -> path.isEmpty() || path.equals("/");
          case DNS -> path.matches("/[A-Za-z0-9._-]{1,253}") && isDnsName(path.substring(1));
        };
    if (!fits) {
      throw invalid();
    }
    return switch (ask) {
      case HTTP -> path.isEmpty() ? "/" : path;
      case ECHO, TCP -> "";
      case DNS -> path.substring(1);
    };
  }

  private static boolean isDnsName(String name) {
    try {
      Name.fromString(name, Name.root);
      return true;
    } catch (TextParseException e) {
      return false;
    }
  }

  private static InvalidSetting invalid() {
    return new InvalidSetting("target", EXPECTED);
  }

  /** True when its answer is known by its content, so that no other server can stand in for it. */
  public boolean isRecognisable() {
    return ask == Ask.ECHO || ask == Ask.DNS || !text.isEmpty();
  }

  /** True when it gives back whatever it is sent. */
  public boolean echoes() {
    return ask == Ask.ECHO;
  }

  /** True when it can be asked with datagrams. */
  public boolean takesDatagrams() {
    return ask == Ask.ECHO || ask == Ask.DNS;
  }

  @Override
  public String toString() {
    String slash = ask == Ask.DNS ? "/" : "";
    String hash = text.isEmpty() ? "" : "#" + text;
    return ask.name().toLowerCase(Locale.ROOT) + "://" + server + slash + path + hash;
  }
}
