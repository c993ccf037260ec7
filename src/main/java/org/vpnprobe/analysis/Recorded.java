package org.vpnprobe.analysis;

import java.time.Instant;
import java.util.List;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;

/**
 * One journal.
 *
 * @param finishedAt when the run ended, or when its last measurement did
 * @param egresses where the vantages left for the Internet, as far as it was looked up
 */
public record Recorded(
    Plan plan, List<Measurement> measurements, Instant finishedAt, List<Egress> egresses) {
  public Recorded {
    measurements = MeasurementList.of(measurements);
    egresses = List.copyOf(egresses);
  }

  /** A journal in which nobody looked where the vantages leave. */
  public Recorded(Plan plan, List<Measurement> measurements, Instant finishedAt) {
    this(plan, measurements, finishedAt, List.of());
  }
}
