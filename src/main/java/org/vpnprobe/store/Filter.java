package org.vpnprobe.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which verdicts are wanted; null: any.
 *
 * @param cell {@code endpoint@carrier[/ip6]}
 * @param carrier all cells of this carrier or control
 * @param since of runs that ended then or later
 * @param until of runs that ended before
 * @param rehearsal of rehearsals alone, or of real runs alone
 */
public record Filter(
    @Nullable String cell,
    @Nullable String carrier,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable Boolean rehearsal) {

  /** Everything. */
  public static Filter all() {
    return new Filter(null, null, null, null, null);
  }

  /** The same for one cell. */
  public Filter ofCell(String name) {
    return new Filter(name, carrier, since, until, rehearsal);
  }

  /** The same for one carrier. */
  public Filter ofCarrier(String name) {
    return new Filter(cell, name, since, until, rehearsal);
  }

  /** The same from then on. */
  public Filter since(Instant time) {
    return new Filter(cell, carrier, time, until, rehearsal);
  }

  /** The same up to then. */
  public Filter until(Instant time) {
    return new Filter(cell, carrier, since, time, rehearsal);
  }

  /** The same for rehearsals, or for real runs. */
  public Filter rehearsal(boolean wanted) {
    return new Filter(cell, carrier, since, until, wanted);
  }
}
