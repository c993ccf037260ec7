package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.vpnprobe.model.Measurement;

/** Measurements by the time at which they began, sorted when somebody asks. */
final class ByTime {
  static final Comparator<Measurement> ORDER =
      Comparator.comparing(Measurement::started).thenComparing(Measurement::id);

  private final List<Measurement> all = new ArrayList<>();
  private boolean sorted = true;

  void add(Measurement m) {
    sorted &= all.isEmpty() || ORDER.compare(all.getLast(), m) <= 0;
    all.add(m);
  }

  List<Measurement> all() {
    if (!sorted) {
      all.sort(ORDER);
      sorted = true;
    }
    return all;
  }
}
