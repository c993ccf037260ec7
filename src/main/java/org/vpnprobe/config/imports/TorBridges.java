package org.vpnprobe.config.imports;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tor's bridge lines, with or without the word Bridge of a torrc before them: {@code [TRANSPORT]
 * IP:PORT [FINGERPRINT] [key=value …]} (tor(1)).
 */
final class TorBridges implements ImportFormat {
  private static final Pattern LINE =
      Pattern.compile(
          "(?<bridge>Bridge\\s+)?(?:(?<transport>[A-Za-z_][A-Za-z0-9_]{1,30})\\s+)?"
              + "(?<address>(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9A-Fa-f:.]{2,45}\\])(?::\\d{1,6})?)"
              + "(?<rest>\\s.*|)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern FINGERPRINT =
      Pattern.compile("\\s+(?<digits>\\$?[0-9A-Fa-f]{40})(?=\\s|$)");
  private static final Pattern WORD = Pattern.compile("\\S+");
  private static final Pattern ARGUMENT = Pattern.compile("([A-Za-z0-9_-]{1,40})=(\\S*)");

  /** Transports without a server of their own that a handshake could prove. */
  private static final Map<String, String> UNSPOKEN =
      Map.ofEntries(
          Map.entry("snowflake", "a volunteer’s browser is found anew for each connection"),
          Map.entry("meek", "what is reached is a content network, whatever stands behind it"),
          Map.entry("meek_lite", "what is reached is a content network, whatever stands behind it"),
          Map.entry("conjure", "its address is made up for each connection"),
          Map.entry("dnstt", "it goes through resolvers of others"),
          Map.entry("obfs2", "obfs2 is not spoken here"),
          Map.entry("obfs3", "obfs3 is not spoken here"),
          Map.entry("scramblesuit", "ScrambleSuit is not spoken here"),
          Map.entry("fte", "FTE is not spoken here"),
          Map.entry("hysteria", "Hysteria as a transport of Tor is not spoken here"),
          Map.entry("obfs5", "obfs5 is not spoken here"));

  @Override
  public String name() {
    return "tor-bridges";
  }

  @Override
  public String summary() {
    return "Tor’s bridge lines: vanilla, obfs4, webtunnel";
  }

  @Override
  public boolean recognizes(Source source) {
    return source.lines().stream().map(String::strip).anyMatch(TorBridges::isBridge);
  }

  private static boolean isBridge(String line) {
    Matcher form = LINE.matcher(line);
    if (!form.matches()) {
      return false;
    }
    String transport = form.group("transport");
    boolean known =
        transport != null
            && (UNSPOKEN.containsKey(transport.toLowerCase(Locale.ROOT))
                || transport.equalsIgnoreCase("obfs4")
                || transport.equalsIgnoreCase("webtunnel"));
    boolean identified = FINGERPRINT.matcher(form.group("rest")).lookingAt();
    return form.group("bridge") != null || known || (transport == null && identified);
  }

  @Override
  public void read(Source source, Account account) {
    for (int number = 1; number <= source.lines().size(); number++) {
      String written = source.line(number);
      String line = written.strip();
      Span span = Span.at(number, written.indexOf(line) + 1);
      if (line.isEmpty() || line.startsWith("#") || isTorrc(line)) {
        account.cover(Span.line(number));
      } else {
        line(span, line, account);
      }
    }
  }

  /** The other lines of a torrc begin with an option's name and are no bridges. */
  private static boolean isTorrc(String line) {
    return line.matches(
        "(?i)(UseBridges|ClientTransportPlugin|UpdateBridgesFromAuthority|SocksPort|DataDirectory"
            + "|Log|ClientPreferIPv6ORPort|ControlPort|DisableNetwork|GeoIPFile|GeoIPv6File)\\b.*");
  }

  private static void line(Span span, String line, Account account) {
    Matcher form = LINE.matcher(line);
    if (!form.matches()) {
      account.reject(
          span, "", "expected a bridge line: obfs4 IP:PORT FINGERPRINT cert=… iat-mode=…");
      return;
    }
    String transport = form.group("transport");
    String kind = transport == null ? "" : transport.toLowerCase(Locale.ROOT);
    String unspoken = UNSPOKEN.get(kind);
    if (unspoken != null) {
      account.skip(span, kind, unspoken);
      return;
    }
    Matcher fingerprint = FINGERPRINT.matcher(form.group("rest"));
    boolean identified = fingerprint.lookingAt();
    String rest = form.group("rest").substring(identified ? fingerprint.end() : 0);
    int column = span.column() + form.end("rest") - rest.length();
    Map<String, Argument> arguments = new LinkedHashMap<>();
    if (!arguments(Span.at(span.first(), column), rest, arguments, account)) {
      return;
    }
    Span place =
        identified
            ? Span.at(
                span.first(), span.column() + form.start("rest") + fingerprint.start("digits"))
            : span;
    @Nullable String digits = identified ? fingerprint.group("digits") : null;
    Bridge bridge = new Bridge(span, form.group("address"), digits, place, arguments);
    switch (kind) {
      case "" -> bridge.vanilla(account);
      case "obfs4", "obfs4proxy" -> bridge.obfs4(account);
      case "webtunnel" -> bridge.webTunnel(account);
      default ->
          account.skip(span, kind, "the transport " + Wordlike.shown(kind) + " is not known here");
    }
  }

  private record Argument(String value, Span at) {}

  /** Reads {@code key=value} until the end; false after something else was rejected. */
  private static boolean arguments(
      Span at, String rest, Map<String, Argument> into, Account account) {
    Matcher words = WORD.matcher(rest);
    while (words.find()) {
      String word = words.group();
      Matcher argument = ARGUMENT.matcher(word);
      Span place = Span.at(at.first(), at.column() + words.start());
      if (!argument.matches()) {
        account.reject(
            place,
            "",
            into.isEmpty() && word.matches("\\$?[0-9A-Fa-f]+")
                ? "expected a fingerprint of 40 hexadecimal digits"
                : "expected key=value");
        return false;
      }
      Span value = Span.at(at.first(), place.column() + argument.start(2));
      into.putIfAbsent(
          argument.group(1).toLowerCase(Locale.ROOT), new Argument(argument.group(2), value));
    }
    return true;
  }

  private record Bridge(
      Span span,
      String address,
      @Nullable String fingerprint,
      Span place,
      Map<String, Argument> arguments) {

    void vanilla(Account account) {
      account.found(identified(Entry.of(span, "tor", address)).build());
    }

    void obfs4(Account account) {
      Argument cert = arguments.get("cert");
      if (cert == null) {
        account.reject(
            span,
            "",
            arguments.containsKey("node-id")
                ? "this is the form of before 2014; expected cert=… and iat-mode=…"
                : "there is no cert=; without it a bridge answers nobody");
        return;
      }
      Entry.Builder entry = Entry.of(span, "obfs4", address).set("cert", cert.value, cert.at);
      Argument mode = arguments.get("iat-mode");
      if (mode != null) {
        boolean number = mode.value.matches("\\d{1,4}");
        entry.set("iat_mode", number ? (Object) Integer.valueOf(mode.value) : mode.value, mode.at);
      }
      account.found(identified(entry).build());
    }

    /** Its address is a placeholder: what counts is the host of its url. */
    void webTunnel(Account account) {
      Argument url = arguments.get("url");
      URI uri = url == null ? null : uri(url.value);
      if (url == null || uri == null) {
        account.reject(
            url == null ? span : url.at,
            "",
            "expected url=https://host/path of a webtunnel bridge");
        return;
      }
      if (!"https".equalsIgnoreCase(uri.getScheme())) {
        account.skip(span, "webtunnel", "its website has no TLS, which is not spoken here");
        return;
      }
      String host = uri.getHost();
      int port = uri.getPort() < 0 ? 443 : uri.getPort();
      Argument name = arguments.get("servername");
      if (name != null && !name.value.isEmpty() && !name.value.equalsIgnoreCase(host)) {
        account.skip(
            span,
            "webtunnel",
            "it shows another server name than its website’s, which is not spoken here");
        return;
      }
      Argument other = arguments.get("addr");
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      String server = other != null ? other.value : host + ":" + port;
      Entry.Builder entry =
          Entry.of(span, "webtunnel", server)
              .set("path", Objects.requireNonNullElse(uri.getRawPath(), "") + query, url.at);
      if (other != null) {
        entry.set("sni", host, url.at);
      }
      account.found(identified(entry).build());
    }

    private static @Nullable URI uri(String text) {
      try {
        URI uri = new URI(text);
        return uri.getHost() == null || uri.getUserInfo() != null ? null : uri;
      } catch (URISyntaxException e) {
        return null;
      }
    }

    private Entry.Builder identified(Entry.Builder entry) {
      return fingerprint == null ? entry : entry.set("fingerprint", fingerprint, place);
    }
  }
}
