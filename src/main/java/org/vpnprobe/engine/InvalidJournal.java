package org.vpnprobe.engine;

import java.io.IOException;

/** A file that is no journal, or one that this version cannot read; says where and why. */
public final class InvalidJournal extends IOException {
  private static final long serialVersionUID = 1L;

  InvalidJournal(String message) {
    super(message);
  }
}
