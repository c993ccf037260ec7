package org.vpnprobe.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/** What this process used at most. */
final class Memory {
  private Memory() {}

  /** The heap at its fullest, in MiB, garbage included. */
  static long peakHeap() {
    long heap = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        heap += pool.getPeakUsage().getUsed();
      }
    }
    return heap >> 20;
  }
}
