/** OpenVPN's {@code .ovpn}. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.config.imports.openvpn;
