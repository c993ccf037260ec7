package org.vpnprobe.config.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * WireGuard's {@code .conf} (wg(8), wg-quick(8)) and AmneziaWG's, one endpoint for each peer that
 * has an address. A server that expects a disguise must never see a plain packet: a key that is not
 * known may be part of one, and keeps its peers from being imported.
 */
final class WireGuardConf implements ImportFormat {
  /** Keys of wg-quick that change nothing that a server sees. */
  private static final Set<String> LOCAL =
      Set.of(
          "listenport",
          "fwmark",
          "dns",
          "mtu",
          "table",
          "preup",
          "postup",
          "predown",
          "postdown",
          "saveconfig",
          "description");

  private static final Set<String> LOCAL_OF_PEER = Set.of("allowedips", "persistentkeepalive");

  /** AmneziaWG's, as far as the handshake speaks them; the same words in our settings. */
  private static final Set<String> DISGUISE =
      Set.of(
          "jc", "jmin", "jmax", "s1", "s2", "s3", "s4", "h1", "h2", "h3", "h4", "i1", "i2", "i3",
          "i4", "i5");

  /** AmneziaWG's that it does not speak: J1 to J3 and Itime of 1.5, those of 3.0 and later. */
  private static final Set<String> NOT_SPOKEN =
      Set.of("j1", "j2", "j3", "itime", "headerprotectionkey", "contentpaddingaddition");

  private static final Set<String> NUMBERS = Set.of("jc", "jmin", "jmax", "s1", "s2", "s3", "s4");
  private static final int LONGEST_LABEL = 40;

  @Override
  public String name() {
    return "wireguard";
  }

  @Override
  public String summary() {
    return "WireGuard or AmneziaWG .conf with [Interface] and [Peer]";
  }

  @Override
  public boolean recognizes(Source source) {
    return source.lines().stream()
        .map(line -> uncommented(line).toLowerCase(Locale.ROOT))
        .anyMatch(line -> line.equals("[interface]") || line.equals("[peer]"));
  }

  @Override
  public void read(Source source, Account account) {
    List<Section> sections = sections(source, account);
    @Nullable Section own = null;
    int peers = 0;
    for (Section section : sections) {
      if (section.isInterface) {
        if (own != null && peers == 0) {
          account.skip(own.span(), "[Interface]", "there is no [Peer] behind it");
        }
        own = section;
        peers = 0;
        account.cover(section.span());
      } else if (own == null) {
        peers++;
        account.reject(section.span(), "[Peer]", "expected [Interface] before it");
      } else {
        peers++;
        peer(source, own, section, sections.size() > 2, account);
      }
    }
    if (own != null && peers == 0) {
      account.skip(own.span(), "[Interface]", "there is no [Peer] behind it");
    }
  }

  /** A line of a section. */
  private record Setting(String key, String value, Span at) {}

  /** A section with its lines; the last of several lines with one key counts, as for wg. */
  private static final class Section {
    private final boolean isInterface;
    private final int first;
    private int last;
    private String label;
    private @Nullable Span broken;
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final List<String> addresses = new ArrayList<>();

    Section(boolean isInterface, int line, String label) {
      this.isInterface = isInterface;
      this.first = line;
      this.last = line;
      this.label = label;
    }

    Span span() {
      return Span.lines(first, last);
    }

    @Nullable String value(String key) {
      Setting setting = settings.get(key);
      return setting == null || setting.value.isEmpty() ? null : setting.value;
    }
  }

  private static List<Section> sections(Source source, Account account) {
    List<Section> sections = new ArrayList<>();
    @Nullable Section current = null;
    String remark = "";
    for (int number = 1; number <= source.lines().size(); number++) {
      String written = source.line(number);
      String line = uncommented(written);
      boolean peer = line.equalsIgnoreCase("[Peer]");
      if (peer || line.equalsIgnoreCase("[Interface]")) {
        current = new Section(!peer, number, remark);
        sections.add(current);
        account.cover(Span.line(number));
      } else if (line.isEmpty()) {
        account.cover(Span.line(number));
        remark = written.isBlank() ? "" : comment(written);
        if (current != null && current.settings.isEmpty() && !remark.isEmpty()) {
          current.label = remark;
        }
        continue;
      } else if (current != null) {
        setting(number, written, line, current, account);
      }
      remark = "";
    }
    return sections;
  }

  private static String comment(String line) {
    String text = line.strip().replaceFirst("^[#;]+\\s*(?i:(?:friendly_)?name\\s*[=:])?\\s*", "");
    return text.contains("=") || text.length() > LONGEST_LABEL ? "" : text;
  }

  private static String uncommented(String line) {
    int hash = line.indexOf('#');
    String bare = (hash < 0 ? line : line.substring(0, hash)).strip();
    return bare.startsWith(";") ? "" : bare;
  }

  private static void setting(
      int number, String written, String line, Section section, Account account) {
    int equals = line.indexOf('=');
    Span at = Span.at(number, written.indexOf(line) + 1);
    if (equals <= 0) {
      // What a mangled line meant nobody knows; it may have been part of a disguise.
      section.broken = at;
      account.reject(at, "", "expected key = value");
      return;
    }
    section.last = number;
    String key = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
    String value = line.substring(equals + 1).strip();
    section.settings.put(key, new Setting(line.substring(0, equals).strip(), value, at));
    if (key.equals("address")) {
      for (String each : value.split(",", -1)) {
        if (!each.isBlank()) {
          section.addresses.add(each.strip());
        }
      }
    }
  }

  private static void peer(
      Source source, Section own, Section peer, boolean several, Account account) {
    String endpoint = peer.value("endpoint");
    Span broken = own.broken != null ? own.broken : peer.broken;
    if (endpoint == null) {
      account.skip(peer.span(), what(peer), "it has no Endpoint: nobody can call it");
    } else if (broken != null) {
      account.reject(
          peer.span(),
          what(peer),
          "line " + broken.first() + " may change what its server expects");
    } else if (!unknown(own, Set.of("privatekey", "address"), LOCAL, peer, account)
        && !unknown(
            peer, Set.of("publickey", "presharedkey", "endpoint"), LOCAL_OF_PEER, peer, account)) {
      found(source, own, peer, endpoint, several, account);
    }
  }

  /** True after a key was found that is not known, and its peer refused. */
  private static boolean unknown(
      Section section, Set<String> read, Set<String> local, Section peer, Account account) {
    for (Map.Entry<String, Setting> entry : section.settings.entrySet()) {
      String key = entry.getKey();
      if (read.contains(key) || local.contains(key)) {
        continue;
      }
      Setting setting = entry.getValue();
      if (NOT_SPOKEN.contains(key)) {
        account.skip(
            peer.span(),
            what(peer),
            setting.key
                + " (line "
                + setting.at.first()
                + ") is a disguise of AmneziaWG that cannot be worn here, and without it its server"
                + " would see a plain packet");
        return true;
      }
      boolean amneziaSwitch = key.equals("advancedsecurity") && !section.isInterface;
      if (!amneziaSwitch && !(DISGUISE.contains(key) && section.isInterface)) {
        account.reject(
            peer.span(),
            shownKey(setting.key),
            "line "
                + setting.at.first()
                + ": unknown key; it may be a disguise that the server expects, so nothing plain is"
                + " sent there");
        return true;
      }
    }
    return false;
  }

  private static void found(
      Source source, Section own, Section peer, String endpoint, boolean several, Account account) {
    boolean disguised = DISGUISE.stream().anyMatch(key -> own.value(key) != null);
    if (!disguised && "on".equalsIgnoreCase(peer.value("advancedsecurity"))) {
      account.reject(
          peer.span(),
          what(peer),
          "AdvancedSecurity is on; expected its keys (S1, H1, …) in [Interface]");
      return;
    }
    Entry.Builder entry =
        Entry.of(peer.span(), disguised ? "amneziawg" : "wireguard", endpoint)
            .label(label(source, peer, endpoint, several));
    if (!endpoint.matches(".*:\\d{1,5}")) {
      account.cover(peer.span());
      account.reject(
          Objects.requireNonNull(peer.settings.get("endpoint")).at,
          "Endpoint",
          "expected host:port, [ipv6]:port");
      return;
    }
    set(entry, "private_key", own, "privatekey");
    set(entry, "public_key", peer, "publickey");
    set(entry, "preshared_key", peer, "presharedkey");
    Setting address = own.settings.get("address");
    if (address != null && !own.addresses.isEmpty()) {
      entry.set("tunnel_address", List.copyOf(own.addresses), address.at);
    }
    for (String key : own.settings.keySet()) {
      if (DISGUISE.contains(key)) {
        set(entry, key, own, key);
      }
    }
    if (own.value("privatekey") == null) {
      entry.note("without PrivateKey its server answers nobody, and nothing can be judged");
    }
    account.found(entry.build());
  }

  private static void set(Entry.Builder entry, String setting, Section section, String key) {
    String value = section.value(key);
    if (value != null) {
      boolean number = NUMBERS.contains(key) && value.matches("\\d{1,9}");
      entry.set(
          setting,
          number ? (Object) Integer.valueOf(value) : value,
          Objects.requireNonNull(section.settings.get(key)).at);
    }
  }

  private static String label(Source source, Section peer, String endpoint, boolean several) {
    if (!peer.label.isEmpty()) {
      return peer.label;
    }
    return several ? source.label() + " " + endpoint : source.label();
  }

  private static String what(Section peer) {
    return peer.label.isEmpty() ? "[Peer]" : peer.label;
  }

  /** No more of it than looks like a key: what lost its line break may hold a value. */
  private static String shownKey(String key) {
    return key.matches("[A-Za-z0-9_-]{1,30}") ? key : "…";
  }
}
