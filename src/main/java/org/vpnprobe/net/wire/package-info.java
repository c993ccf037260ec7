/** The one bounded reader and the one writer of bytes. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.net.wire;
