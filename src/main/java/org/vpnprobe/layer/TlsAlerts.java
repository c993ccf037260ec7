package org.vpnprobe.layer;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/** Turns what JSSE throws into the failure vocabulary. */
public final class TlsAlerts {
  private static final Pattern RECEIVED = Pattern.compile("Received fatal alert: (\\w+)");

  /** RFC 8446 §6, with the names that JSSE uses. */
  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("close_notify", 0),
          Map.entry("unexpected_message", 10),
          Map.entry("bad_record_mac", 20),
          Map.entry("record_overflow", 22),
          Map.entry("handshake_failure", 40),
          Map.entry("bad_certificate", 42),
          Map.entry("unsupported_certificate", 43),
          Map.entry("certificate_revoked", 44),
          Map.entry("certificate_expired", 45),
          Map.entry("certificate_unknown", 46),
          Map.entry("illegal_parameter", 47),
          Map.entry("unknown_ca", 48),
          Map.entry("access_denied", 49),
          Map.entry("decode_error", 50),
          Map.entry("decrypt_error", 51),
          Map.entry("protocol_version", 70),
          Map.entry("insufficient_security", 71),
          Map.entry("internal_error", 80),
          Map.entry("user_canceled", 90),
          Map.entry("missing_extension", 109),
          Map.entry("unsupported_extension", 110),
          Map.entry("unrecognized_name", 112),
          Map.entry("certificate_required", 116),
          Map.entry("no_application_protocol", 120));

  private TlsAlerts() {}

  /** The number of the fatal alert that the other side sent, empty when it sent none. */
  public static OptionalInt received(SSLException e) {
    Matcher alert = RECEIVED.matcher(String.valueOf(e.getMessage()));
    if (!alert.find()) {
      return OptionalInt.empty();
    }
    Integer number = NUMBERS.get(alert.group(1).toLowerCase(Locale.ROOT));
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /**
   * The failure after the server has been verified and has seen our certificate, or that we have
   * none: {@code auth_rejected} when it says that this is the reason.
   */
  public static StepFailed afterOurCertificate(SSLException e, boolean shown, String detail) {
    OptionalInt alert = received(e);
    if (alert.isEmpty() || !refusesCertificate(alert.getAsInt())) {
      return failure(e, detail);
    }
    return new StepFailed(
        FailureKind.AUTH_REJECTED,
        shown
            ? "the server refused our certificate (TLS alert " + alert.getAsInt() + ")"
            : "the server wants a client certificate");
  }

  private static boolean refusesCertificate(int alert) {
    return (alert >= 42 && alert <= 46) || alert == 48 || alert == 49 || alert == 116;
  }

  /** The failure: {@code tls_alert} when one came, else {@code ssl_failed_handshake}. */
  public static StepFailed failure(SSLException e, String detail) {
    OptionalInt alert = received(e);
    return alert.isPresent()
        ? new StepFailed(
            FailureKind.TLS_ALERT,
            Integer.toString(alert.getAsInt()),
            "the server sent the TLS alert " + alert.getAsInt(),
            null,
            e)
        : new StepFailed(FailureKind.SSL_FAILED_HANDSHAKE, null, detail, null, e);
  }
}
