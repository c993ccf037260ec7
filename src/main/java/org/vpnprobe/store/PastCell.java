package org.vpnprobe.store;

import org.vpnprobe.model.Role;

/**
 * A cell that some earlier run tried.
 *
 * @param name {@code endpoint@carrier[/ip6]}
 * @param role of the vantage that its carrier names
 */
public record PastCell(
    String name, String endpoint, String protocol, String transport, String carrier, Role role) {}
