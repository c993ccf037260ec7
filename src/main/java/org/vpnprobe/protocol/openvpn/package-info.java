/**
 * OpenVPN as a client of one short session: control packets and their wrapping (plain, tls-auth,
 * tls-crypt, tls-crypt-v2), the reliability layer, TLS inside the control channel, key method 2,
 * pushed options, the AEAD data channel.
 *
 * <p>Source: the OpenVPN wire protocol draft (openvpn-rfc) and behaviour seen of OpenVPN 2.6.
 *
 * <p>Limits: tun only (no tap), AEAD data ciphers only (no CBC), no compression (only the framing
 * that a server pushes), no {@code fragment}, no renegotiation (a session lasts seconds), no
 * dynamic tls-crypt, no epoch data keys.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.openvpn;
