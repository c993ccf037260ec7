package org.vpnprobe.config.imports.proxies;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Entry;

/**
 * WireGuard as proxy clients have it. A server that expects a disguise must never see a plain
 * packet: one that we cannot wear keeps it from being imported.
 */
final class WireGuardTerms implements Terms {
  private static final int PORT = 51820;

  private static final List<String> NUMBERS = List.of("jc", "jmin", "jmax", "s1", "s2", "s3", "s4");

  private static final List<String> TEXTS =
      List.of("h1", "h2", "h3", "h4", "i1", "i2", "i3", "i4", "i5");

  /** AmneziaWG's that our handshake does not have, and Hiddify's noise. */
  private static final String[] UNWORN = {
    "j1",
    "j2",
    "j3",
    "itime",
    "wnoise",
    "wnoisecount",
    "wnoisedelay",
    "wpayloadsize",
    "ifp",
    "ifps",
    "ifpd",
    "ifpm"
  };

  @Override
  public Entry.Builder entry(Proxy proxy) throws NotImported {
    String reserved = proxy.text("reserved");
    // Three zeros, as numbers or as base64, are what plain WireGuard sends.
    if (reserved != null && !reserved.replaceAll("[\\s\\[\\]]", "").matches("[0,]*|AAAA")) {
      throw NotImported.unspoken("reserved bytes in its packets (WARP) are not spoken here");
    }
    for (String name : UNWORN) {
      String disguise = proxy.text(name);
      if (disguise == null ? proxy.has(name) : !disguise.equals("0")) {
        throw NotImported.unspoken("its disguise cannot be worn here");
      }
    }
    boolean disguised = worn(proxy);
    Entry.Builder entry =
        Entry.of(proxy.span(), disguised ? "amneziawg" : "wireguard", proxy.address(PORT));
    Terms.set(entry, "private_key", key(proxy.first("privatekey", "private_key", "privateKey")));
    Terms.set(
        entry,
        "public_key",
        key(
            proxy.need(
                "public key", "publickey", "public_key", "publicKey", "peer_public_key", "pk")));
    Terms.set(
        entry,
        "preshared_key",
        key(proxy.first("presharedkey", "preshared_key", "presharedKey", "pre_shared_key", "psk")));
    Part own = proxy.first("address", "local_address", "ip");
    if (own != null) {
      List<String> addresses =
          Arrays.stream(own.text().split("[,\\s]+", -1)).filter(a -> !a.isBlank()).toList();
      entry.set("tunnel_address", addresses, own.at());
    }
    for (String name : NUMBERS) {
      Part value = proxy.part(name);
      if (value != null) {
        boolean number = value.text().matches("\\d{1,9}");
        entry.set(name, number ? (Object) Integer.valueOf(value.text()) : value.text(), value.at());
      }
    }
    TEXTS.forEach(name -> Terms.set(entry, name, proxy.part(name)));
    proxy.ignore(
        "mtu", "keepalive", "persistentkeepalive", "allowedips", "allowedIPs", "udp", "dns");
    for (String unknown : proxy.unread()) {
      throw NotImported.malformed(
          proxy.span(),
          Terms.word(unknown),
          "unknown; it may be a disguise that the server expects, so nothing plain is sent there");
    }
    return entry;
  }

  /**
   * Tells a server that expects a disguise.
   *
   * @throws NotImported when a key of one is there without its value: not even then a plain packet.
   *     Packets that come first (i1 to i5) are left empty by AmneziaVPN where there are none.
   */
  private static boolean worn(Proxy proxy) throws NotImported {
    boolean worn = proxy.kind().toLowerCase(Locale.ROOT).equals("awg");
    @Nullable String empty = null;
    for (String name : Stream.concat(TEXTS.stream(), NUMBERS.stream()).toList()) {
      boolean said = proxy.part(name) != null;
      worn |= said;
      if (!said && proxy.has(name) && (empty == null || !name.startsWith("i"))) {
        empty = name;
      }
    }
    if (empty != null && (!worn || !empty.startsWith("i"))) {
      throw NotImported.malformed(
          proxy.span(), empty, "expected a value; its server may expect the disguise");
    }
    return worn;
  }

  /** The same key in the other alphabet of base64 or as hexadecimal is still the same key. */
  private static @Nullable Part key(@Nullable Part part) {
    if (part == null) {
      return null;
    }
    String text = part.text().strip();
    if (text.matches("[0-9A-Fa-f]{64}")) {
      byte[] bytes = HexFormat.of().parseHex(text);
      return new Part(Base64.getEncoder().encodeToString(bytes), part.at());
    }
    String standard = text.replace('-', '+').replace('_', '/');
    return new Part(standard.length() == 43 ? standard + "=" : standard, part.at());
  }
}
