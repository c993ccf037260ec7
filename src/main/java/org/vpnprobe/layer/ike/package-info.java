/** What IKEv1 and IKEv2 share: groups, identities, and requests over one UDP socket. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.layer.ike;
