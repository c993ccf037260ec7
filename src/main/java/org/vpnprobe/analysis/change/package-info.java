/**
 * What changed, and when: statements about a cell over many runs. Pure functions of what earlier
 * runs said.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.analysis.change;
