package org.vpnprobe.analysis;

import java.time.Instant;
import java.util.List;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;

/**
 * One journal.
 *
 * @param finishedAt when the run ended, or when its last measurement did
 */
public record Recorded(Plan plan, List<Measurement> measurements, Instant finishedAt) {
  public Recorded {
    measurements = List.copyOf(measurements);
  }
}
