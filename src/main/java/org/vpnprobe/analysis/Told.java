package org.vpnprobe.analysis;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stories from journals, which are put together when the first is asked for: most formats ask for
 * none, and of a million measurements that takes seconds and a hundred megabytes.
 */
final class Told implements Stories {
  private record Ready(Merged merged, CarrierJudge judge, Set<String> cells) {
    static Ready of(Merged merged) {
      return new Ready(merged, new CarrierJudge(merged, merged.gates()), merged.cells());
    }
  }

  private final Supplier<Merged> journals;
  private @Nullable Ready ready;

  /**
   * @param journals asked for once
   */
  Told(Supplier<Merged> journals) {
    this.journals = journals;
  }

  @Override
  public Optional<Explanation> of(String cell) {
    Ready now = ready();
    if (!now.cells().contains(cell)) {
      return Optional.empty();
    }
    CellRecord record = now.merged().cell(cell);
    return Optional.of(Explanation.of(now.merged(), record, now.judge().judge(record)));
  }

  /** Nobody has to judge for these. */
  @Override
  public List<Explanation.Line> own(String cell) {
    Ready now = ready();
    return now.cells().contains(cell) ? Explanation.own(now.merged().cell(cell)) : List.of();
  }

  private Ready ready() {
    Ready now = ready;
    if (now == null) {
      now = Ready.of(journals.get());
      ready = now;
    }
    return now;
  }
}
