package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;

/**
 * Measurements in little room: about 100 bytes each of those that a run makes, in place of 700 as
 * objects, so that a journal of a million is reported within a few hundred megabytes. Each is put
 * together when it is asked for.
 */
public final class PackedMeasurements extends MeasurementList {
  private static final int CHUNK = 1 << 20;

  private final List<byte[]> chunks;
  private final long[] starts;
  private final int size;
  private final Packing packing;

  private PackedMeasurements(Builder built) {
    this.chunks = List.copyOf(built.chunks);
    this.starts = Arrays.copyOf(built.starts, built.size);
    this.size = built.size;
    this.packing = built.packing;
    packing.close();
  }

  @Override
  public Measurement get(int place) {
    long start = starts[Objects.checkIndex(place, size)];
    return packing.read(new RowReader(chunks.get((int) (start >>> 32)), (int) start));
  }

  @Override
  public int size() {
    return size;
  }

  /** Takes measurements in, one after the other. */
  public static final class Builder {
    private final List<byte[]> chunks = new ArrayList<>();
    private final Packing packing = new Packing();
    private final RowWriter row = new RowWriter();
    private byte[] chunk = {};
    private int filled;
    private long[] starts = new long[64];
    private int size;

    /** Names that are said elsewhere already are kept once. */
    public void names(Plan plan) {
      plan.cells().forEach(cell -> packing.knows(cell.id()));
      for (EndpointFacts endpoint : plan.endpoints()) {
        packing.knows(endpoint.name());
        packing.knows(endpoint.address());
      }
      plan.vantages().forEach(vantage -> packing.knows(vantage.name()));
    }

    /** Adds one at the end. */
    public void add(Measurement m) {
      row.clear();
      packing.write(m, row);
      if (row.length() > chunk.length - filled) {
        // The first is small: most journals are.
        chunk = new byte[Math.max(chunks.isEmpty() ? CHUNK >> 5 : CHUNK, row.length())];
        chunks.add(chunk);
        filled = 0;
      }
      row.copyTo(chunk, filled);
      if (size == starts.length) {
        starts = Arrays.copyOf(starts, size + (size >> 1));
      }
      starts[size++] = (long) (chunks.size() - 1) << 32 | filled;
      filled += row.length();
    }

    /** All of them; none can be added any more. */
    public PackedMeasurements build() {
      return new PackedMeasurements(this);
    }
  }
}
