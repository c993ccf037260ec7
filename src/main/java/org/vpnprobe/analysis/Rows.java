package org.vpnprobe.analysis;

import java.util.Arrays;

/** Places of measurements in their list, in the order in which they were added. */
final class Rows {
  private int[] rows = new int[2];
  private int size;

  void add(int row) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, size + (size >> 1) + 1);
    }
    rows[size++] = row;
  }

  int get(int index) {
    return rows[index];
  }

  int size() {
    return size;
  }
}
