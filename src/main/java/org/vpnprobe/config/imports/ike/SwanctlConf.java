package org.vpnprobe.config.imports.ike;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Entry;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Packed;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.ike.SwanSections.Section;
import org.vpnprobe.config.imports.ike.SwanSections.Value;

/** strongSwan's {@code swanctl.conf}: an endpoint for each connection and address. */
public final class SwanctlConf implements ImportFormat {
  /** Blanks, not line breaks: a text of nothing else would be searched anew from each line. */
  private static final Pattern BEGINS = Pattern.compile("(?m)^[ \\t]*(connections|secrets)\\s*\\{");

  @Override
  public String name() {
    return "swanctl";
  }

  @Override
  public String summary() {
    return "strongSwan’s swanctl.conf with “connections { … }”";
  }

  @Override
  public boolean recognizes(Source source) {
    return BEGINS.matcher(source.text().orElse("")).find();
  }

  @Override
  public void read(Source source, Account account) {
    Section root = SwanSections.read(source, account);
    Section connections = root.sections().get("connections");
    Section secrets = root.sections().getOrDefault("secrets", new Section("secrets", 1));
    if (connections == null) {
      account.reject(source.whole(), "", "expected “connections { … }”");
      return;
    }
    for (Section connection : connections.sections().values()) {
      connection(source, connection, secrets, account);
    }
  }

  private static void connection(
      Source source, Section connection, Section secrets, Account account) {
    List<String> hosts =
        SwanSections.list(connection.text("remote_addrs")).stream()
            .filter(host -> !host.startsWith("%") && !host.contains("/"))
            .toList();
    if (hosts.isEmpty()) {
      account.skip(connection.span(), connection.name(), "it names no server: it waits for calls");
      return;
    }
    for (String host : hosts) {
      try {
        account.found(entry(source, connection, secrets, host, hosts.size() > 1));
      } catch (Unusable e) {
        account.cover(connection.span());
        account.reject(e.at, e.key, String.valueOf(e.getMessage()));
      }
    }
  }

  /** A setting that cannot be used. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Span at;
    private final String key;

    Unusable(Span at, String key, String expected) {
      super(expected, null, false, false);
      this.at = at;
      this.key = key;
    }
  }

  private static Entry entry(
      Source source, Section connection, Section secrets, String host, boolean several)
      throws Unusable {
    boolean first = "1".equals(connection.text("version"));
    String port = connection.text("remote_port");
    String shown = host.contains(":") ? "[" + host + "]" : host;
    Entry.Builder entry =
        Entry.of(
                connection.span(),
                first ? "ikev1" : "ikev2",
                port == null ? shown : shown + ":" + port)
            .label(several ? connection.name() + " " + host : connection.name());
    Value proposals = connection.values().get("proposals");
    if (proposals != null && !proposals.text().equals("default")) {
      entry.set(
          "proposals",
          SwanSections.list(proposals.text()).stream().filter(p -> !p.equals("default")).toList(),
          proposals.at());
    }
    Section local = one(connection, "local", entry);
    Section remote = one(connection, "remote", entry);
    identity(entry, "local_id", local);
    identity(entry, "remote_id", remote);
    if (first) {
      if ("yes".equals(connection.text("aggressive"))) {
        entry.set("mode", "aggressive");
      }
      first(entry, local, remote, secrets, host);
    } else {
      second(source, entry, local, remote, secrets, host);
    }
    return entry.build();
  }

  private static Section one(Section connection, String prefix, Entry.Builder entry) {
    List<Section> found = connection.like(prefix);
    if (found.size() > 1) {
      entry.note("of several rounds of authentication the first alone is read");
    }
    return found.isEmpty() ? new Section(prefix, connection.span().first()) : found.getFirst();
  }

  private static void identity(Entry.Builder entry, String key, Section side) {
    Value id = side.values().get("id");
    if (id != null && !id.text().startsWith("%")) {
      // Types in front (fqdn:, email:, …) are what our own rules find, but for keyid:.
      entry.set(
          key, id.text().replaceFirst("^(?:fqdn|email|rfc822|asn1dn|ipv4|ipv6):", ""), id.at());
    }
  }

  private static void first(
      Entry.Builder entry, Section local, Section remote, Section secrets, String host)
      throws Unusable {
    if ("psk".equals(local.text("auth"))) {
      shared(entry, local, remote, secrets, host);
    } else {
      entry.note("it logs in by certificate, which IKEv1 does not do here: a handshake alone");
    }
  }

  private static void second(
      Source source,
      Entry.Builder entry,
      Section local,
      Section remote,
      Section secrets,
      String host)
      throws Unusable {
    String auth = Objects.requireNonNullElse(local.text("auth"), "pubkey");
    if (auth.equals("psk")) {
      shared(entry, local, remote, secrets, host);
      return;
    }
    String ca = certificates(source, remote, "cacerts", "x509ca");
    boolean known = ca != null;
    if (ca != null) {
      entry.set("ca", ca);
    } else {
      entry.note("it names no authority (cacerts): nobody logs in before ca is added");
    }
    if (auth.startsWith("eap")) {
      eap(entry, local, secrets, known);
    } else if (known) {
      own(source, entry, local, secrets);
    }
  }

  private static void eap(Entry.Builder entry, Section local, Section secrets, boolean known)
      throws Unusable {
    String name = local.text("eap_id") != null ? local.text("eap_id") : local.text("id");
    Section secret =
        secret(secrets, List.of("eap", "xauth", "ntlm"), name == null ? List.of() : List.of(name));
    String id = name != null ? name : secret == null ? null : id(secret);
    if (known && id != null && secret != null && secret.values().get("secret") != null) {
      entry.set("username", id);
      entry.set("password", text(Objects.requireNonNull(secret.values().get("secret"))));
    } else {
      entry.note("no name and password for EAP are read: a handshake alone");
    }
  }

  private static void own(Source source, Entry.Builder entry, Section local, Section secrets)
      throws Unusable {
    String cert = certificates(source, local, "certs", "x509");
    String key = key(source, secrets);
    if (cert != null && key != null) {
      entry.set("cert", cert);
      entry.set("key", key);
    } else {
      entry.note(
          "its own certificate and key are not both beside it: the server is looked at alone");
    }
  }

  private static void shared(
      Entry.Builder entry, Section local, Section remote, Section secrets, String host)
      throws Unusable {
    List<String> wanted = new ArrayList<>(List.of(host));
    Optional.ofNullable(remote.text("id")).ifPresent(wanted::add);
    Optional.ofNullable(local.text("id")).ifPresent(wanted::add);
    Section secret = secret(secrets, List.of("ike"), wanted);
    Value value = secret == null ? null : secret.values().get("secret");
    if (value == null) {
      entry.note("no shared secret for it is in the file: a handshake alone");
    } else {
      entry.set("psk", text(value), value.at());
    }
  }

  /** The secret for one of these identities, else the one that is for anybody. */
  private static @Nullable Section secret(
      Section secrets, List<String> kinds, List<String> identities) {
    Section anybody = null;
    for (Section secret : secrets.sections().values()) {
      if (kinds.stream().noneMatch(secret.name()::startsWith)) {
        continue;
      }
      List<String> ids =
          secret.values().entrySet().stream()
              .filter(e -> e.getKey().startsWith("id"))
              .map(e -> e.getValue().text())
              .toList();
      if (ids.stream().anyMatch(identities::contains)) {
        return secret;
      }
      if (ids.isEmpty() || identities.isEmpty()) {
        anybody = secret;
      }
    }
    return anybody;
  }

  private static @Nullable String id(Section secret) {
    return secret.values().entrySet().stream()
        .filter(e -> e.getKey().startsWith("id"))
        .map(e -> e.getValue().text())
        .findFirst()
        .orElse(null);
  }

  /** A secret as it stands, or after 0x in hexadecimal, or after 0s in base64. */
  private static String text(Value value) throws Unusable {
    String text = value.text();
    byte[] bytes = null;
    if (text.startsWith("0s")) {
      bytes = Packed.base64(text.substring(2)).orElse(null);
    } else if (text.matches("0x(?:[0-9a-fA-F]{2})+")) {
      bytes = HexFormat.of().parseHex(text.substring(2));
    } else {
      return text;
    }
    try {
      if (bytes != null) {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
    } catch (CharacterCodingException e) {
      // Said below.
    }
    throw new Unusable(value.at(), "secret", "expected a secret that is a text");
  }

  /** Certificates where swanctl looks for them, or beside the file. */
  private static @Nullable String certificates(
      Source source, Section side, String key, String folder) throws Unusable {
    Value names = side.values().get(key);
    if (names == null) {
      return null;
    }
    List<String> pems = new ArrayList<>();
    for (String name : SwanSections.list(names.text())) {
      String pem = beside(source, folder, name, names.at(), key).strip() + "\n";
      if (!Authorities.readable(pem)) {
        throw new Unusable(names.at(), key, "expected certificates in PEM");
      }
      pems.add(pem);
    }
    return pems.isEmpty() ? null : Authorities.joined(pems);
  }

  private static @Nullable String key(Source source, Section secrets) throws Unusable {
    for (Section secret : secrets.sections().values()) {
      Value file = secret.values().get("file");
      boolean isKey =
          List.of("private", "rsa", "ecdsa", "pkcs8").stream().anyMatch(secret.name()::startsWith);
      if (file != null && isKey && secret.values().get("secret") == null) {
        String kind = secret.name().replaceFirst("[-_]?\\d*$", "");
        String folder = kind.matches("rsa|ecdsa|pkcs8") ? kind : "private";
        return beside(source, folder, file.text(), file.at(), "file").strip() + "\n";
      }
    }
    return null;
  }

  private static String beside(Source source, String folder, String name, Span at, String key)
      throws Unusable {
    try {
      return source.beside(folder + "/" + name);
    } catch (Unreadable inFolder) {
      try {
        return source.beside(name);
      } catch (Unreadable e) {
        throw new Unusable(at, key, name + ": " + e.getMessage());
      }
    }
  }
}
