/**
 * Rehearsal: embedded responders for each protocol and an interfering carrier as a Path around
 * another Path.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.lab;
