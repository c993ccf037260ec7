package org.vpnprobe.config.imports.ike;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Entry;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Packed;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.Trees;

/**
 * A profile of strongSwan's client for Android (docs.strongswan.org, “VPN Profile Import”). Its
 * passwords are never in it, and its own certificate is behind one.
 */
public final class SwanProfile implements ImportFormat {
  @Override
  public String name() {
    return "sswan";
  }

  @Override
  public String summary() {
    return "strongSwan profile for Android (.sswan)";
  }

  @Override
  public boolean recognizes(Source source) {
    String text = source.text().orElse("");
    return text.stripLeading().startsWith("{")
        && text.contains("\"ikev2-")
        && text.contains("\"remote\"");
  }

  @Override
  public void read(Source source, Account account) {
    account.cover(source.whole());
    Yaml tree = Trees.json(source, account).orElse(null);
    if (tree == null) {
      return;
    }
    Span place = Trees.place(tree);
    if (!(tree instanceof Yaml.Mapping root)
        || !(root.get("remote") instanceof Yaml.Mapping remote)) {
      account.reject(place, "", "expected “remote” with its address");
      return;
    }
    String type = Trees.text(root, "type");
    if (type == null || !type.startsWith("ikev2-")) {
      account.reject(
          place, "type", "expected ikev2-eap, ikev2-cert, ikev2-cert-eap or ikev2-eap-tls");
      return;
    }
    String host = Trees.text(remote, "addr");
    if (host == null) {
      account.reject(Trees.place(remote), "remote", "expected “addr” in it");
      return;
    }
    String port = Trees.text(remote, "port");
    String shown = host.contains(":") ? "[" + host + "]" : host;
    Entry.Builder entry =
        Entry.of(place, "ikev2", port == null ? shown : shown + ":" + port)
            .label(
                String.valueOf(Trees.text(root, "name") == null ? "" : Trees.text(root, "name")));
    settings(root, remote, entry);
    login(root, type, entry);
    account.found(entry.build());
  }

  private static void settings(Yaml.Mapping root, Yaml.Mapping remote, Entry.Builder entry) {
    entry.set("remote_id", Trees.text(remote, "id"), Trees.place(remote));
    if (root.get("local") instanceof Yaml.Mapping local) {
      entry.set("local_id", Trees.text(local, "id"), Trees.place(local));
    }
    String proposal = Trees.text(root, "ike-proposal");
    if (proposal != null) {
      entry.set("proposals", List.of(proposal.split(",", -1)), Trees.place(root));
    }
    String ca = certificate(Trees.text(remote, "cert"));
    if (ca != null) {
      entry.set("ca", ca, Trees.place(remote));
    } else if (remote.get("cert") != null) {
      entry.note("its certificate cannot be read, and is left out");
    }
  }

  private static @Nullable String certificate(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Optional<byte[]> bytes = Packed.base64(text);
    String pem =
        text.contains("-----BEGIN")
            ? text
            : bytes
                .map(b -> new String(b, StandardCharsets.ISO_8859_1))
                .filter(inner -> inner.contains("-----BEGIN"))
                .orElseGet(() -> bytes.map(Authorities::pem).orElse(""));
    return Authorities.readable(pem) ? pem : null;
  }

  private static void login(Yaml.Mapping root, String type, Entry.Builder entry) {
    if (type.contains("eap")) {
      entry.note(
          "its password is not in it: nobody logs in before username and password are added");
    }
    if (root.get("local") instanceof Yaml.Mapping local && local.get("p12") != null) {
      entry.note("its own certificate is in a PKCS #12; expected cert and key for a log-in by it");
    }
  }
}
