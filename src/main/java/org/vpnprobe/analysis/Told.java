package org.vpnprobe.analysis;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stories from journals, which are put together when the first is asked for: most formats ask for
 * none, and of a million measurements that takes seconds and a hundred megabytes.
 */
final class Told implements Stories {
  private record Ready(Merged merged, CarrierJudge judge, Set<String> cells) {
    static Ready of(List<Recorded> journals, List<Earlier> earlier) {
      Merged merged = new Merged(journals, earlier);
      return new Ready(merged, new CarrierJudge(merged, merged.gates()), merged.cells());
    }
  }

  private final List<Recorded> journals;
  private final List<Earlier> earlier;
  private @Nullable Ready ready;

  Told(List<Recorded> journals, List<Earlier> earlier) {
    this.journals = List.copyOf(journals);
    this.earlier = List.copyOf(earlier);
  }

  @Override
  public Optional<Explanation> of(String cell) {
    Ready now = ready;
    if (now == null) {
      now = Ready.of(journals, earlier);
      ready = now;
    }
    if (!now.cells().contains(cell)) {
      return Optional.empty();
    }
    CellRecord record = now.merged().cell(cell);
    return Optional.of(Explanation.of(now.merged(), record, now.judge().judge(record)));
  }
}
