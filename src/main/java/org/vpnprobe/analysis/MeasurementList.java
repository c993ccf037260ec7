package org.vpnprobe.analysis;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.vpnprobe.model.Measurement;

/**
 * Measurements that nobody adds to any more. A measurement may be put together anew each time it is
 * asked for: what is alike is equal, but need not be the same object.
 */
public abstract class MeasurementList extends AbstractList<Measurement> implements RandomAccess {
  /** Makes another measurement of the one at this place. */
  @FunctionalInterface
  interface Change {
    Measurement of(int place, Measurement m);
  }

  /** These measurements; a list that somebody may add to is copied. */
  public static MeasurementList of(List<Measurement> list) {
    return list instanceof MeasurementList already ? already : new Kept(List.copyOf(list));
  }

  /** The same, each changed when it is asked for. */
  final MeasurementList changed(Change change) {
    return new Changed(this, change);
  }

  private static final class Kept extends MeasurementList {
    private final List<Measurement> list;

    Kept(List<Measurement> list) {
      this.list = list;
    }

    @Override
    public Measurement get(int place) {
      return list.get(place);
    }

    @Override
    public int size() {
      return list.size();
    }
  }

  private static final class Changed extends MeasurementList {
    private final MeasurementList list;
    private final Change change;

    Changed(MeasurementList list, Change change) {
      this.list = list;
      this.change = change;
    }

    @Override
    public Measurement get(int place) {
      return change.of(place, list.get(place));
    }

    @Override
    public int size() {
      return list.size();
    }
  }
}
