package org.vpnprobe.protocol;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;

/**
 * What to ask a DNS server, and how.
 *
 * @param transport {@code udp} when left out
 * @param query what to ask for; {@code example.com} when left out
 * @param type record type; {@code A} when left out
 * @param expectAnswer the data of a record that the answer must hold, or an rcode
 * @param path of the URL, for {@code https}; {@code /dns-query} when left out
 * @param sni see {@code tls}, as all that follow; for {@code tls} and {@code https} alone
 */
public record DnsSettings(
    @Description("udp, or tcp; tls for DoT, https for DoH.") @Nullable Transport transport,
    @Description("The name to ask for; example.com when left out.") @Nullable String query,
    @Description("The record type to ask for; A when left out.") @Nullable String type,
    @Description("Data of a record that must be in the answer, or an rcode such as nxdomain.")
        @Nullable String expectAnswer,
    @Description("Path of the URL for https; /dns-query when left out.") @Nullable String path,
    @Description("Server name to send in TLS; the host when left out.") @Nullable String sni,
    @Description("Authorities that may have issued the certificate (PEM).") @Nullable String ca,
    @Description("SHA-256 of the certificate.") @Nullable String pin,
    @Description("Name that the certificate must be for.") @Nullable String verifyName,
    @Description("Our certificate (PEM).") @Nullable String cert,
    @Description("The key of our certificate (PEM).") @Nullable Secret key)
    implements Settings {

  /** What carries the messages. */
  public enum Transport {
    UDP,
    TCP,
    /** DNS over TLS (RFC 7858). */
    TLS,
    /** DNS over HTTPS (RFC 8484). */
    HTTPS
  }

  public DnsSettings {
    DnsQuery.name(Objects.requireNonNullElse(query, "example.com"));
    DnsQuery.type(Objects.requireNonNullElse(type, "A"));
    if (path != null && !path.matches("/[!-~]*")) {
      throw new InvalidSetting("path", "expected a path that begins with /");
    }
    if (expectAnswer != null && expectAnswer.isBlank()) {
      throw new InvalidSetting("expect_answer", "expected a record's data or an rcode");
    }
    boolean https = transport == Transport.HTTPS;
    if (path != null && !https) {
      throw new InvalidSetting("path", "path is for transport https");
    }
    boolean secured = https || transport == Transport.TLS;
    if (!secured && (sni != null || ca != null || pin != null || verifyName != null)) {
      throw new InvalidSetting(
          "transport", "sni, ca, pin and verify_name are for transport tls or https");
    }
    if (!secured && (cert != null || key != null)) {
      throw new InvalidSetting("transport", "cert and key are for transport tls or https");
    }
    Tls.TlsSettings.offer(sni, List.of(), ca, pin, verifyName, cert, key, "localhost");
  }

  /** What carries the messages. */
  public Transport carrier() {
    return Objects.requireNonNullElse(transport, Transport.UDP);
  }

  boolean secured() {
    return carrier() == Transport.TLS || carrier() == Transport.HTTPS;
  }

  DnsQuery query(java.util.random.RandomGenerator random) {
    return DnsQuery.of(
        DnsQuery.name(Objects.requireNonNullElse(query, "example.com")),
        DnsQuery.type(Objects.requireNonNullElse(type, "A")),
        random);
  }

  TlsClient.Offer offer(String host) {
    // RFC 7858 names no ALPN; RFC 8484 section 5.2 wants HTTP/2.
    List<String> alpn = carrier() == Transport.HTTPS ? List.of("h2", "http/1.1") : List.of();
    return Tls.TlsSettings.offer(sni, alpn, ca, pin, verifyName, cert, key, host);
  }
}
