/**
 * The link handshake of Tor (tor-spec, "Negotiating and initializing channels"; cert-spec) as the
 * initiator that does not authenticate itself: what a client or bridge user does before its first
 * circuit. Over any stream: a plain connection, obfs4, WebTunnel. No circuits are made.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.layer.tor;
