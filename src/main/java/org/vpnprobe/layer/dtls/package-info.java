/** DTLS 1.2 (RFC 6347) over a net datagram socket, by Bouncy Castle. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.layer.dtls;
