package org.vpnprobe.analysis;

import java.util.List;
import java.util.Optional;

/** The story behind each cell of a report. */
public interface Stories {
  /**
   * What was tried and how the verdict came about.
   *
   * @param cell {@code endpoint@carrier[/ip6]}
   * @return empty when no journal knows the cell
   */
  Optional<Explanation> of(String cell);

  /** The stories in these journals; the journals are put together once, a story when asked for. */
  static Stories in(List<Recorded> journals) {
    return in(journals, List.of());
  }

  /** The same with what a history knows of runs whose journals are not at hand. */
  static Stories in(List<Recorded> journals, List<Earlier> earlier) {
    return new Told(journals, earlier);
  }
}
