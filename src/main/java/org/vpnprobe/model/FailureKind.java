package org.vpnprobe.model;

import static org.vpnprobe.model.FailureKind.Meaning.ANSWERED;
import static org.vpnprobe.model.FailureKind.Meaning.INSTRUMENT;
import static org.vpnprobe.model.FailureKind.Meaning.PATH;
import static org.vpnprobe.model.FailureKind.Meaning.VANTAGE;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The closed failure vocabulary. Strings are OONI's where one exists (df-007-errors), ours where
 * none does (reference: science.md §6). A failure records what our stack concluded, not what the
 * network did.
 */
public enum FailureKind {
  DNS_NXDOMAIN_ERROR(PATH),
  DNS_REFUSED_ERROR(PATH),
  DNS_SERVFAIL_ERROR(PATH),
  DNS_NO_ANSWER(PATH),
  DNS_BOGON_ERROR(PATH),
  DNS_SERVER_MISBEHAVING(PATH),
  DNS_TEMPORARY_FAILURE(PATH),

  CONNECTION_REFUSED(PATH),
  CONNECTION_RESET(PATH),
  CONNECTION_ABORTED(PATH),
  GENERIC_TIMEOUT_ERROR(PATH),
  HOST_UNREACHABLE(PATH),
  NETWORK_UNREACHABLE(PATH),
  /**
   * ICMP says that a filter on the way forbids it (types 3/9, 3/10, 3/13; ICMPv6 1/1, 1/5, 1/6).
   */
  ADMIN_PROHIBITED(PATH),
  EOF_ERROR(PATH),
  MESSAGE_SIZE(PATH),

  SSL_FAILED_HANDSHAKE(PATH),
  SSL_INVALID_HOSTNAME(ANSWERED),
  SSL_UNKNOWN_AUTHORITY(ANSWERED),
  SSL_INVALID_CERTIFICATE(ANSWERED),
  /** The certificate is not the pinned one. */
  SSL_WRONG_PIN(ANSWERED),
  /** A fatal TLS alert; the argument is its number. */
  TLS_ALERT(ANSWERED),

  /** A reply came, but not one that this protocol gives: something else answers on this port. */
  PROTO_UNEXPECTED_REPLY(ANSWERED),
  /** A message of the right protocol broke its own rules; the argument says which. */
  PROTO_MALFORMED_REPLY(ANSWERED),
  /** Silence from a protocol that is silent by design to those without its keys. */
  PROTO_NO_REPLY_UNAUTHENTICATED(INSTRUMENT),
  /** The server understood us and refused: wrong password, unknown key, no such user. */
  AUTH_REJECTED(ANSWERED),
  /** The server answered, but its proof does not verify with the key we were given. */
  AUTH_WRONG_SERVER_KEY(ANSWERED),
  /** WireGuard cookie reply and nothing after it. */
  WG_COOKIE_REPLY(ANSWERED),
  /** An IKE error notification; the argument is its number and name. */
  IKE_NOTIFY(ANSWERED),
  /** OpenVPN control session that stopped; the argument is the last state reached. */
  OVPN_STATE(PATH),
  /** The HTTP answer is not the expected one; the argument says what came. */
  HTTP_UNEXPECTED(ANSWERED),
  /** A proxy answered that it does not lead to the target; the argument is what it answered. */
  PROXY_REFUSED(ANSWERED),
  /** The server speaks QUIC, but no version of ours (OONI's name). */
  QUIC_INCOMPATIBLE_VERSION(ANSWERED),
  /**
   * The server ended the QUIC connection; the argument is its error code (RFC 9000 section 20),
   * after {@code app_} when the application's.
   */
  QUIC_CLOSED(ANSWERED),
  /** The tunnel opened, but what we sent through it did not come back. */
  DATA_ECHO_FAILED(PATH),

  /** The SOCKS proxy we stand behind failed: the vantage's fault, never the endpoint's. */
  SOCKS_ERROR(VANTAGE),
  NETWORK_DOWN(VANTAGE),
  ADDRESS_NOT_AVAILABLE(VANTAGE),
  PERMISSION_DENIED(VANTAGE),
  /** The vantage itself cannot be used; the argument says why. */
  VANTAGE_ERROR(VANTAGE),
  INTERRUPTED(INSTRUMENT),
  /** The settings cannot work: found while the handshake was prepared. */
  CONFIG_ERROR(INSTRUMENT),
  INSTRUMENT_ERROR(INSTRUMENT),
  UNKNOWN_FAILURE(INSTRUMENT);

  /** Whom a failure speaks about. */
  public enum Meaning {
    /** Something between us and the server, or the server's silence: evidence about the path. */
    PATH,
    /** The server answered and refused us, or is not what we expected: the path is open. */
    ANSWERED,
    /** Our own standing place is broken: the trial is void. */
    VANTAGE,
    /** We could not measure: the trial is void. */
    INSTRUMENT
  }

  private static final Map<String, FailureKind> BY_ID =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(FailureKind::id, kind -> kind));

  private final Meaning meaning;

  FailureKind(Meaning meaning) {
    this.meaning = meaning;
  }

  public Meaning meaning() {
    return meaning;
  }

  public String id() {
    return Names.id(this);
  }

  /** Returns the kind with this id, empty when there is none. */
  public static Optional<FailureKind> of(String id) {
    return Optional.ofNullable(BY_ID.get(id));
  }
}
