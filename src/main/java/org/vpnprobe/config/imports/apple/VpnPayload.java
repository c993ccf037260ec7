package org.vpnprobe.config.imports.apple;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Entry;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.ImportFormats;
import org.vpnprobe.config.imports.Packed;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.Trees;

/** A payload of type com.apple.vpn.managed (Apple's device management schema). */
final class VpnPayload {
  private static final Map<String, String> ENCRYPTION =
      Map.of(
          "AES-128", "aes128",
          "AES-256", "aes256",
          "AES-128-GCM", "aes128gcm16",
          "AES-256-GCM", "aes256gcm16");

  private static final Map<String, String> HASH =
      Map.of(
          "SHA1-96", "sha1",
          "SHA1-160", "sha1",
          "SHA2-256", "sha256",
          "SHA2-384", "sha384",
          "SHA2-512", "sha512");

  /** IANA's numbers of groups, in the words of our settings. */
  private static final Map<String, String> GROUP =
      Map.of(
          "2",
          "modp1024",
          "5",
          "modp1536",
          "14",
          "modp2048",
          "15",
          "modp3072",
          "16",
          "modp4096",
          "19",
          "ecp256",
          "20",
          "ecp384",
          "21",
          "ecp521",
          "31",
          "curve25519");

  private final Yaml.Mapping root;
  private final Yaml.Mapping payload;
  private final @Nullable String ca;
  private final Account account;
  private final Span place;

  VpnPayload(Yaml.Mapping root, Yaml.Mapping payload, @Nullable String ca, Account account) {
    this.root = root;
    this.payload = payload;
    this.ca = ca;
    this.account = account;
    this.place = Trees.place(payload);
  }

  void read() {
    String type = Trees.text(payload, "VPNType");
    switch (Objects.requireNonNullElse(type, "")) {
      case "IKEv2" -> with("IKEv2", this::ikev2);
      case "IPSec" -> with("IPSec", this::ipsec);
      case "L2TP" -> with("PPP", this::l2tp);
      case "PPTP" ->
          with("PPP", map -> found("pptp", Trees.text(map, "CommRemoteAddress"), e -> {}));
      case "AlwaysOn" -> with("AlwaysOn", this::alwaysOn);
      case "VPN" -> with("VPN", this::app);
      case "" -> account.reject(place, "VPNType", "expected IKEv2, IPSec, L2TP or VPN");
      default -> account.skip(place, label(), "its VPNType is not read");
    }
  }

  /** What is done with the part of the payload that belongs to its type. */
  private interface Reading {
    void read(Yaml.Mapping map);
  }

  private void with(String key, Reading reading) {
    if (payload.get(key) instanceof Yaml.Mapping map) {
      reading.read(map);
    } else {
      account.reject(place, "VPNType", "expected a dict “" + key + "” beside it");
    }
  }

  /** What an entry gets besides its address. */
  private interface Settings {
    void into(Entry.Builder entry);
  }

  private void found(String protocol, @Nullable String address, Settings settings) {
    if (address == null || address.isBlank()) {
      account.reject(place, label(), "expected an address: RemoteAddress");
      return;
    }
    Entry.Builder entry = Entry.of(place, protocol, address.strip()).label(label());
    settings.into(entry);
    account.found(entry.build());
  }

  private String label() {
    String own = Trees.text(payload, "UserDefinedName");
    String shown = own != null ? own : Trees.text(payload, "PayloadDisplayName");
    String whole = shown != null ? shown : Trees.text(root, "PayloadDisplayName");
    return Objects.requireNonNullElse(whole, "");
  }

  private void alwaysOn(Yaml.Mapping map) {
    if (map.get("TunnelConfigurations") instanceof Yaml.Items tunnels
        && !tunnels.items().isEmpty()) {
      account.each(
          tunnels,
          "expected a dict of IKEv2",
          tunnel -> {
            if (tunnel instanceof Yaml.Mapping each) {
              ikev2(each);
            }
          });
    } else {
      account.reject(place, "AlwaysOn", "expected “TunnelConfigurations” with a list");
    }
  }

  private void ikev2(Yaml.Mapping map) {
    found(
        "ikev2",
        Trees.text(map, "RemoteAddress"),
        entry -> {
          entry.set("remote_id", Trees.text(map, "RemoteIdentifier"), Trees.place(map));
          entry.set("local_id", Trees.text(map, "LocalIdentifier"), Trees.place(map));
          proposals(map, entry);
          String method = Trees.text(map, "AuthenticationMethod");
          String name = Trees.text(map, "AuthName");
          String password = Trees.text(map, "AuthPassword");
          boolean eap = isOn(map, "ExtendedAuthEnabled");
          if ("SharedSecret".equals(method)) {
            secret(map, "psk", entry);
            return;
          }
          entry.set("ca", ca);
          if ("Certificate".equals(method)) {
            entry.note(
                "our own certificate is in another payload; expected cert and key for a log-in");
          } else if (eap && name != null && password != null && ca != null) {
            entry.set("username", name);
            entry.set("password", password);
          } else if (eap) {
            entry.note(
                ca == null
                    ? "the profile holds no authority: nobody logs in before ca is added"
                    : "it asks for a password: nobody logs in before username and password are added");
          }
        });
  }

  private void proposals(Yaml.Mapping map, Entry.Builder entry) {
    if (!(map.get("IKESecurityAssociationParameters") instanceof Yaml.Mapping own)) {
      return;
    }
    String encryption = ENCRYPTION.get(or(Trees.text(own, "EncryptionAlgorithm"), "AES-256"));
    String hash = HASH.get(or(Trees.text(own, "IntegrityAlgorithm"), "SHA2-256"));
    String group = GROUP.get(or(Trees.text(own, "DiffieHellmanGroup"), "14"));
    if (encryption == null || hash == null || group == null) {
      entry.note("the offer it names is not spoken here; a broad one is made");
      return;
    }
    String prf = encryption.endsWith("gcm16") ? "prf" + hash : hash;
    entry.set("proposals", List.of(encryption + "-" + prf + "-" + group), Trees.place(own));
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  /** Cisco's IPsec: IKEv1, with a group in aggressive mode when it names one. */
  private void ipsec(Yaml.Mapping map) {
    found(
        "ikev1",
        Trees.text(map, "RemoteAddress"),
        entry -> {
          String group = Trees.text(map, "LocalIdentifier");
          if (group != null) {
            entry.set("mode", "aggressive");
            entry.set("local_id", "keyid:" + group);
          }
          if ("Certificate".equals(Trees.text(map, "AuthenticationMethod"))) {
            entry.note(
                "it logs in by certificate, which IKEv1 does not do here: a handshake alone");
          } else {
            secret(map, "psk", entry);
          }
        });
  }

  /** Behind IPsec where it has a secret for that: then IKE is what a carrier sees. */
  private void l2tp(Yaml.Mapping ppp) {
    String address = Trees.text(ppp, "CommRemoteAddress");
    if (payload.get("IPSec") instanceof Yaml.Mapping ipsec
        && (ipsec.get("SharedSecret") != null || ipsec.get("AuthenticationMethod") != null)) {
      found(
          "ikev1",
          address,
          entry -> {
            secret(ipsec, "psk", entry);
            entry.note("L2TP behind IPsec: its IKEv1 is probed, the L2TP inside is not");
          });
    } else {
      found("l2tp", address, entry -> {});
    }
  }

  private void secret(Yaml.Mapping map, String key, Entry.Builder entry) {
    if (!(map.get("SharedSecret") instanceof Yaml.Scalar scalar)) {
      entry.note("it holds no shared secret");
      return;
    }
    Optional<String> text = scalar.plain() ? data(scalar.text()) : Optional.of(scalar.text());
    if (text.isPresent()) {
      entry.set(key, text.get(), Trees.place(scalar));
    } else {
      entry.note("its shared secret is no text, and left out");
    }
  }

  private static Optional<String> data(String base64) {
    return Packed.base64(base64)
        .flatMap(bytes -> {
          try {
            return Optional.of(
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
          } catch (CharacterCodingException e) {
            return Optional.empty();
          }
        });
  }

  private static boolean isOn(Yaml.Mapping map, String key) {
    String text = Trees.text(map, key);
    return "1".equals(text) || "true".equals(text);
  }

  /** A VPN of an app: those whose settings are a file that another format reads. */
  private void app(Yaml.Mapping map) {
    String type = or(Trees.text(payload, "VPNSubType"), "").toLowerCase(Locale.ROOT);
    Yaml.Mapping vendor =
        payload.get("VendorConfig") instanceof Yaml.Mapping config
            ? config
            : map.get("VendorConfig") instanceof Yaml.Mapping inner ? inner : null;
    String wireGuard = vendor == null ? null : Trees.text(vendor, "WgQuickConfig");
    if (wireGuard != null) {
      nested(wireGuard, "wireguard");
    } else if (type.startsWith("net.openvpn") && vendor != null) {
      nested(directives(vendor), "openvpn");
    } else if (type.startsWith("com.cisco.anyconnect")) {
      found("anyconnect", Trees.text(map, "RemoteAddress"), entry -> {});
    } else {
      account.skip(place, label(), "the VPN of an app whose settings are not read: " + type);
    }
  }

  /** OpenVPN Connect keeps each directive as a key; what has line breaks stands between tags. */
  private static String directives(Yaml.Mapping vendor) {
    StringBuilder lines = new StringBuilder("client\ndev tun\n");
    for (Yaml.Entry entry : vendor.entries()) {
      String key = entry.key().text();
      String value = entry.value() instanceof Yaml.Scalar scalar ? scalar.text() : "";
      String text = value.replace("\\n", "\n").strip();
      if (key.startsWith("vpn-on-demand") || !key.matches("[a-z0-9-]{1,40}(\\.\\d{1,3})?")) {
        continue;
      }
      String name = key.replaceFirst("\\.\\d+$", "");
      if (text.contains("\n")) {
        lines
            .append('<')
            .append(name)
            .append(">\n")
            .append(text)
            .append("\n</")
            .append(name)
            .append(">\n");
      } else {
        lines.append(name).append(' ').append(text.equals("NOARGS") ? "" : text).append('\n');
      }
    }
    return lines.toString();
  }

  private void nested(String text, String format) {
    ImportFormat reader = ImportFormats.named(format).orElseThrow();
    try {
      account.nested(place, Source.packed("payload", label(), text, null), reader);
    } catch (Unreadable e) {
      account.reject(place, label(), String.valueOf(e.getMessage()));
    }
  }
}
