/** One protocol, one file (or folder); protocols do not know each other. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol;
