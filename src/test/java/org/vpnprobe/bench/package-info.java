/** Measurements made by hand: speed and memory are no business of a test with a clock. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.bench;
