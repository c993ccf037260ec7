package org.vpnprobe.config.imports.proxies;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Yaml;

/** {@code streamSettings} of Xray and V2Ray in the terms of share links. */
final class XrayStream {
  private static final Set<String> OF_STREAM =
      Set.of(
          "network",
          "security",
          "tlsSettings",
          "xtlsSettings",
          "realitySettings",
          "tcpSettings",
          "rawSettings",
          "wsSettings",
          "httpupgradeSettings",
          "grpcSettings",
          "gunSettings",
          "kcpSettings",
          "httpSettings",
          "quicSettings",
          "xhttpSettings",
          "splithttpSettings",
          "sockopt",
          "hysteriaSettings",
          "address",
          "port",
          "method");

  private static final Set<String> OF_TLS =
      Set.of(
          "serverName",
          "allowInsecure",
          "alpn",
          "fingerprint",
          "pinnedPeerCertSha256",
          "verifyPeerCertByName",
          "minVersion",
          "maxVersion",
          "cipherSuites",
          "enableSessionResumption",
          "echConfigList",
          "disableSystemRoot",
          "show",
          "curvePreferences",
          "certificates");

  private XrayStream() {}

  static void terms(Yaml.Mapping outbound, Proxy proxy) throws NotImported {
    Yaml.Mapping stream = XrayJson.orEmpty(outbound, "streamSettings");
    if (Nodes.text(stream, "transport") != null) {
      throw NotImported.unspoken("the form of V2Ray’s version 5 is not read");
    }
    if (Nodes.text(XrayJson.orEmpty(stream, "sockopt"), "dialerProxy") != null) {
      throw NotImported.unspoken("it is reached through another outbound (dialerProxy)");
    }
    if (stream.get("finalmask") != null) {
      throw NotImported.unspoken("its masks (finalmask) are not spoken here");
    }
    Nodes.unknown(stream, OF_STREAM, proxy);
    Part security = Nodes.part(stream, "security");
    proxy.put("security", security == null ? new Part("none", proxy.span()) : security);
    tls(XrayJson.orEmpty(stream, "tlsSettings"), proxy);
    if (proxy.kind().equals("hysteria2")) {
      Yaml.Mapping hysteria = XrayJson.orEmpty(stream, "hysteriaSettings");
      proxy.put("password", Nodes.part(hysteria, "auth"));
      proxy.put("ports", Nodes.part(XrayJson.orEmpty(hysteria, "udphop"), "port"));
    } else {
      transport(stream, proxy);
    }
  }

  private static void tls(Yaml.Mapping tls, Proxy proxy) throws NotImported {
    proxy.put("sni", Nodes.part(tls, "serverName"));
    proxy.put("insecure", Nodes.part(tls, "allowInsecure"));
    proxy.put("alpn", Nodes.part(tls, "alpn"));
    proxy.put("ech", Nodes.part(tls, "echConfigList"));
    proxy.put("vcn", Nodes.part(tls, "verifyPeerCertByName"));
    proxy.put("pcs", Nodes.part(tls, "pinnedPeerCertSha256"));
    if (tls.get("certificates") instanceof Yaml.Items list) {
      for (Yaml item : list.items()) {
        if (item instanceof Yaml.Mapping certificate) {
          if (!"verify".equals(Nodes.text(certificate, "usage"))) {
            throw NotImported.unspoken("a client certificate is not spoken here");
          }
          Part ca = Nodes.lines(certificate, "certificate");
          if (ca == null) {
            proxy.unknown("certificateFile");
          }
          proxy.put("ca", ca);
        }
      }
    }
    Nodes.unknown(tls, OF_TLS, proxy);
  }

  private static void transport(Yaml.Mapping stream, Proxy proxy) {
    Part network = Nodes.first(stream, "network", "method");
    proxy.put("type", network);
    switch (network == null ? "tcp" : network.text()) {
      case "ws", "websocket" -> pathAndHost(XrayJson.orEmpty(stream, "wsSettings"), proxy);
      case "httpupgrade" -> pathAndHost(XrayJson.orEmpty(stream, "httpupgradeSettings"), proxy);
      case "grpc", "gun" -> {
        Yaml.Mapping grpc = XrayJson.orEmpty(stream, "grpcSettings");
        proxy.put("serviceName", Nodes.part(grpc, "serviceName"));
        proxy.put("authority", Nodes.part(grpc, "authority"));
      }
      default -> {
        Yaml.Mapping raw =
            XrayJson.orEmpty(
                stream, stream.get("rawSettings") == null ? "tcpSettings" : "rawSettings");
        proxy.put("headerType", header(raw));
      }
    }
  }

  private static @Nullable Part header(Yaml.Mapping raw) {
    return Nodes.part(XrayJson.orEmpty(raw, "header"), "type");
  }

  private static void pathAndHost(Yaml.Mapping settings, Proxy proxy) {
    proxy.put("path", Nodes.part(settings, "path"));
    Part host = Nodes.part(settings, "host");
    proxy.put(
        "host", host == null ? Nodes.header(Nodes.mapping(settings, "headers"), "Host") : host);
  }
}
