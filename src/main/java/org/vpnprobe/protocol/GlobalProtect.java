package org.vpnprobe.protocol;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.HttpConversation;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.XmlElements;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;

/**
 * Palo Alto's GlobalProtect up to the login. What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: a prelogin response over verified TLS;
 *   <li>{@code authenticated}: the same, and with a password that the login was accepted.
 * </ul>
 */
public final class GlobalProtect implements Protocol<GlobalProtect.GlobalProtectSettings> {
  /** Which of a firewall's two doors; they have paths of their own. */
  public enum Door {
    GATEWAY("/ssl-vpn/prelogin.esp", "/ssl-vpn/login.esp"),
    PORTAL("/global-protect/prelogin.esp", "/global-protect/getconfig.esp");

    private final String prelogin;
    private final String login;

    Door(String prelogin, String login) {
      this.prelogin = prelogin;
      this.login = login;
    }

    /** Where a client asks what the login needs. */
    public String prelogin() {
      return prelogin;
    }

    /** Where it logs in. */
    public String login() {
      return login;
    }
  }

  /**
   * @param door the gateway, where tunnels end, or the portal, which hands out gateways; the
   *     gateway when left out
   * @param username whom to log in as, null for no login
   * @param password for the login
   * @param sni see {@code tls}, as all that follow
   */
  public record GlobalProtectSettings(
      @Nullable Door door,
      @Nullable String username,
      @Nullable Secret password,
      @Nullable String sni,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String cert,
      @Nullable Secret key)
      implements Settings {

    public GlobalProtectSettings {
      if ((username == null) != (password == null)) {
        throw new InvalidSetting(
            username == null ? "username" : "password", "username and password go together");
      }
      HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, "localhost");
    }

    /** The door to knock at. */
    public Door entered() {
      return Objects.requireNonNullElse(door, Door.GATEWAY);
    }

    TlsClient.Offer offer(String host) {
      return HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, host);
    }
  }

  /** The version of the protocol that clients have named for years. */
  private static final String QUERY = "?tmp=tmp&clientVer=4100&clientos=Windows";

  /** What a server answers to a wrong password; no code of HTTP's own. */
  public static final int REFUSED = 512;

  private static final Duration DEADLINE = Duration.ofSeconds(15);

  @Override
  public String name() {
    return "globalprotect";
  }

  @Override
  public String summary() {
    return "Palo Alto GlobalProtect: prelogin of gateway or portal, and the login";
  }

  @Override
  public About about() {
    return new About(
        "authenticated",
        "authenticated, login accepted",
        "TCP, one TLS handshake, one POST: about 20 packets; a login adds 2",
        "a line in the log; a refused login counts towards a lockout",
        "exchanges described by openconnect",
        """
        - name: office-globalprotect
          protocol: globalprotect
          address: vpn.example.net:443
          ca: ${file:ca.pem}
        """);
  }

  @Override
  public Class<GlobalProtectSettings> settings() {
    return GlobalProtectSettings.class;
  }

  @Override
  public int defaultPort() {
    return 443;
  }

  @Override
  public Facts facts(GlobalProtectSettings settings) {
    return Facts.answering(Transport.TCP, Depth.AUTHENTICATED, DEADLINE, Tcp.REPEATS);
  }

  @Override
  public Session open(GlobalProtectSettings settings, Trial trial) throws StepFailed {
    return HttpsGateway.open(
        settings.offer(trial.host()), trial, gateway -> converse(settings, trial, gateway));
  }

  private static Session converse(GlobalProtectSettings settings, Trial trial, HttpsGateway gateway)
      throws StepFailed {
    trial.step(StepName.HANDSHAKE, () -> prelogin(settings, trial, gateway));
    Secret password = settings.password();
    if (password == null) {
      trial.reached(Depth.AUTHENTICATED, "a prelogin response, certificate trusted");
    } else if (trial.goal().atLeast(Depth.AUTHENTICATED)) {
      trial.step(StepName.AUTH, () -> login(settings, password, gateway));
      trial.reached(Depth.AUTHENTICATED, "the server accepted our login");
    }
    return gateway;
  }

  private static boolean prelogin(GlobalProtectSettings settings, Trial trial, HttpsGateway gateway)
      throws StepFailed {
    HttpConversation.Answer answer =
        gateway
            .http()
            .ask("POST", settings.entered().prelogin() + QUERY, headers(gateway), new byte[0]);
    if (answer.status() != 200) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          Integer.toString(answer.status()),
          "the server answered " + answer.status() + " to a client of GlobalProtect");
    }
    XmlElements xml = XmlElements.of(answer.text());
    String status = xml.text("status").orElse("");
    if (!xml.root().equals("prelogin-response") || status.isEmpty()) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is no prelogin of GlobalProtect");
    }
    trial.reached(Depth.HANDSHAKE, "a prelogin response over verified TLS");
    trial.observe("globalprotect_saml", Boolean.toString(xml.text("saml-request").isPresent()));
    if (!status.equals("Success")) {
      // A firewall that has only the other door says so in this way.
      throw new StepFailed(
          FailureKind.AUTH_REJECTED, "the server has no such door, or refuses clients like us");
    }
    return true;
  }

  private static boolean login(
      GlobalProtectSettings settings, Secret password, HttpsGateway gateway) throws StepFailed {
    String form =
        "prot=https:&server="
            + encoded(gateway.host())
            + "&jnlpReady=jnlpReady&ok=Login&direct=yes&clientVer=4100&clientos=Windows"
            + "&ipv6-support=yes&computer=vpnprobe&user="
            + encoded(Objects.requireNonNullElse(settings.username(), ""))
            + "&passwd="
            + encoded(password.text());
    List<String> headers = new ArrayList<>(headers(gateway));
    headers.add("Content-Type: application/x-www-form-urlencoded");
    HttpConversation.Answer answer =
        gateway
            .http()
            .ask(
                "POST",
                settings.entered().login(),
                headers,
                form.getBytes(StandardCharsets.US_ASCII));
    if (answer.status() == REFUSED || answer.status() == 401 || answer.status() == 403) {
      throw new StepFailed(FailureKind.AUTH_REJECTED, "the server refused our login");
    }
    if (answer.status() == 200 && accepts(settings.entered(), answer.text())) {
      return true;
    }
    throw new StepFailed(
        FailureKind.AUTH_REJECTED, "the server wants more than a name and a password");
  }

  /** A gateway gives a cookie as the second argument of a Java application, a portal a policy. */
  private static boolean accepts(Door door, String text) {
    try {
      XmlElements xml = XmlElements.of(text);
      List<String> arguments = xml.texts("argument");
      return door == Door.PORTAL
          ? xml.root().equals("policy")
          : xml.root().equals("jnlp") && arguments.size() > 1 && !arguments.get(1).isEmpty();
    } catch (StepFailed e) {
      return false; // A question for a second factor is a script.
    }
  }

  private static List<String> headers(HttpsGateway gateway) {
    return List.of(
        "Host: " + gateway.host(), "User-Agent: PAN GlobalProtect", "Accept-Encoding: identity");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
