package org.vpnprobe.model;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a rehearsal carrier does to DNS queries.
 *
 * @param names that are asked for ({@code *.suffix} for all below), null for every name
 * @param answer the forged addresses; those of the asked family are given, or none
 * @param rcode the forged answer's code instead
 * @param tcp queries over TCP are treated the same; not injected, since nobody races a connection
 */
public record DnsRule(
    @Description("poison, hijack, inject or drop.") Action action,
    @Description("The names (*.suffix for all below); every name if not given.")
        @Nullable List<String> names,
    @Description("The forged addresses.") @Nullable List<InetAddress> answer,
    @Description("The forged answer's code: nxdomain, refused or servfail.") @Nullable Rcode rcode,
    @Description("Over TCP too.") @Nullable Boolean tcp) {

  /** Who lies, and how. */
  public enum Action {
    /** The carrier's own resolver; one elsewhere tells the truth. */
    POISON,
    /** Whoever is asked, the carrier answers in its place. */
    HIJACK,
    /**
     * On the way to anybody, also to a host that runs no DNS: the forged answer comes first, the
     * true one later.
     */
    INJECT,
    /** Queries to anybody vanish. */
    DROP
  }

  /** RFC 1035 section 4.1.1. */
  public enum Rcode {
    NXDOMAIN,
    REFUSED,
    SERVFAIL
  }

  public DnsRule {
    boolean forged = (answer != null && !answer.isEmpty()) != (rcode != null);
    if (action == Action.DROP ? answer != null || rcode != null : !forged) {
      throw new InvalidSetting("answer", "expected either answer or rcode; for drop neither");
    }
  }
}
