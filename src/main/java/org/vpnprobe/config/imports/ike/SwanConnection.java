package org.vpnprobe.config.imports.ike;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Entry;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.ike.SwanSections.Section;
import org.vpnprobe.config.imports.ike.SwanSections.Value;

/** A connection of a swanctl.conf: an endpoint for each of its addresses. */
final class SwanConnection {
  /** Of one connection: strongSwan tries them one after the other. */
  private static final int MOST_HOSTS = 1_000;

  private final SwanFiles files;
  private final SwanSecrets secrets;
  private final Section connection;
  private final Section local;
  private final Section remote;
  private final List<String> notes = new ArrayList<>();

  /**
   * @param files that it may name
   */
  SwanConnection(SwanFiles files, SwanSecrets secrets, Section connection) {
    this.files = files;
    this.secrets = secrets;
    this.connection = connection;
    this.local = one("local");
    this.remote = one("remote");
  }

  private Section one(String prefix) {
    List<Section> found = connection.like(prefix);
    if (found.size() > 1) {
      notes.add("of several rounds of authentication the first alone is read");
    }
    return found.isEmpty() ? new Section(prefix, connection.span().first()) : found.getFirst();
  }

  /** Gives account of it. */
  void into(Account account) {
    List<String> hosts =
        SwanSections.list(connection.text("remote_addrs")).stream()
            .filter(host -> !host.startsWith("%") && !host.contains("/"))
            .toList();
    if (hosts.isEmpty()) {
      account.skip(connection.span(), connection.name(), "it names no server: it waits for calls");
    } else if (hosts.size() > MOST_HOSTS) {
      account.reject(connection.span(), connection.name(), "more than " + MOST_HOSTS + " servers");
    } else {
      account.cover(connection.span());
      try {
        Entry common = common();
        for (String host : hosts) {
          host(host, hosts.size() > 1, common, account);
        }
      } catch (Unusable e) {
        e.tell(account);
      }
    }
  }

  private void host(String host, boolean several, Entry common, Account account) {
    Entry.Builder entry =
        Entry.of(connection.span(), common.protocol(), address(host))
            .label(several ? connection.name() + " " + host : connection.name());
    for (Map.Entry<String, Object> setting : common.settings().entrySet()) {
      Span at = common.places().get(setting.getKey());
      if (at == null) {
        entry.set(setting.getKey(), setting.getValue());
      } else {
        entry.set(setting.getKey(), setting.getValue(), at);
      }
    }
    common.notes().forEach(entry::note);
    try {
      if ("psk".equals(local.text("auth"))) {
        shared(entry, host);
      }
      account.found(entry.build());
    } catch (Unusable e) {
      e.tell(account);
    }
  }

  private String address(String host) {
    String port = connection.text("remote_port");
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return port == null ? shown : shown + ":" + port;
  }

  /** What holds for every address: all but a secret that goes with one of them. */
  private Entry common() throws Unusable {
    boolean first = "1".equals(connection.text("version"));
    Entry.Builder entry = Entry.of(connection.span(), first ? "ikev1" : "ikev2", "");
    Value proposals = connection.values().get("proposals");
    if (proposals != null && !proposals.text().equals("default")) {
      entry.set(
          "proposals",
          SwanSections.list(proposals.text()).stream().filter(p -> !p.equals("default")).toList(),
          proposals.at());
    }
    notes.forEach(entry::note);
    identity(entry, "local_id", local);
    identity(entry, "remote_id", remote);
    if (first && "yes".equals(connection.text("aggressive"))) {
      entry.set("mode", "aggressive");
    }
    if (!"psk".equals(local.text("auth"))) {
      if (first) {
        entry.note("it logs in by certificate, which IKEv1 does not do here: a handshake alone");
      } else {
        certified(entry);
      }
    }
    return entry.build();
  }

  private static void identity(Entry.Builder entry, String key, Section side) {
    Value id = side.values().get("id");
    if (id != null && !id.text().startsWith("%")) {
      // Types in front (fqdn:, email:, …) are what our own rules find, but for keyid:.
      entry.set(
          key, id.text().replaceFirst("^(?:fqdn|email|rfc822|asn1dn|ipv4|ipv6):", ""), id.at());
    }
  }

  /** IKEv2 with a server that has a certificate; we may have one, too, or a password. */
  private void certified(Entry.Builder entry) throws Unusable {
    String ca = files.certificates(remote, "cacerts", "x509ca");
    boolean known = ca != null;
    if (ca != null) {
      entry.set("ca", ca);
    } else {
      entry.note("it names no authority (cacerts): nobody logs in before ca is added");
    }
    String auth = Objects.requireNonNullElse(local.text("auth"), "pubkey");
    if (auth.startsWith("eap")) {
      eap(entry, known);
    } else if (known) {
      own(entry);
    }
  }

  private void eap(Entry.Builder entry, boolean known) throws Unusable {
    String name = local.text("eap_id") != null ? local.text("eap_id") : local.text("id");
    SwanSecrets.Secret secret = secrets.login(name);
    String id = name != null ? name : secret == null ? null : secret.id();
    Value password = secret == null ? null : secret.value();
    if (known && id != null && password != null) {
      entry.set("username", id);
      entry.set("password", SwanSecrets.text(password));
    } else {
      entry.note("no name and password for EAP are read: a handshake alone");
    }
  }

  private void own(Entry.Builder entry) throws Unusable {
    String cert = files.certificates(local, "certs", "x509");
    Section secret = secrets.key();
    Value file = secret == null ? null : secret.values().get("file");
    String key = secret == null || file == null ? null : files.key(secret, file);
    if (cert != null && key != null) {
      entry.set("cert", cert);
      entry.set("key", key);
    } else {
      entry.note(
          "its own certificate and key are not both beside it: the server is looked at alone");
    }
  }

  private void shared(Entry.Builder entry, String host) throws Unusable {
    List<String> wanted = new ArrayList<>(List.of(host));
    Optional.ofNullable(remote.text("id")).ifPresent(wanted::add);
    Optional.ofNullable(local.text("id")).ifPresent(wanted::add);
    SwanSecrets.Secret secret = secrets.shared(wanted);
    Value value = secret == null ? null : secret.value();
    if (value == null) {
      entry.note("no shared secret for it is in the file: a handshake alone");
    } else {
      entry.set("psk", SwanSecrets.text(value), value.at());
    }
  }
}
