/**
 * VMess with an authenticated header ({@code alterId 0}). The form of before 2020, whose header is
 * bound by an MD5 of the time, is not here: servers have dropped it.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.vmess;
