package org.vpnprobe.config.imports.proxies;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Span;

/** Why a server does not become an endpoint. Shows no secret. */
final class NotImported extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Span at;
  private final String what;

  private NotImported(@Nullable Span at, String what, String sentence) {
    super(sentence, null, false, false);
    this.at = at;
    this.what = what;
  }

  /** It is understood, and no protocol here can express it. */
  static NotImported unspoken(String reason) {
    return new NotImported(null, "", reason);
  }

  /**
   * It is not understood.
   *
   * @param what is shown, so never a secret
   */
  static NotImported malformed(Span at, String what, String expected) {
    return new NotImported(at, what, expected);
  }

  /** Says it of an entry. */
  void tell(Account account, Span entry, String label) {
    String sentence = String.valueOf(getMessage());
    if (at == null) {
      account.skip(entry, label, sentence);
    } else {
      account.cover(entry);
      account.reject(at, what, sentence);
    }
  }
}
