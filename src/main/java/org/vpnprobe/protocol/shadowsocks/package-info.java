/**
 * Shadowsocks: AEAD ciphers (SIP004) and the 2022 edition (SIP022), streams and datagrams. Without
 * stream ciphers (2015), plugins (SIP003) and identity headers (SIP023).
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.shadowsocks;
