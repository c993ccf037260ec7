/**
 * QUIC (RFC 9000, 9001): our own codec of what a connection begins with, and whole connections by a
 * library that only the classes named {@code Kwik…} know.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.layer.quic;
