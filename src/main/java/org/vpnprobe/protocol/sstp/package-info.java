/** SSTP ([MS-SSTP]) up to the first exchange of PPP (RFC 1661) within it. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.sstp;
