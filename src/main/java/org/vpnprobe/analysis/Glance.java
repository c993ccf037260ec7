package org.vpnprobe.analysis;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vpnprobe.model.Measurement;

/**
 * What the trials of one vantage showed of the vantage itself. All trials of a run are gone through
 * once for all of its vantages: there may be a million.
 */
final class Glance {
  /** The observation of a server's certificate. */
  static final String CERTIFICATE = "tls_certificate_sha256";

  /** A certificate that was refused, and the cell at which it was shown. */
  record Refused(String certificate, String cell) {}

  private final Set<Refused> refused = new LinkedHashSet<>();
  private final Map<String, Instant> unresolved = new HashMap<>();
  private Instant resolved = Instant.MIN;
  private boolean tried;
  private boolean heard;
  private boolean failedOtherwise;
  private boolean proved;
  private boolean anchorTried;
  private boolean anchorAnswered;
  private boolean mistimed;

  private Glance() {}

  /**
   * By vantage; those without a trial are not in it.
   *
   * @param clockOff how far the clock of the machine was off
   */
  static Map<String, Glance> of(Recorded recorded, Duration clockOff) {
    Set<String> anchors = Set.copyOf(recorded.plan().anchors());
    Map<String, Glance> all = new HashMap<>();
    for (Measurement m : recorded.measurements()) {
      if (m.ownHandshake()) {
        Glance at = all.computeIfAbsent(m.vantage(), v -> new Glance());
        at.add(m, anchors.contains(m.endpoint()));
        at.mistimed |= WrongClock.mayFail(m, clockOff);
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
    if (Failing.resolved(m)) {
      resolved = later(resolved, m.started());
    } else if (Failing.unresolved(m)) {
      unresolved.merge(m.cell(), m.started(), Glance::later);
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
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

  /** Cells whose names were asked for in vain after the resolver's last answer. */
  List<String> unresolved() {
    return unresolved.entrySet().stream()
        .filter(cell -> cell.getValue().isAfter(resolved))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Some trial failed as a wrong clock makes it fail. */
  boolean mistimed() {
    return mistimed;
  }
}
