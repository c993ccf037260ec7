/**
 * WireGuard (Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel", 2017 and later) and the
 * packet disguises of AmneziaWG.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.wireguard;
