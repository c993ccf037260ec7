/**
 * Targets for a fuzzer led by coverage, by hand: Jazzer takes any class with {@code
 * fuzzerTestOneInput(byte[])}. See src/site/markdown/robustness.md.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.fuzz;
