package org.vpnprobe.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A history that cannot be read or written; says which, why, and what to do. */
public final class HistoryUnusable extends IOException {
  private static final long serialVersionUID = 1L;

  HistoryUnusable(String message) {
    super(message);
  }

  HistoryUnusable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
