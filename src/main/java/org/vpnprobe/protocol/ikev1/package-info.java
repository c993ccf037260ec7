/**
 * IKEv1 (RFC 2408, RFC 2409) as initiator: phase 1 in main and aggressive mode with a shared
 * secret, the outer layer of L2TP/IPsec. The messages and the cryptography serve the embedded
 * responder too.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.ikev1;
