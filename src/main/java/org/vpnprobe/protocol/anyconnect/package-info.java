/**
 * Cisco AnyConnect as OpenConnect and ocserv speak it: forms in XML over HTTPS, and CSTP, the
 * tunnel within the same TLS connection (draft-mavrogiannopoulos-openconnect).
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.anyconnect;
