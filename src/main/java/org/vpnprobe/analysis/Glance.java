package org.vpnprobe.analysis;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;

/**
 * What the trials of one vantage showed of the vantage itself. All trials of a run are gone through
 * once for all of its vantages: there may be a million.
 */
final class Glance {
  /** The observation of a server's certificate. */
  static final String CERTIFICATE = "tls_certificate_sha256";

  /** More than a certificate's edge or a leap of a virtual machine. */
  private static final Duration CLOCK_LIMIT = Duration.ofMinutes(5);

  /** A certificate that was refused, and the cell at which it was shown. */
  record Refused(String certificate, String cell) {}

  private final Set<Refused> refused = new LinkedHashSet<>();
  private final Set<String> otherTime = new HashSet<>();
  private boolean tried;
  private boolean heard;
  private boolean failedOtherwise;
  private boolean proved;
  private boolean anchorTried;
  private boolean anchorAnswered;

  private Glance() {}

  /** By vantage; those without a trial are not in it. */
  static Map<String, Glance> of(List<Measurement> measurements, Set<String> anchors) {
    Map<String, Glance> all = new HashMap<>();
    for (Measurement m : measurements) {
      if (m.ownHandshake()) {
        all.computeIfAbsent(m.vantage(), v -> new Glance()).add(m, anchors.contains(m.endpoint()));
      }
    }
    return all;
  }

  /** That of a vantage which has tried nothing. */
  static Glance none() {
    return new Glance();
  }

  private void add(Measurement m, boolean anchor) {
    tried = true;
    heard |= m.succeeded() || m.reached() != null;
    failedOtherwise |= !Failing.ofVantage(m);
    anchorTried |= anchor;
    anchorAnswered |= anchor && m.succeeded();
    if (m.succeeded()) {
      proved = proved || m.observed(CERTIFICATE).isPresent();
    } else if (Failing.wrongIdentity(m)) {
      m.observed(CERTIFICATE)
          .filter(certificate -> !certificate.isEmpty())
          .ifPresent(certificate -> refused.add(new Refused(certificate, m.cell())));
    }
    for (Observation o : m.observations()) {
      if (o.key().equals(Clocks.SERVER_CLOCK) && isFarFrom(o.value(), m.started().plus(o.at()))) {
        otherTime.add(String.valueOf(m.address()));
      }
    }
  }

  private static boolean isFarFrom(String told, Instant here) {
    try {
      return Duration.between(Instant.parse(told), here).abs().compareTo(CLOCK_LIMIT) > 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Some trial reached some depth. */
  boolean heard() {
    return heard;
  }

  /** Nothing but failures of the vantage itself. */
  boolean failedByItself() {
    return tried && !failedOtherwise;
  }

  /** Some server showed a certificate and was believed. */
  boolean proved() {
    return proved;
  }

  boolean anchorTried() {
    return anchorTried;
  }

  boolean anchorAnswered() {
    return anchorAnswered;
  }

  /** The certificates that were refused. */
  Set<Refused> refused() {
    return refused;
  }

  /** Servers that told a time far from ours. */
  Set<String> otherTime() {
    return otherTime;
  }
}
