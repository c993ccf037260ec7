package org.vpnprobe.protocol;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;

/**
 * A dialogue that the user writes.
 *
 * @param transport {@code tcp} when left out
 * @param tls inside TLS, with a certificate that is trusted; not over UDP
 * @param steps what to say and what has to come back, in order; the last one is an answer
 * @param sni see the protocol {@code tls}, as all that follow
 */
public record CustomSettings(
    @Description("tcp or udp; tcp when left out.") @Nullable Transport transport,
    @Description("Inside TLS.") @Nullable Boolean tls,
    @Description("What to send and what to expect, in order.") List<Step> steps,
    @Description("Server name to send in TLS; the host when left out.") @Nullable String sni,
    @Description("Authorities that may have issued the certificate (PEM).") @Nullable String ca,
    @Description("SHA-256 of the certificate.") @Nullable String pin,
    @Description("Name that the certificate must be for.") @Nullable String verifyName,
    @Description("Our certificate (PEM).") @Nullable String cert,
    @Description("The key of our certificate (PEM).") @Nullable Secret key)
    implements Settings {

  /** What carries the dialogue. */
  public enum Transport {
    TCP,
    UDP
  }

  /**
   * One step: exactly one of its keys is given.
   *
   * @param send a text to send (UTF-8; YAML's double quotes know {@code \r\n} and {@code \x00})
   * @param sendHex bytes to send, in hexadecimal
   * @param expect what the answer must begin with
   * @param expectHex the same in hexadecimal, {@code ??} for any byte
   * @param expectRegex a regular expression that the beginning of the answer must match
   */
  public record Step(
      @Description("Text to send.") @Nullable String send,
      @Description("Bytes to send, in hexadecimal.") @Nullable String sendHex,
      @Description("Text that the answer begins with.") @Nullable String expect,
      @Description("Bytes that the answer begins with; ?? for any.") @Nullable String expectHex,
      @Description("Regular expression that the answer's beginning matches.")
          @Nullable String expectRegex) {
    /** What one step may send; UDP carries no more without fragments, either. */
    private static final int LONGEST = 4096;

    public Step {
      long given =
          Stream.of(send, sendHex, expect, expectHex, expectRegex).filter(Objects::nonNull).count();
      if (given != 1) {
        throw new InvalidSetting(
            "steps", "a step is one of send, send_hex, expect, expect_hex, expect_regex");
      }
      if (sendHex != null && !sendHex.replaceAll("\\s", "").matches("([0-9a-fA-F]{2})+")) {
        throw new InvalidSetting("send_hex", "expected pairs of hexadecimal digits");
      }
      if ((send != null && send.isEmpty()) || (expect != null && expect.isEmpty())) {
        throw new InvalidSetting("steps", "expected a text that is not empty");
      }
      if (Stream.of(send, sendHex, expect, expectHex).anyMatch(text -> length(text) > LONGEST)) {
        throw new InvalidSetting("steps", "expected at most " + LONGEST + " letters in a step");
      }
      if (expectHex != null) {
        ReplyPattern.hex("expect_hex", expectHex);
      }
      if (expectRegex != null) {
        ReplyPattern.regex("expect_regex", expectRegex);
      }
    }

    private static int length(@Nullable String text) {
      return text == null ? 0 : text.length();
    }

    /** True for a step that sends. */
    public boolean sends() {
      return send != null || sendHex != null;
    }

    /** What to send; empty for an answer. */
    public byte[] bytes() {
      if (sendHex != null) {
        return HexFormat.of().parseHex(sendHex.replaceAll("\\s", "").toLowerCase(Locale.ROOT));
      }
      return send == null ? new byte[0] : send.getBytes(StandardCharsets.UTF_8);
    }

    /** What has to come. */
    ReplyPattern pattern() {
      if (expectRegex != null) {
        return ReplyPattern.regex("expect_regex", expectRegex);
      }
      return expectHex != null
          ? ReplyPattern.hex("expect_hex", expectHex)
          : ReplyPattern.text(Objects.requireNonNullElse(expect, ""));
    }

    /** What is sent may hold a password. */
    @Override
    public String toString() {
      return sends() ? "send" : "expect";
    }
  }

  private static final int MOST_STEPS = 16;

  public CustomSettings {
    steps = List.copyOf(steps);
    if (steps.isEmpty() || steps.size() > MOST_STEPS || steps.getLast().sends()) {
      throw new InvalidSetting(
          "steps", "expected 1 to " + MOST_STEPS + " steps, the last of them an answer");
    }
    boolean inside = Boolean.TRUE.equals(tls);
    boolean udp = transport == Transport.UDP;
    if (udp && inside) {
      throw new InvalidSetting("tls", "tls is for transport tcp; there is a protocol dtls");
    }
    if (udp && !steps.getFirst().sends()) {
      throw new InvalidSetting("steps", "over UDP the first step sends: nobody knows us before");
    }
    if (!inside && Stream.of(sni, ca, pin, verifyName, cert, key).anyMatch(Objects::nonNull)) {
      throw new InvalidSetting("tls", "sni, ca, pin, verify_name, cert and key are for tls: true");
    }
    Tls.TlsSettings.offer(sni, List.of(), ca, pin, verifyName, cert, key, "localhost");
  }

  /** What carries the dialogue. */
  public Transport carrier() {
    return Objects.requireNonNullElse(transport, Transport.TCP);
  }

  /** True inside TLS. */
  public boolean secured() {
    return Boolean.TRUE.equals(tls);
  }

  TlsClient.Offer offer(String host) {
    return Tls.TlsSettings.offer(sni, List.of(), ca, pin, verifyName, cert, key, host);
  }
}
