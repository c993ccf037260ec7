package org.vpnprobe.config.imports.openvpn;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.Entry;
import org.vpnprobe.config.imports.Wordlike;
import org.vpnprobe.protocol.openvpn.DataCipher;

/** What a client's directives say of its handshake, in the words of our settings. */
final class ClientSettings {
  /** Directives that are not read. */
  static final int MOST_LISTED = 12;

  /** What wraps or signs all that a client sends from its first packet on; the strongest first. */
  static final List<String> STATIC_KEYS = List.of("tls-crypt-v2", "tls-crypt", "tls-auth");

  private final Origin origin;
  private final Directives directives;

  ClientSettings(Origin origin, Directives directives) {
    this.origin = origin;
    this.directives = directives;
  }

  /** A directive that cannot be used. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Directive directive;

    Unusable(Directive directive, String expected) {
      super(expected, null, false, false);
      this.directive = directive;
    }

    Directive directive() {
      return directive;
    }
  }

  /** Puts everything into an entry. */
  void into(Entry.Builder entry) throws Unusable {
    file(entry, "ca");
    file(entry, "cert");
    file(entry, "key");
    staticKeys(entry);
    fingerprint(entry);
    serverName(entry);
    login(entry);
    ciphers(entry);
    notes(entry);
  }

  private void set(Entry.Builder entry, String key, @Nullable Object value, Directive directive) {
    entry.set(key, value, directive.span());
  }

  private void file(Entry.Builder entry, String name) throws Unusable {
    Directive directive = directives.last(name);
    if (directive != null) {
      String text = content(directive);
      if (name.equals("key") && text.contains("ENCRYPTED")) {
        throw new Unusable(
            directive, "is encrypted; expected a key that “openssl pkey” has opened");
      }
      set(entry, name, text, directive);
    }
  }

  /** The text of a file: between tags, or beside the source. */
  private String content(Directive directive) throws Unusable {
    String path = directive.argument(0);
    if (directive.inline() == null && (path == null || path.equals("[inline]"))) {
      throw new Unusable(
          directive,
          "expected a file, or its text between <"
              + directive.name()
              + "> and </"
              + directive.name()
              + ">");
    }
    try {
      return origin.content(directive);
    } catch (Unreadable e) {
      throw new Unusable(directive, String.valueOf(e.getMessage()));
    }
  }

  private void staticKeys(Entry.Builder entry) throws Unusable {
    // OpenVPN takes the strongest of several (openvpn(8), --tls-crypt-v2).
    for (String name : STATIC_KEYS) {
      // “tls-auth [inline] 1” names the direction of what stands between tags; without them its
      // server would see a hello that is not signed.
      Directive directive =
          directives.all(name).stream()
              .filter(each -> !"[inline]".equals(each.argument(0)))
              .reduce((first, second) -> second)
              .orElse(directives.last(name));
      if (directive == null) {
        continue;
      }
      set(entry, name.replace('-', '_'), content(directive), directive);
      if (name.equals("tls-auth")) {
        direction(entry);
        digest(entry);
      }
      return;
    }
  }

  private void direction(Entry.Builder entry) {
    String direction = null;
    for (Directive directive : directives.all(List.of("key-direction", "tls-auth"))) {
      String said =
          switch (directive.name()) {
            case "key-direction" -> directive.argument(0);
            case "tls-auth" -> directive.argument(1);
            default -> null;
          };
      if (said != null) {
        direction = said;
        set(
            entry,
            "key_direction",
            said.matches("[01]") ? (Object) Integer.valueOf(said) : said,
            directive);
      }
    }
    if (direction == null) {
      entry.note("tls-auth without a direction: one key serves both ways, as the file says");
    }
  }

  private void digest(Entry.Builder entry) {
    Directive auth = directives.last("auth");
    String name = auth == null ? null : auth.argument(0);
    if (auth != null && name != null) {
      // The name in OpenSSL of the signature stands for its digest.
      set(entry, "auth", name.toUpperCase(Locale.ROOT).replaceFirst("^RSA-", ""), auth);
    }
  }

  private void fingerprint(Entry.Builder entry) throws Unusable {
    Directive directive = directives.last("peer-fingerprint");
    if (directive == null) {
      return;
    }
    List<String> prints =
        directive.inline() == null
            ? directive.arguments()
            : directive.lines().stream().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (prints.size() != 1) {
      throw new Unusable(directive, "expected one fingerprint");
    }
    set(entry, "pin", prints.getFirst(), directive);
  }

  private void serverName(Entry.Builder entry) {
    Directive name = directives.last("verify-x509-name");
    if (name != null && name.argument(0) != null) {
      String wanted = Objects.requireNonNull(name.argument(0));
      String type = Objects.requireNonNullElse(name.argument(1), "subject");
      String quoted = wanted.contains(" ") ? "'" + wanted + "'" : wanted;
      set(entry, "verify_x509_name", quoted + " " + type, name);
    }
    Directive old = directives.last("tls-remote");
    if (old != null) {
      entry.note("tls-remote is not read; OpenVPN 2.4 dropped it for verify-x509-name");
    }
    Directive usage = directives.last(List.of("remote-cert-tls", "ns-cert-type"));
    if (usage != null && usage.argument(0) != null) {
      set(entry, "remote_cert_tls", usage.argument(0), usage);
      if (usage.name().equals("ns-cert-type")) {
        entry.note("ns-cert-type is read as remote-cert-tls, which took its place");
      }
    }
  }

  private void login(Entry.Builder entry) throws Unusable {
    Directive directive = directives.last("auth-user-pass");
    if (directive == null) {
      return;
    }
    boolean asks = directive.inline() == null && directive.argument(0) == null;
    if (asks) {
      entry.note(
          "it asks for a name and a password; without username and password nobody logs in there");
      return;
    }
    List<String> lines = content(directive).lines().toList();
    if (lines.size() < 2 || lines.get(0).isBlank() || lines.get(1).isEmpty()) {
      throw new Unusable(
          directive, "expected a name in the first line and a password in the second");
    }
    set(entry, "username", lines.get(0).strip(), directive);
    set(entry, "password", lines.get(1), directive);
  }

  private void ciphers(Entry.Builder entry) {
    Directive offered = directives.last(List.of("data-ciphers", "ncp-ciphers"));
    String list = offered == null ? null : offered.argument(0);
    if (offered == null || list == null) {
      Directive single = directives.last("cipher");
      String name = single == null ? null : single.argument(0);
      boolean alone = directives.last("ncp-disable") != null;
      if (single != null && name != null && alone && DataCipher.named(name).isPresent()) {
        set(entry, "data_ciphers", List.of(name.toUpperCase(Locale.ROOT)), single);
      } else if (name != null && alone) {
        entry.note(
            "its only data cipher is "
                + Wordlike.shown(name)
                + ", which is not spoken: no depth “tunnel”");
      }
      return;
    }
    List<String> spoken =
        Arrays.stream(list.replace("DEFAULT", defaults()).split(":", -1))
            // A cipher that a build may lack has a question mark (openvpn(8), --data-ciphers).
            .map(name -> name.replaceFirst("^\\?", "").toUpperCase(Locale.ROOT))
            .filter(name -> DataCipher.named(name).isPresent())
            .distinct()
            .toList();
    if (spoken.isEmpty()) {
      entry.note("none of its data ciphers is spoken here: no depth “tunnel”");
    } else {
      set(entry, "data_ciphers", spoken, offered);
    }
  }

  private static String defaults() {
    return Stream.of(DataCipher.values())
        .map(DataCipher::wireName)
        .collect(Collectors.joining(":"));
  }

  private void notes(Entry.Builder entry) {
    Set<String> unread = directives.unread();
    if (!unread.isEmpty()) {
      String more = unread.size() > MOST_LISTED ? ", …" : "";
      entry.note(
          "not read: "
              + unread.stream().limit(MOST_LISTED).collect(Collectors.joining(", "))
              + more);
    }
  }
}
