/**
 * IKEv2 (RFC 7296) as initiator: IKE_SA_INIT and IKE_AUTH with PSK, certificate or EAP, and ESP in
 * UDP (RFC 3948) for pings through the tunnel. The messages and the cryptography serve the embedded
 * responder too.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.ikev2;
