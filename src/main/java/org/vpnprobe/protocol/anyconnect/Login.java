package org.vpnprobe.protocol.anyconnect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.HttpsGateway;

/** The forms of a login, until the server gives a session's cookie. */
final class Login {
  /** What openconnect calls itself: servers choose by it which dialect they speak. */
  static final String AGENT = "Open AnyConnect VPN Agent v9.12";

  private static final String VERSION =
      "<version who=\"vpn\">v9.12</version><device-id>linux-64</device-id>";

  /** A group, a name, a password, and as much again. */
  private static final int MOST_FORMS = 6;

  private final HttpsGateway gateway;
  private final AnyConnectSettings settings;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private boolean passwordGiven;
  private boolean groupGiven;

  Login(HttpsGateway gateway, AnyConnectSettings settings) {
    this.gateway = gateway;
    this.settings = settings;
  }

  /**
   * Asks for the first form.
   *
   * @throws StepFailed {@code http_unexpected}, {@code proto_unexpected_reply} when it is something
   *     else than a server of AnyConnect
   */
  ConfigAuth init() throws StepFailed {
    return post(
        "/",
        "init",
        VERSION
            + "<group-access>https://"
            + ConfigAuth.escaped(gateway.host())
            + "/</group-access>");
  }

  /**
   * Fills in forms until the login is complete.
   *
   * @return the cookie of the session, never to be shown
   * @throws StepFailed {@code auth_rejected} when the server refuses, or asks for what we have not
   */
  String run(ConfigAuth first) throws StepFailed {
    ConfigAuth form = first;
    for (int i = 0; i < MOST_FORMS; i++) {
      if (form.type().equals("complete")) {
        return cookie(form);
      }
      if (!form.type().equals("auth-request")) {
        throw refused("the server wants a client certificate");
      }
      if (form.error() && i > 0) {
        throw refused("the server refused our login");
      }
      form = post(path(form.action()), "auth-reply", VERSION + form.opaque() + answer(form));
    }
    throw refused("the server's forms have no end");
  }

  private String cookie(ConfigAuth complete) throws StepFailed {
    String token = complete.token();
    String cookie = token != null && !token.isEmpty() ? token : cookies.get("webvpn");
    if (cookie == null || cookie.isEmpty()) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "the login is complete, but there is no session");
    }
    if (!cookie.matches("[!#-+\\--:<-\\[\\]-~]+")) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "the session's cookie is none of HTTP");
    }
    return cookie;
  }

  private String answer(ConfigAuth form) throws StepFailed {
    List<String> fields = new ArrayList<>();
    String select = "";
    for (ConfigAuth.Input input : form.inputs()) {
      switch (input.type()) {
        case "select" -> select = group(form);
        case "password" -> fields.add(password(input.name()));
        case "text" -> fields.add(element(input.name(), settings.username()));
        default -> {} // Hidden fields and buttons are for browsers.
      }
    }
    if (fields.isEmpty() && select.isEmpty()) {
      throw refused("the server wants what the settings do not hold");
    }
    return "<auth>" + String.join("", fields) + "</auth>" + select;
  }

  /** A second question for a password is a refusal, and never a second try. */
  private String password(String name) throws StepFailed {
    Secret password = settings.password();
    if (passwordGiven || password == null) {
      throw refused(
          passwordGiven
              ? "the server refused our login, or wants a second password"
              : "the server wants a password");
    }
    passwordGiven = true;
    return element(name, password.text());
  }

  private String group(ConfigAuth form) throws StepFailed {
    if (groupGiven) {
      return "";
    }
    groupGiven = true;
    String group = settings.group();
    if (group == null) {
      return "";
    }
    if (!form.groups().contains(group)) {
      throw refused("the server has no group of this name");
    }
    return "<group-select>" + ConfigAuth.escaped(group) + "</group-select>";
  }

  private static String element(String name, @org.jspecify.annotations.Nullable String value)
      throws StepFailed {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_-]{0,63}")) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "a form's field has no usable name");
    }
    return "<"
        + name
        + ">"
        + ConfigAuth.escaped(Objects.requireNonNullElse(value, ""))
        + "</"
        + name
        + ">";
  }

  /** Only paths of this server: an answer goes nowhere else. */
  private static String path(String action) throws StepFailed {
    if (action.isEmpty()) {
      return "/";
    }
    if (!action.matches("/([!-.0-~][!-~]*)?")) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the server sends its form elsewhere");
    }
    return action;
  }

  private ConfigAuth post(String path, String type, String content) throws StepFailed {
    String document =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<config-auth client=\"vpn\" type=\""
            + type
            + "\" aggregate-auth-version=\"2\">"
            + content
            + "</config-auth>\n";
    HttpConversation.Answer answer =
        gateway.http().ask("POST", path, headers(), document.getBytes(StandardCharsets.UTF_8));
    answer.headers("Set-Cookie").forEach(this::keep);
    if (answer.status() == 401 && passwordGiven) {
      throw refused("the server refused our login"); // ocserv, after the last try that it allows.
    }
    if (answer.status() != 200) {
      // A redirect is an answer, too: nothing is asked of a place that the user did not name.
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          Integer.toString(answer.status()),
          "the server answered " + answer.status() + " to a client of AnyConnect");
    }
    return ConfigAuth.of(answer.text());
  }

  private List<String> headers() {
    List<String> headers =
        new ArrayList<>(
            List.of(
                "Host: " + gateway.host(),
                "User-Agent: " + AGENT,
                "Accept: */*",
                "Accept-Encoding: identity",
                "X-Transcend-Version: 1",
                "X-Aggregate-Auth: 1",
                "X-Support-HTTP-Auth: true",
                "Content-Type: application/xml; charset=utf-8"));
    if (!cookies.isEmpty()) {
      headers.add(
          "Cookie: "
              + cookies.entrySet().stream()
                  .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                  .collect(Collectors.joining("; ")));
    }
    return headers;
  }

  /** RFC 6265 section 5.2: a name, a value, attributes that do not concern one conversation. */
  private void keep(String setCookie) {
    String pair = setCookie.split(";", 2)[0];
    int equals = pair.indexOf('=');
    if (equals <= 0 || cookies.size() >= 16 || !pair.matches("[!-:<-~]{1,4096}")) {
      return;
    }
    String value = pair.substring(equals + 1);
    if (value.isEmpty()) {
      cookies.remove(pair.substring(0, equals));
    } else {
      cookies.put(pair.substring(0, equals), value);
    }
  }

  private static StepFailed refused(String detail) {
    return new StepFailed(FailureKind.AUTH_REJECTED, detail);
  }
}
