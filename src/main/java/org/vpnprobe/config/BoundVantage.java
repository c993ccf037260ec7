package org.vpnprobe.config;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.Via;

/**
 * A carrier or control and how to leave through it. The {@code via} of a proxy holds its password.
 *
 * @param resolver null: the host's (or the proxy's) own
 * @param egress who tells its address, null: the interface
 */
public record BoundVantage(
    String name, Role role, Via via, @Nullable Resolver resolver, @Nullable EgressFrom egress) {
  /** A vantage whose address is that of its interface. */
  public BoundVantage(String name, Role role, Via via, @Nullable Resolver resolver) {
    this(name, role, via, resolver, null);
  }

  @Override
  public String toString() {
    return name;
  }
}
