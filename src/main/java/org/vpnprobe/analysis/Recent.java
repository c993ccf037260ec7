package org.vpnprobe.analysis;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Measurement;

/**
 * Measurements by their places, those that were asked for lately at hand: a verdict looks at the
 * same few dozen many times, and a packed one is put together anew each time. Not thread-safe.
 */
final class Recent {
  private static final int KEPT = 1 << 11;

  private final List<Measurement> all;
  private final boolean packed;
  private final @Nullable Measurement[] kept = new @Nullable Measurement[KEPT];
  private final int[] places = new int[KEPT];

  Recent(List<Measurement> all) {
    this.all = all;
    this.packed = all instanceof MeasurementList;
  }

  Measurement get(int place) {
    if (!packed) {
      return all.get(place);
    }
    int slot = place & KEPT - 1;
    Measurement m = kept[slot];
    if (m == null || places[slot] != place) {
      m = all.get(place);
      kept[slot] = m;
      places[slot] = place;
    }
    return m;
  }

  /** Those at these places. */
  List<Measurement> at(Rows rows) {
    return new At(rows);
  }

  private final class At extends AbstractList<Measurement> implements RandomAccess {
    private final Rows rows;

    At(Rows rows) {
      this.rows = rows;
    }

    @Override
    public Measurement get(int index) {
      return Recent.this.get(rows.get(index));
    }

    @Override
    public int size() {
      return rows.size();
    }
  }
}
