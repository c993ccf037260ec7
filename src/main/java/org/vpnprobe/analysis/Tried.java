package org.vpnprobe.analysis;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Measurement;

/** What the trials of one cell have shown so far, without a look at each of them again. */
final class Tried {
  final Rows rows = new Rows();

  /** One reached the asked depth. */
  boolean answered;

  /** One reached some depth. */
  boolean heard;

  /** Address and port that was contacted first, null when none was. */
  @Nullable String server;

  void add(Measurement m, int row) {
    rows.add(row);
    answered |= m.succeeded();
    heard |= m.succeeded() || m.reached() != null;
    if (server == null) {
      server = m.address();
    }
  }
}
