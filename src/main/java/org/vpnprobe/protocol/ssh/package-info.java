/**
 * SSH (RFC 4251 to 4254): the key exchange, a login, and a channel to a target. The transport is
 * jsch's; what it is asked to prove, and what its failures mean, stands here.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.ssh;
