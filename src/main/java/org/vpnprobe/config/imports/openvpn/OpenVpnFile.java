package org.vpnprobe.config.imports.openvpn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Entry;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;

/**
 * OpenVPN's client file: an endpoint for every {@code remote} and every {@code <connection>}. What
 * would change the handshake and is not spoken keeps them from being imported; what else is not
 * read is listed.
 */
public final class OpenVpnFile implements ImportFormat {
  private static final String DEFAULT_PORT = "1194";

  /** Of one file; the largest providers list some hundred. */
  private static final int MOST_REMOTES = 1_000;

  /** What each connection has of its own. */
  private static final List<String> OWN = List.of("remote", "connection");

  private static final List<String> NOT_SPOKEN =
      Stream.concat(Stream.of("mode"), KnownDirectives.NOT_SPOKEN.keySet().stream()).toList();

  private static final List<String> DIRECTION = List.of("key-direction");

  private static final Set<String> SIGNS =
      Set.of("client", "remote", "tls-client", "dev", "proto", "auth-user-pass", "resolv-retry");

  @Override
  public String name() {
    return "openvpn";
  }

  @Override
  public String summary() {
    return "OpenVPN client file (.ovpn) with “remote” or <connection>";
  }

  @Override
  public boolean recognizes(Source source) {
    long signs =
        source.lines().stream()
            .limit(2000)
            .map(line -> Directive.words(line.strip()).orElse(List.of()))
            .filter(words -> !words.isEmpty())
            .map(List::getFirst)
            .map(word -> word.equals("<connection>") ? "remote" : word)
            .filter(SIGNS::contains)
            .distinct()
            .count();
    return signs >= 2;
  }

  @Override
  public void read(Source source, Account account) {
    Directives file = Directives.of(source, account);
    List<Directive> blocks = file.all("connection");
    List<Directive> remotes = file.all("remote");
    Directives common = file.without(OWN);
    Directives keyless = common.without(ClientSettings.STATIC_KEYS).without(DIRECTION);
    Origin origin = new Origin(source, remotes.size() + blocks.size() > 1);
    for (Directive remote : most(remotes, account)) {
      if (blocks.isEmpty()) {
        profile(origin, remote, common, account);
      } else {
        account.skip(remote.span(), host(remote), "the file’s <connection> blocks take its place");
      }
    }
    for (Directive block : most(blocks, account)) {
      Directives own = Directives.of(block, account);
      Directive remote = own.last("remote");
      if (remote == null) {
        account.reject(block.span(), "<connection>", "expected a “remote” in it");
      } else {
        Directive whole = new Directive("remote", remote.arguments(), null, block.span());
        own = own.without(OWN);
        // A static key of its own goes with its own direction, and none of the file's counts beside
        // it; without one, the file's direction does (options.c, options_postprocess_mutate_ce).
        boolean keyed = own.last(ClientSettings.STATIC_KEYS) != null;
        profile(
            origin,
            whole,
            keyed ? keyless.under(own) : common.under(own.without(DIRECTION)),
            account);
      }
    }
    if (file.last(OWN) == null) {
      none(source, file, account);
    }
  }

  private static List<Directive> most(List<Directive> servers, Account account) {
    if (servers.size() <= MOST_REMOTES) {
      return servers;
    }
    account.reject(
        servers.get(MOST_REMOTES).span(),
        "",
        "more than " + MOST_REMOTES + " servers; from here on they are not read");
    return servers.subList(0, MOST_REMOTES);
  }

  private static void none(Source source, Directives file, Account account) {
    Directive server = file.last(List.of("server", "server-bridge", "tls-server", "mode"));
    if (server != null) {
      account.skip(source.whole(), server.name(), "this is the configuration of a server");
    } else {
      account.reject(source.whole(), "", "there is no “remote” in it; expected “remote host port”");
    }
  }

  private static void profile(
      Origin origin, Directive remote, Directives directives, Account account) {
    String shown = host(remote);
    for (Directive directive : directives.all(NOT_SPOKEN)) {
      String why = why(directive);
      if (why != null) {
        account.skip(
            remote.span(),
            shown,
            directive.name() + " (line " + directive.span().first() + "): " + why);
        return;
      }
    }
    String proto = proto(remote, directives);
    String transport = transport(proto);
    if (transport == null) {
      account.reject(remote.span(), shown, "expected udp or tcp as its protocol");
      return;
    }
    Directive forced = directives.last("proto-force");
    String only = forced == null ? null : forced.argument(0);
    if (only != null && !Objects.equals(transport(only), transport)) {
      account.skip(remote.span(), shown, "proto-force leaves only " + only);
      return;
    }
    String address = address(remote, directives);
    if (address == null) {
      account.reject(remote.span(), "remote", "expected “remote host [port] [udp|tcp]”");
      return;
    }
    Entry.Builder entry =
        Entry.of(remote.span(), "openvpn", address).label(label(origin, remote, directives, proto));
    entry.set("transport", transport);
    if (proto.contains("6") && literal(address) == null) {
      entry.set("family", "ip6");
    }
    try {
      new ClientSettings(origin, directives).into(entry);
      Span broken = directives.broken();
      if (broken == null) {
        account.found(entry.build());
      } else {
        account.reject(
            remote.span(), shown, "line " + broken.first() + " may change what its server expects");
      }
    } catch (ClientSettings.Unusable e) {
      account.cover(remote.span());
      account.reject(
          e.directive().span(), e.directive().name(), e.getMessage() + " (for " + shown + ")");
    }
  }

  private static @Nullable String why(Directive directive) {
    if (directive.name().equals("mode") && "server".equals(directive.argument(0))) {
      return KnownDirectives.NOT_SPOKEN.get("server");
    }
    if (directive.name().endsWith("-proxy") && "none".equals(directive.argument(0))) {
      return null;
    }
    Map<String, String> known = KnownDirectives.NOT_SPOKEN;
    return known.get(directive.name());
  }

  private static String proto(Directive remote, Directives directives) {
    String own = remote.argument(2);
    Directive common = directives.last("proto");
    String said = common == null ? null : common.argument(0);
    return Objects.requireNonNullElse(own != null ? own : said, "udp");
  }

  /** Null when it is neither. */
  private static @Nullable String transport(String proto) {
    return switch (proto) {
      case "udp", "udp4", "udp6" -> "udp";
      case "tcp", "tcp4", "tcp6", "tcp-client", "tcp4-client", "tcp6-client" -> "tcp";
      default -> null;
    };
  }

  /** Null when it is none. */
  private static @Nullable String address(Directive remote, Directives directives) {
    String host = remote.argument(0);
    String own = remote.argument(1);
    Directive common = directives.last(List.of("port", "rport"));
    String said = common == null ? null : common.argument(0);
    String port = Objects.requireNonNullElse(own != null ? own : said, DEFAULT_PORT);
    if (host == null || !port.matches("\\d{1,5}")) {
      return null;
    }
    try {
      return new HostPort(host, Integer.parseInt(port)).toString();
    } catch (InvalidSetting e) {
      return null;
    }
  }

  private static @Nullable String literal(String address) {
    String host = HostPort.of(address).host();
    return host.contains(":") || host.matches("[0-9.]+") ? host : null;
  }

  private static String host(Directive remote) {
    return Objects.requireNonNullElse(remote.argument(0), "remote");
  }

  private static String label(
      Origin origin, Directive remote, Directives directives, String proto) {
    String name = origin.source().label();
    for (Directive directive : directives.all("setenv")) {
      if ("FRIENDLY_NAME".equals(directive.argument(0)) && directive.argument(1) != null) {
        name = Objects.requireNonNull(directive.argument(1));
      }
    }
    List<String> parts = new ArrayList<>(List.of(name));
    if (origin.several()) {
      parts.add(host(remote));
      parts.add(Objects.requireNonNullElse(remote.argument(1), ""));
      parts.add(proto.startsWith("tcp") ? "tcp" : "");
    }
    return String.join(" ", parts).strip();
  }
}
