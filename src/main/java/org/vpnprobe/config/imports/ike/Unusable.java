package org.vpnprobe.config.imports.ike;

import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Span;

/** A setting of a swanctl.conf that cannot be used. Its words hold no secret. */
final class Unusable extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Span at;
  private final String key;

  Unusable(Span at, String key, String expected) {
    super(expected, null, false, false);
    this.at = at;
    this.key = key;
  }

  /** Rejects it. */
  void tell(Account account) {
    account.reject(at, key, String.valueOf(getMessage()));
  }
}
