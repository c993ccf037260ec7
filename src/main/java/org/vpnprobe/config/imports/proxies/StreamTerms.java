package org.vpnprobe.config.imports.proxies;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Entry;

/** What VLESS and VMess are carried in: the transports of v2ray, Xray and sing-box. */
final class StreamTerms {
  private StreamTerms() {}

  /** The settings of transport and TLS. */
  static void set(Entry.Builder entry, Proxy proxy) throws NotImported {
    String network = network(proxy);
    Part host = proxy.part("host");
    switch (network) {
      case "tcp" -> {
        String header = proxy.text("headerType");
        if (header != null && !header.equals("none")) {
          throw NotImported.unspoken("TCP that looks like HTTP is not spoken here");
        }
        proxy.ignore("path", "serviceName", "mode", "authority");
      }
      case "grpc" -> {
        entry.set("network", network);
        Terms.set(entry, "service_name", proxy.first("serviceName", "path"));
        Part authority = proxy.part("authority");
        Terms.set(entry, "host", authority == null ? host : authority);
        proxy.ignore("mode", "headerType");
      }
      default -> {
        entry.set("network", network);
        Terms.set(entry, "path", path(proxy.part("path")));
        Terms.set(entry, "host", host);
        proxy.ignore("headerType", "ed", "eh", "serviceName", "mode", "authority");
      }
    }
    if (TlsTerms.security(proxy, false)) {
      entry.set("tls", true);
      TlsTerms.set(entry, proxy);
      // Whatever is named, clients say http/1.1 for what goes over HTTP/1.1, and h2 for gRPC.
      if (network.equals("tcp")) {
        Part place = proxy.part("alpn");
        if (place != null) {
          entry.set("alpn", TlsTerms.alpn(proxy), place.at());
        }
      }
      if (host != null && proxy.first("sni", "peer") == null && hostIsName(proxy, network)) {
        Terms.set(entry, "sni", name(host));
      }
    }
    proxy.ignore(
        "alpn",
        "sni",
        "peer",
        "fp",
        "allowInsecure",
        "insecure",
        "packetEncoding",
        "spx",
        "sid",
        "pqv",
        "mux",
        "udp",
        "tfo");
  }

  private static String network(Proxy proxy) throws NotImported {
    Part type = proxy.first("type", "net");
    String word = type == null ? "tcp" : type.text().toLowerCase(Locale.ROOT);
    return switch (word) {
      case "tcp", "raw" -> "tcp";
      case "ws", "websocket" -> "ws";
      case "httpupgrade" -> "httpupgrade";
      case "grpc", "gun" -> "grpc";
      case "kcp", "mkcp" -> throw NotImported.unspoken("the transport mKCP is not spoken here");
      case "quic" -> throw NotImported.unspoken("the transport QUIC is not spoken here");
      case "http", "h2" -> throw NotImported.unspoken("the transport HTTP/2 is not spoken here");
      case "xhttp", "splithttp" ->
          throw NotImported.unspoken("the transport XHTTP is not spoken here");
      case "meek", "hysteria", "hysteria2", "domainsocket", "ds" ->
          throw NotImported.unspoken("the transport " + word + " is not spoken here");
      default ->
          throw NotImported.malformed(
              type == null ? proxy.span() : type.at(),
              Terms.word(word),
              "expected a transport: tcp, ws, httpupgrade or grpc");
    };
  }

  /** Begins with a slash; how much data may come early ({@code ?ed=}) is for the client to say. */
  static @Nullable Part path(@Nullable Part path) {
    if (path == null) {
      return null;
    }
    String text =
        path.text().replaceFirst("\\?ed=\\d{1,5}$", "").replaceFirst("([?&])ed=\\d{1,5}&", "$1");
    String early = text.replaceFirst("&ed=\\d{1,5}(?=&|$)", "");
    return new Part(early.startsWith("/") ? early : "/" + early, path.at());
  }

  /** Nothing else can be the server name when the address is a number. */
  private static boolean hostIsName(Proxy proxy, String network) throws NotImported {
    return !network.equals("tcp")
        && (proxy.yes(Proxy.SNI_FROM_HOST) || Server.isLiteral(Server.host(proxy.host())));
  }

  private static Part name(Part host) {
    return new Part(host.text().replaceFirst(":\\d{1,5}$", ""), host.at());
  }
}
