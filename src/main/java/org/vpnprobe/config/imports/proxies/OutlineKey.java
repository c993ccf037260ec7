package org.vpnprobe.config.imports.proxies;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.Trees;

/**
 * What Outline's {@code ssconf://} leads to: YAML with a {@code transport}, in which streams and
 * datagrams may go to different servers with different prefixes, or an {@code error}. Its older
 * forms are a link and the JSON of a Shadowsocks server.
 */
public final class OutlineKey implements ImportFormat {
  private static final Pattern SIGN =
      Pattern.compile("(?m)^[ \\t]*[{\"']{0,2}(?:transport|error)[\"']?[ \\t]*:");

  /** Strategies within strategies: no key has as many. */
  private static final int DEEPEST = 6;

  @Override
  public String name() {
    return "outline";
  }

  @Override
  public String summary() {
    return "Outline’s access key in YAML or JSON with a transport (what ssconf:// leads to)";
  }

  @Override
  public boolean recognizes(Source source) {
    String text = source.text().orElse("");
    return SIGN.matcher(text).find()
        && (text.contains("$type")
            || text.contains("transport: ss://")
            || text.contains("\"error\"")
            || text.stripLeading().startsWith("error:"));
  }

  @Override
  public void read(Source source, Account account) {
    Trees.yaml(source, account)
        .ifPresent(tree -> {
          account.cover(source.whole());
          new Reading(new ProxyAccount(account), source.label()).top(tree);
        });
  }

  /** One key. */
  private record Reading(ProxyAccount proxies, String label) {
    private void top(Yaml tree) {
      Account account = proxies.account();
      if (!(tree instanceof Yaml.Mapping key)) {
        account.reject(Trees.place(tree), "", "expected transport: or error:");
        return;
      }
      if (key.get("error") != null) {
        Yaml.Mapping error = Nodes.mapping(key, "error");
        String message = error == null ? null : Nodes.text(error, "message");
        account.skip(
            Trees.place(key),
            "error",
            "its provider says: " + (message == null ? "nothing more" : message));
        return;
      }
      Yaml transport = key.get("transport");
      if (transport instanceof Yaml.Scalar link && link.text().startsWith("ss://")) {
        link(link);
      } else if (transport == null) {
        Sip008.servers(key, label, proxies);
      } else {
        both(transport);
      }
    }

    private void link(Yaml.Scalar link) {
      Span at = Trees.place(link);
      try {
        proxies.account().nested(at, Source.of("ss://…", link.text()), new ShareLinks());
      } catch (Unreadable e) {
        proxies.account().reject(at, "", String.valueOf(e.getMessage()));
      }
    }

    private void both(Yaml transport) {
      if (transport instanceof Yaml.Mapping mapping
          && "tcpudp".equals(Nodes.text(mapping, "$type"))) {
        Yaml tcp = mapping.get("tcp");
        Yaml udp = mapping.get("udp");
        if (tcp != null) {
          dialer(tcp, null, 0);
        }
        if (udp != null) {
          dialer(udp, "udp", 0);
        }
        if (tcp == null && udp == null) {
          proxies.account().reject(Trees.place(mapping), "", "expected tcp: and udp:");
        }
      } else {
        dialer(transport, null, 0);
      }
    }

    /**
     * What a stream or a datagram goes through.
     *
     * @param network udp for datagrams
     */
    private void dialer(Yaml node, @Nullable String network, int depth) {
      Account account = proxies.account();
      Span at = Trees.place(node);
      if (!(node instanceof Yaml.Mapping mapping)) {
        account.reject(at, "", "expected $type: shadowsocks with its endpoint, cipher and secret");
        return;
      }
      String type = Nodes.text(mapping, "$type");
      switch (type == null ? "shadowsocks" : type) {
        case "shadowsocks" -> shadowsocks(mapping, network);
        case "first-supported" -> {
          if (mapping.get("options") instanceof Yaml.Items options && depth < DEEPEST) {
            account.each(
                options, "expected a strategy", option -> dialer(option, network, depth + 1));
          } else {
            account.reject(at, "", "expected options:");
          }
        }
        case "block", "direct", "iptable", "basic-access" ->
            account.skip(at, Terms.word(type == null ? "" : type), "no server stands in it");
        default ->
            account.skip(at, named(), Terms.word(type == null ? "" : type) + " is not spoken here");
      }
    }

    private String named() {
      return label.isEmpty() ? "transport" : label;
    }

    private void shadowsocks(Yaml.Mapping mapping, @Nullable String network) {
      Span at = Trees.place(mapping);
      Part address = Nodes.first(mapping, "endpoint", "address");
      if (address == null) {
        Yaml.Mapping dial = Nodes.mapping(mapping, "endpoint");
        String kind = dial == null ? null : Nodes.text(dial, "$type");
        address = dial == null || dial.get("dialer") != null ? null : Nodes.part(dial, "address");
        if (dial != null && address == null) {
          proxies
              .account()
              .skip(
                  at,
                  named(),
                  "dial".equals(kind) || kind == null
                      ? "it is reached through another server"
                      : "Shadowsocks over " + Terms.word(kind) + " is not spoken here");
          return;
        }
      }
      try {
        Proxy proxy = new Proxy("ss", at).label(label);
        if (address != null) {
          Link place = Link.of(new Part("ss://x@" + address.text(), address.at()));
          Part port = place.port();
          proxy.server(
              new Part(place.host().text(), address.at()),
              port == null ? null : new Part(port.text(), address.at()));
        }
        proxy.put("method", Nodes.first(mapping, "cipher", "method"));
        proxy.put("password", Nodes.first(mapping, "secret", "password"));
        proxy.put("prefix", Nodes.part(mapping, "prefix"));
        if (network != null) {
          proxy.put("network", network);
        }
        proxies.found(proxy);
      } catch (NotImported e) {
        proxies.refused(e, at, named());
      }
    }
  }
}
