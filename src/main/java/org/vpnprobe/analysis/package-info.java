/** Measurements to verdicts: pure functions of recorded data, no sockets, no clock. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.analysis;
