package org.vpnprobe.analysis;

import java.util.EnumSet;
import java.util.Set;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.FailureKind.Meaning;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.StepName;

/** What a failed trial speaks about. */
final class Failing {
  /** The answer came from something that could not prove to be the server. */
  private static final Set<FailureKind> WRONG_IDENTITY =
      EnumSet.of(
          FailureKind.SSL_INVALID_HOSTNAME,
          FailureKind.SSL_UNKNOWN_AUTHORITY,
          FailureKind.SSL_INVALID_CERTIFICATE,
          FailureKind.SSL_WRONG_PIN,
          FailureKind.AUTH_WRONG_SERVER_KEY);

  /** What only a resolver that answers can say. */
  private static final Set<FailureKind> OF_THE_NAME =
      EnumSet.of(
          FailureKind.DNS_NXDOMAIN_ERROR, FailureKind.DNS_BOGON_ERROR, FailureKind.DNS_NO_ANSWER);

  private static final Set<StepName> AFTER_TLS =
      EnumSet.of(StepName.HANDSHAKE, StepName.AUTH, StepName.TUNNEL);

  private Failing() {}

  /** A trial that measured something: our own place and instrument worked. */
  static boolean usable(Measurement m) {
    Failure failure = m.failure();
    return failure == null
        || failure.kind().meaning() == Meaning.PATH
        || failure.kind().meaning() == Meaning.ANSWERED;
  }

  /** A failure that may be the path's doing; an answer that refuses us may be forged, too. */
  static boolean speaksOfPath(Measurement m) {
    return !m.succeeded() && usable(m);
  }

  /** The server (or what stood for it) answered and refused us. */
  static boolean refused(Measurement m) {
    Failure failure = m.failure();
    return failure != null
        && failure.kind().meaning() == Meaning.ANSWERED
        && !WRONG_IDENTITY.contains(failure.kind());
  }

  /** The server understood who we claim to be, and refused: whatever it is, it is no block. */
  static boolean understoodAndRefused(Measurement m) {
    return m.failure() != null && m.failure().kind() == FailureKind.AUTH_REJECTED;
  }

  /**
   * The server itself says no, over TLS that had verified it: nobody on the way can have forged it.
   */
  static boolean refusedInsideTls(Measurement m) {
    Failure failure = m.failure();
    return failure != null
        && refused(m)
        && AFTER_TLS.contains(failure.step())
        && m.observed("tls_version").isPresent();
  }

  static boolean wrongIdentity(Measurement m) {
    Failure failure = m.failure();
    return failure != null && WRONG_IDENTITY.contains(failure.kind());
  }

  /** A certificate was refused for its dates, or for what else the wrong day may make of it. */
  static boolean ofDates(Measurement m) {
    return m.failure() != null && m.failure().kind() == FailureKind.SSL_INVALID_CERTIFICATE;
  }

  static boolean ofVantage(Measurement m) {
    Failure failure = m.failure();
    return failure != null && failure.kind().meaning() == Meaning.VANTAGE;
  }

  /**
   * The resolver said nothing of the name: it did not answer, or would not. Whether that is for the
   * name's sake, others that are looked up there tell.
   */
  static boolean unresolved(Measurement m) {
    Failure failure = m.failure();
    return failure != null
        && failure.step() == StepName.RESOLVE
        && failure.kind().meaning() == Meaning.PATH
        && !OF_THE_NAME.contains(failure.kind());
  }

  /** The resolver said something of the name. */
  static boolean resolved(Measurement m) {
    return m.observed("dns_answer").isPresent() && !unresolved(m);
  }

  static boolean ofSettings(Measurement m) {
    Failure failure = m.failure();
    return failure != null && failure.kind() == FailureKind.CONFIG_ERROR;
  }
}
