package org.vpnprobe.config.imports;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Yaml;

/**
 * Amnezia's {@code vpn://}: base64url of Qt's zlib of JSON with one container for each protocol,
 * each with the text of its client's configuration inside. Also the JSON alone ({@code .vpn}).
 */
final class AmneziaLink implements ImportFormat {
  private static final String SCHEME = "vpn://";
  private static final String EXPECTED =
      "expected vpn:// and base64 of what Amnezia packs (zlib behind four bytes of length)";

  /** Containers whose last_config holds the text of a file that another format reads. */
  private static final Set<String> WIREGUARD = Set.of("awg", "awg2", "wireguard");

  @Override
  public String name() {
    return "amnezia";
  }

  @Override
  public String summary() {
    return "Amnezia’s vpn:// links, one a line, or the JSON in them";
  }

  @Override
  public boolean recognizes(Source source) {
    String first =
        source.lines().stream().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
    return first.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        || (first.startsWith("{")
            && source.text().orElse("").contains("\"containers\"")
            && source.text().orElse("").contains("amnezia-"));
  }

  @Override
  public void read(Source source, Account account) {
    if (source.text().orElse("").stripLeading().startsWith("{")) {
      json(source, account);
      return;
    }
    for (int number = 1; number <= source.lines().size(); number++) {
      String line = source.line(number).strip();
      if (!line.isEmpty()) {
        link(Span.line(number), line, account);
      }
    }
  }

  private static void link(Span span, String line, Account account) {
    if (!line.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      account.reject(span, "", EXPECTED);
      return;
    }
    Optional<String> json = unpacked(line.substring(SCHEME.length()));
    if (json.isEmpty()) {
      account.reject(span, "vpn://…", EXPECTED);
      return;
    }
    nested(account, span, json.get(), new AmneziaLink());
  }

  private static Optional<String> unpacked(String text) {
    return Packed.base64(text)
        .flatMap(bytes ->
            bytes.length > 0 && bytes[0] == '{' ? Optional.of(bytes) : Packed.qtInflated(bytes))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .filter(json -> json.stripLeading().startsWith("{"));
  }

  private static void nested(Account account, Span span, String text, ImportFormat format) {
    try {
      account.nested(span, Source.of("vpn://…", text), format);
    } catch (Unreadable e) {
      account.reject(span, "vpn://…", String.valueOf(e.getMessage()));
    }
  }

  private void json(Source source, Account account) {
    account.cover(source.whole());
    Yaml tree = Trees.json(source, account).orElse(null);
    if (tree instanceof Yaml.Mapping root && root.get("containers") instanceof Yaml.Items items) {
      String label = Trees.text(root, "description");
      account.each(
          items, "expected a container with its name", item -> container(item, label, account));
      if (items.items().isEmpty()) {
        account.skip(
            Trees.place(root), "", "it has no containers: the link is for the server itself");
      }
    } else if (tree instanceof Yaml.Mapping root
        && (root.get("api_endpoint") != null || root.get("api_config") != null)) {
      account.skip(
          Trees.place(root), "", "it names a service that Amnezia asks for the configuration");
    } else if (tree != null) {
      account.reject(Trees.place(tree), "", "expected “containers” with a list");
    }
  }

  private static void container(Yaml item, @Nullable String label, Account account) {
    if (!(item instanceof Yaml.Mapping container)) {
      return;
    }
    Span place = Trees.place(item);
    String name = Trees.text(container, "container");
    if (name == null) {
      return;
    }
    String kind = name.startsWith("amnezia-") ? name.substring("amnezia-".length()) : name;
    String shown = kind.matches("[a-z0-9-]{1,30}") ? kind : "…";
    if (kind.equals("openvpn-cloak") || kind.equals("shadowsocks")) {
      account.skip(
          place, shown, "it wraps OpenVPN into another protocol, which cannot be spoken here");
      return;
    }
    Yaml settings = container.get(kind);
    if (settings == null && kind.equals("awg2")) {
      settings = container.get("awg");
    }
    String config = settings instanceof Yaml.Mapping map ? Trees.text(map, "last_config") : null;
    ImportFormat format = format(kind);
    if (format == null) {
      account.skip(place, shown, "this container is not read");
    } else if (config == null) {
      account.skip(
          place, shown, "it holds no client’s configuration; expected a link made by “share”");
    } else {
      client(place, config, label, format, account);
    }
  }

  private static @Nullable ImportFormat format(String kind) {
    if (WIREGUARD.contains(kind)) {
      return new WireGuardConf();
    }
    return ImportFormats.named(kind).orElse(null);
  }

  /** JSON again, with the text of the configuration in it; Xray's is the configuration itself. */
  private static void client(
      Span place, String config, @Nullable String label, ImportFormat format, Account account) {
    String inner = config;
    try {
      if (config.stripLeading().startsWith("{")) {
        Yaml tree = Trees.json(Source.of("vpn://…", config));
        String text = tree instanceof Yaml.Mapping map ? Trees.text(map, "config") : null;
        inner = text == null ? config : text;
      }
      String name = label == null ? "" : label;
      account.nested(place, Source.packed("vpn://…", name, inner, null), format);
    } catch (InvalidFile e) {
      account.reject(place, "last_config", e.problems().getFirst().message());
    } catch (Unreadable e) {
      account.reject(place, "last_config", String.valueOf(e.getMessage()));
    }
  }
}
