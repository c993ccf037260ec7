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

  /**
   * The cell's own trials alone, by time, as they stand in its story: a suspect's holds the trials
   * of its witnesses and controls too, ten times as many.
   *
   * @param cell {@code endpoint@carrier[/ip6]}
   */
  default List<Explanation.Line> own(String cell) {
    return of(cell).map(Explanation::timeline).orElse(List.of()).stream()
        .filter(line -> line.from().equals(cell))
        .toList();
  }

  /** The stories in these journals; the journals are put together once, a story when asked for. */
  static Stories in(List<Recorded> journals) {
    return in(journals, List.of());
  }

  /** The same with what a history knows of runs whose journals are not at hand. */
  static Stories in(List<Recorded> journals, List<Earlier> earlier) {
    return new Told(() -> new Merged(journals, earlier));
  }
}
