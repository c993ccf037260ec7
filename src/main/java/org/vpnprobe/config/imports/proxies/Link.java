package org.vpnprobe.config.imports.proxies;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Span;

/**
 * A share link in its pieces, each with its column. More lenient than RFC 3986, as its readers are:
 * passwords with an @ or a slash in them, several ports, names with spaces and emoji.
 *
 * @param span the link
 * @param body all between {@code ://} and {@code #}, as it is written
 * @param user before the last @ of the body, as it is written; null without one
 * @param host behind it; possibly empty
 * @param port behind its colon, null without one
 * @param path behind these, as it is written
 * @param query its parameters, decoded; the first of several of one name
 * @param label the decoded fragment
 */
record Link(
    String scheme,
    Span span,
    Part body,
    @Nullable Part user,
    Part host,
    @Nullable Part port,
    Part path,
    Map<String, Part> query,
    String label) {

  /** More parameters than any link has. */
  private static final int MOST_PARAMETERS = 200;

  private static final Pattern LINK = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,60}+://\\S*+");

  /**
   * Takes a link to pieces.
   *
   * @param whole begins with a scheme and {@code ://}
   */
  static Link of(Part whole) throws NotImported {
    int scheme = whole.text().indexOf("://");
    int hash = whole.text().indexOf('#', scheme);
    int end = hash < 0 ? whole.text().length() : hash;
    Part body = whole.from(scheme + 3, end);
    int question = body.text().indexOf('?');
    Part front = body.from(0, question < 0 ? body.text().length() : question);
    int at = front.text().lastIndexOf('@');
    Part server = front.from(at + 1, front.text().length());
    int slash = server.text().indexOf('/');
    Part path = server.from(slash < 0 ? server.text().length() : slash, server.text().length());
    Part place = server.from(0, server.text().length() - path.text().length());
    int colon = colon(place.text());
    return new Link(
        whole.text().substring(0, scheme).toLowerCase(Locale.ROOT),
        whole.at(),
        body,
        at < 0 ? null : front.from(0, at),
        place.from(0, colon < 0 ? place.text().length() : colon).decoded(),
        colon < 0 ? null : place.from(colon + 1, place.text().length()),
        path,
        question < 0 ? Map.of() : query(body.from(question + 1, body.text().length())),
        hash < 0 ? "" : label(whole.from(hash + 1, whole.text().length()), at < 0));
  }

  /**
   * The name behind a #.
   *
   * @param early no user came before it: then it may stand in a password, and the name is none
   */
  static String label(Part fragment, boolean early) {
    String label = fragment.shown();
    // A link that lost the line break before it is a secret, too.
    return early && label.indexOf('@') >= 0 ? "" : LINK.matcher(label).replaceAll("").strip();
  }

  /** The colon before the port; behind the bracket where there is one. */
  private static int colon(String place) {
    int from = place.startsWith("[") ? place.indexOf(']') : 0;
    int colon = from < 0 ? -1 : place.indexOf(':', from);
    // Several colons without brackets are no host and port; the host says so.
    return colon >= 0 && place.indexOf(':', colon + 1) < 0 ? colon : -1;
  }

  private static Map<String, Part> query(Part query) throws NotImported {
    Map<String, Part> parameters = new LinkedHashMap<>();
    int from = 0;
    String text = query.text();
    while (from < text.length()) {
      if (parameters.size() >= MOST_PARAMETERS) {
        throw NotImported.malformed(query.at(), "", "more than " + MOST_PARAMETERS + " parameters");
      }
      int end = text.indexOf('&', from);
      Part pair = query.from(from, end < 0 ? text.length() : end);
      int equals = pair.text().indexOf('=');
      String key = pair.text().substring(0, Math.max(0, equals));
      // A link that was copied out of HTML separates with &amp;.
      String name = key.startsWith("amp;") ? key.substring(4) : key;
      if (!name.isEmpty()) {
        parameters.putIfAbsent(name, pair.from(equals + 1, pair.text().length()).decoded());
      }
      from = end < 0 ? text.length() : end + 1;
    }
    return parameters;
  }

  /** A proxy with server, parameters and label. */
  Proxy proxy(String kind) {
    Proxy proxy =
        new Proxy(kind, span).label(label).server(host.text().isEmpty() ? null : host, port);
    query.forEach(proxy::put);
    return proxy;
  }

  /** User and password, decoded, the second null without a colon; both null without a user. */
  Login login() throws NotImported {
    if (user == null) {
      return new Login(null, null);
    }
    int colon = user.text().indexOf(':');
    return colon < 0
        ? new Login(user.decoded(), null)
        : new Login(
            user.from(0, colon).decoded(), user.from(colon + 1, user.text().length()).decoded());
  }

  /** See {@link #login}. */
  record Login(@Nullable Part user, @Nullable Part password) {}
}
