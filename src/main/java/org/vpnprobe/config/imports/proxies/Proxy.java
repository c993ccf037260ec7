package org.vpnprobe.config.imports.proxies;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Span;

/**
 * A server as its clients describe it, in the terms of share links: {@code type} is the transport,
 * {@code security} tls or none, {@code id} a user's UUID. Whoever reads a term takes it; what
 * nobody takes is told to the user.
 */
final class Proxy {
  /** Set by readers of formats, whether or not a protocol asks for it. */
  static final String SNI_FROM_HOST = " sni from host";

  static final String SECURITY = "security";

  private static final Set<String> OURS = Set.of(SNI_FROM_HOST, SECURITY);

  private final String kind;
  private final Span span;
  private final Map<String, Part> terms = new LinkedHashMap<>();
  private final Set<String> taken = new LinkedHashSet<>();
  private final Set<String> unknown = new LinkedHashSet<>();
  private final Set<String> remarks = new LinkedHashSet<>();
  private String label = "";
  private @Nullable Part host;
  private @Nullable Part port;

  /**
   * @param kind the word of the field for its protocol
   * @param span the lines that it takes up
   */
  Proxy(String kind, Span span) {
    this.kind = kind;
    this.span = span;
  }

  String kind() {
    return kind;
  }

  Span span() {
    return span;
  }

  String label() {
    return label;
  }

  Proxy label(@Nullable String text) {
    label = text == null ? "" : text.strip();
    return this;
  }

  Proxy server(@Nullable Part hostName, @Nullable Part portNumber) {
    host = hostName;
    port = portNumber;
    return this;
  }

  /**
   * Its address.
   *
   * @param otherwise the port where none is named; 0 when one has to be
   */
  String address(int otherwise) throws NotImported {
    return Server.address(host(), port, otherwise);
  }

  Part host() throws NotImported {
    if (host == null) {
      throw NotImported.malformed(span, "", "there is no server; expected its name or address");
    }
    return host;
  }

  @Nullable Part port() {
    return port;
  }

  /** A term; the first of several counts, and null is none. */
  Proxy put(String key, @Nullable Part value) {
    if (value != null) {
      terms.putIfAbsent(key, value);
    }
    return this;
  }

  /** A term of its own place. */
  Proxy put(String key, String value) {
    return put(key, new Part(value, span));
  }

  /** A term in the place of another, where there is one. */
  void replaceIfAny(String key, @Nullable Part value) {
    if (value != null) {
      terms.put(key, value);
    }
  }

  /** A term in the place of another, or none in its place. */
  void set(String key, @Nullable Part value) {
    terms.remove(key);
    put(key, value);
  }

  /** A term in the place of another. */
  void replace(String key, String value) {
    Part was = terms.get(key);
    terms.put(key, new Part(value, was == null ? span : was.at()));
  }

  /** Something that is there and means nothing to us. */
  Proxy unknown(String key) {
    unknown.add(key);
    return this;
  }

  /** A term, null when it is left out or empty. */
  @Nullable Part part(String key) {
    taken.add(key);
    Part value = terms.get(key);
    return value == null || value.text().isEmpty() ? null : value;
  }

  /** True for a term that is there, even when it says nothing. */
  boolean has(String key) {
    return terms.containsKey(key);
  }

  /** The first of several words for the same. */
  @Nullable Part first(String... keys) {
    @Nullable Part found = null;
    for (String key : keys) {
      Part part = part(key);
      found = found == null ? part : found;
    }
    return found;
  }

  /** A term's text, null when it is left out or empty. */
  @Nullable String text(String... keys) {
    Part part = first(keys);
    return part == null ? null : part.text();
  }

  /** A term that cannot be left out. */
  Part need(String what, String... keys) throws NotImported {
    Part part = first(keys);
    if (part == null) {
      throw NotImported.malformed(span, "", "there is no " + what + "; expected one");
    }
    return part;
  }

  /** What is said once of all proxies of its kind in a source. */
  void remark(String sentence) {
    remarks.add(sentence);
  }

  Set<String> remarks() {
    return remarks;
  }

  /** True when one of these is switched on. */
  boolean yes(String... keys) {
    String text = text(keys);
    return text != null && (text.equals("1") || text.equalsIgnoreCase("true"));
  }

  /** Terms that change nothing of what a server sees of us, or that we have no choice in. */
  void ignore(String... keys) {
    for (String key : keys) {
      taken.add(key);
    }
  }

  /** What is there and was not read. */
  Set<String> unread() {
    Set<String> left = new LinkedHashSet<>(terms.keySet());
    left.removeAll(taken);
    left.removeAll(OURS);
    left.addAll(unknown);
    return left;
  }

  /** No term is shown: passwords are among them. */
  @Override
  public String toString() {
    return kind;
  }
}
