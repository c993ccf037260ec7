/**
 * Which network an address belongs to, looked up in a file that the user has. Nothing is asked of
 * anybody; a table is as right as it is new.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.config.asn;
