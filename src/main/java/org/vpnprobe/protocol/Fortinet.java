package org.vpnprobe.protocol;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;

/**
 * Fortinet's SSL VPN up to the login. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: the page of the login, by what only FortiGate's has, over verified TLS;
 *   <li>{@code authenticated}: the same, and with a password that the login was accepted.
 * </ul>
 */
public final class Fortinet implements Protocol<Fortinet.FortinetSettings> {
  /**
   * @param username whom to log in as, null for no login
   * @param password for the login
   * @param realm the part of the gateway to log in to; the default one when left out
   * @param sni see {@code tls}, as all that follow
   */
  public record FortinetSettings(
      @Nullable String username,
      @Nullable Secret password,
      @Nullable String realm,
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String cert,
      @Nullable Secret key)
      implements Settings {

    public FortinetSettings {
      if ((username == null) != (password == null)) {
        throw new InvalidSetting(
            username == null ? "username" : "password", "username and password go together");
      }
      HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, "localhost");
    }

    TlsClient.Offer offer(String host) {
      return HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, host);
    }
  }

  /** The page of the login. */
  public static final String LOGIN_PAGE = "/remote/login";

  /** Where a client's script sends the login, with {@code ajax=1} for an answer in one line. */
  public static final String LOGIN_CHECK = "/remote/logincheck";

  /** The cookie of a session; empty while there is none. */
  public static final String COOKIE = "SVPNCOOKIE";

  /** What stands in the pages of several versions, and in nobody else's. */
  private static final Set<String> MARKS =
      Set.of(
          "/remote/logincheck", "/remote/fgt_lang", "/sslvpn/js/login.js", "/remote/login?lang=");

  private static final Duration DEADLINE = Duration.ofSeconds(15);

  @Override
  public String name() {
    return "fortinet";
  }

  @Override
  public String summary() {
    return "Fortinet SSL VPN: the page of the login, and the login";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "authenticated, login accepted",
        "TCP, one TLS handshake, one GET: about 20 packets; a login adds 2",
        "a line in the log; two refused logins lock an address out for a minute",
        "exchanges described by openconnect and openfortivpn",
        """
        - name: office-fortinet
          protocol: fortinet
          address: vpn.example.net:10443
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<FortinetSettings> settings() {
    return FortinetSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(FortinetSettings settings) {
    return Facts.answering(Transport.TCP, Depth.AUTHENTICATED, DEADLINE, Tcp.REPEATS);
  }

  @Override
  public Session open(FortinetSettings settings, Trial trial) throws StepFailed {
    return HttpsGateway.open(
        settings.offer(trial.host()), trial, gateway -> converse(settings, trial, gateway));
  }

  private static Session converse(FortinetSettings settings, Trial trial, HttpsGateway gateway)
      throws StepFailed {
    trial.step(StepName.HANDSHAKE, () -> page(settings, gateway));
    trial.reached(Depth.HANDSHAKE, "FortiGate's page of the login over verified TLS");
    Secret password = settings.password();
    if (password == null) {
      trial.reached(Depth.AUTHENTICATED, "FortiGate's page of the login, certificate trusted");
    } else if (trial.goal().atLeast(Depth.AUTHENTICATED)) {
      trial.step(StepName.AUTH, () -> login(settings, password, gateway));
      trial.reached(Depth.AUTHENTICATED, "the server accepted our login");
    }
    return gateway;
  }

  private static boolean page(FortinetSettings settings, HttpsGateway gateway) throws StepFailed {
    String realm = settings.realm();
    HttpConversation.Answer answer =
        gateway
            .http()
            .ask(
                "GET",
                realm == null ? LOGIN_PAGE : LOGIN_PAGE + "?realm=" + encoded(realm),
                headers(gateway),
                new byte[0]);
    if (answer.status() != 200) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          Integer.toString(answer.status()),
          "the server answered " + answer.status() + " to a client of Fortinet");
    }
    String text = answer.text();
    if (MARKS.stream().noneMatch(text::contains) && cookie(answer).isEmpty()) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the page is not FortiGate's page of the login");
    }
    return true;
  }

  private static boolean login(FortinetSettings settings, Secret password, HttpsGateway gateway)
      throws StepFailed {
    String form =
        "ajax=1&username="
            + encoded(Objects.requireNonNullElse(settings.username(), ""))
            + "&realm="
            + encoded(Objects.requireNonNullElse(settings.realm(), ""))
            + "&credential="
            + encoded(password.text());
    List<String> headers = new ArrayList<>(headers(gateway));
    headers.add("Content-Type: application/x-www-form-urlencoded");
    HttpConversation.Answer answer =
        gateway.http().ask("POST", LOGIN_CHECK, headers, form.getBytes(StandardCharsets.US_ASCII));
    boolean session = cookie(answer).stream().anyMatch(value -> !value.isEmpty());
    if (answer.status() == 200 && session) {
      return true;
    }
    // ret=0 is a refusal, ret=2 a question for a second factor; older versions answer 401 or 405.
    String text = answer.text();
    boolean asked = text.startsWith("ret=2");
    boolean refused =
        asked || text.startsWith("ret=0") || Set.of(401, 403, 405).contains(answer.status());
    throw refused
        ? new StepFailed(
            FailureKind.AUTH_REJECTED,
            asked ? "the server wants a second factor" : "the server refused our login")
        : new StepFailed(
            FailureKind.HTTP_UNEXPECTED,
            Integer.toString(answer.status()),
            "the answer to our login is none of Fortinet");
  }

  private static List<String> headers(HttpsGateway gateway) {
    return List.of(
        "Host: " + gateway.host(),
        "User-Agent: Mozilla/5.0 SV1", // What servers choose a client's dialect by.
        "Accept: */*",
        "Accept-Encoding: identity");
  }

  /** The values that the session's cookie was given. */
  private static List<String> cookie(HttpConversation.Answer answer) {
    return answer.headers("Set-Cookie").stream()
        .filter(line -> line.startsWith(COOKIE + "="))
        .map(line -> line.substring(COOKIE.length() + 1).split(";", 2)[0].strip())
        .toList();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
