/**
 * The rules of the witness run against made-up carriers and servers, in made-up time: how often
 * they blame the innocent and miss the blocked.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.analysis.simulation;
