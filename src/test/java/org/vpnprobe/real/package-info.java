/** The third ring: daemons as Debian ships them, in network namespaces the test makes. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.real;
