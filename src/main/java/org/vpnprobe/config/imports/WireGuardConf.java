package org.vpnprobe.config.imports;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.WireGuardSection.Setting;

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
        .map(line -> WireGuardSection.uncommented(line).toLowerCase(Locale.ROOT))
        .anyMatch(line -> line.equals("[interface]") || line.equals("[peer]"));
  }

  @Override
  public void read(Source source, Account account) {
    List<WireGuardSection> sections = WireGuardSection.all(source, account);
    @Nullable WireGuardSection own = null;
    int peers = 0;
    for (WireGuardSection section : sections) {
      if (section.isInterface()) {
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

  private static void peer(
      Source source,
      WireGuardSection own,
      WireGuardSection peer,
      boolean several,
      Account account) {
    String endpoint = peer.value("endpoint");
    Span broken = own.broken() != null ? own.broken() : peer.broken();
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
      WireGuardSection section,
      Set<String> read,
      Set<String> local,
      WireGuardSection peer,
      Account account) {
    for (Map.Entry<String, Setting> entry : section.settings().entrySet()) {
      String key = entry.getKey();
      if (read.contains(key) || local.contains(key)) {
        continue;
      }
      Setting setting = entry.getValue();
      if (NOT_SPOKEN.contains(key)) {
        account.skip(
            peer.span(),
            what(peer),
            setting.key()
                + " (line "
                + setting.at().first()
                + ") is a disguise of AmneziaWG that cannot be worn here, and without it its server"
                + " would see a plain packet");
        return true;
      }
      boolean amneziaSwitch = key.equals("advancedsecurity") && !section.isInterface();
      if (!amneziaSwitch && !(DISGUISE.contains(key) && section.isInterface())) {
        account.reject(
            peer.span(),
            shownKey(setting.key()),
            "line "
                + setting.at().first()
                + ": unknown key; it may be a disguise that the server expects, so nothing plain is"
                + " sent there");
        return true;
      }
    }
    return false;
  }

  /**
   * A key of a disguise without its value, null when there is none: nothing plain is sent there.
   * Packets that come first (I1 to I5) are left empty by AmneziaVPN where there are none.
   */
  private static @Nullable Setting empty(WireGuardSection own, boolean disguised) {
    return own.settings().entrySet().stream()
        .filter(entry -> DISGUISE.contains(entry.getKey()))
        .filter(entry -> own.value(entry.getKey()) == null)
        .filter(entry -> !disguised || !entry.getKey().startsWith("i"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static void found(
      Source source,
      WireGuardSection own,
      WireGuardSection peer,
      String endpoint,
      boolean several,
      Account account) {
    boolean disguised = DISGUISE.stream().anyMatch(key -> own.value(key) != null);
    Setting empty = empty(own, disguised);
    if (empty != null) {
      account.reject(
          peer.span(),
          empty.key(),
          "line " + empty.at().first() + ": expected a value; its server may expect the disguise");
      return;
    }
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
      account.reject(peer.at("endpoint"), "Endpoint", "expected host:port, [ipv6]:port");
      return;
    }
    set(entry, "private_key", own, "privatekey");
    set(entry, "public_key", peer, "publickey");
    set(entry, "preshared_key", peer, "presharedkey");
    Setting address = own.settings().get("address");
    if (address != null && !own.addresses().isEmpty()) {
      entry.set("tunnel_address", own.addresses(), address.at());
    }
    for (String key : own.settings().keySet()) {
      if (DISGUISE.contains(key)) {
        set(entry, key, own, key);
      }
    }
    if (own.value("privatekey") == null) {
      entry.note("without PrivateKey its server answers nobody, and nothing can be judged");
    }
    account.found(entry.build());
  }

  private static void set(
      Entry.Builder entry, String setting, WireGuardSection section, String key) {
    String value = section.value(key);
    if (value != null) {
      boolean number = NUMBERS.contains(key) && value.matches("\\d{1,9}");
      entry.set(setting, number ? (Object) Integer.valueOf(value) : value, section.at(key));
    }
  }

  private static String label(
      Source source, WireGuardSection peer, String endpoint, boolean several) {
    if (!peer.label().isEmpty()) {
      return peer.label();
    }
    return several ? source.label() + " " + endpoint : source.label();
  }

  private static String what(WireGuardSection peer) {
    return peer.label().isEmpty() ? "[Peer]" : peer.label();
  }

  /** No more of it than looks like a key: what lost its line break may hold a value. */
  private static String shownKey(String key) {
    return key.matches("[A-Za-z0-9_-]{1,30}") ? key : "…";
  }
}
