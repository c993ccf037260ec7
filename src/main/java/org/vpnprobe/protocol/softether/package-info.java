/**
 * SoftEther VPN's own protocol over TLS, as far as a stranger gets: the signature in HTTP and the
 * server's hello (SoftEther VPN, {@code Cedar/Protocol.c} and {@code Mayaqua/Pack.c}, Apache-2.0).
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.softether;
