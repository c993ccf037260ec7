package org.vpnprobe.report.compare;

import java.io.IOException;

/** A file that is no report, or one that this version cannot read; says where and why. */
public final class InvalidReport extends IOException {
  private static final long serialVersionUID = 1L;

  InvalidReport(String message) {
    super(message);
  }
}
