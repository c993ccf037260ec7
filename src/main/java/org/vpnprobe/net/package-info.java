/**
 * What a probe sees of the world: paths out of this host, each step traced, every exception turned
 * into the failure vocabulary.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.net;
