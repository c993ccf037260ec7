package org.vpnprobe.config.imports.proxies;

import java.util.HashSet;
import java.util.Set;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Entry;
import org.vpnprobe.config.imports.Span;

/** What becomes of the proxies of one source. What was not read of them is said once. */
final class ProxyAccount {
  private static final int MOST_SAID = 40;

  private final Account account;
  private final Set<String> said = new HashSet<>();

  ProxyAccount(Account account) {
    this.account = account;
  }

  Account account() {
    return account;
  }

  /** Imports a server, or says why not. */
  void found(Proxy proxy) {
    try {
      Entry entry = Terms.of(proxy).label(proxy.label()).build();
      account.found(entry);
      proxy.unread().forEach(key -> once("“" + Terms.word(key) + "” is not read", proxy.span()));
      proxy.remarks().forEach(remark -> once(remark, proxy.span()));
    } catch (NotImported e) {
      refused(e, proxy.span(), proxy.label());
    }
  }

  void refused(NotImported reason, Span span, String label) {
    reason.tell(account, span, label);
  }

  private void once(String remark, Span span) {
    if (said.size() < MOST_SAID && said.add(remark)) {
      account.aside(span, remark);
    }
  }
}
