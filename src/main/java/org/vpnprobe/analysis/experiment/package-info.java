/**
 * Small named experiments that tell by which mechanism a cell fails: one file each. Pure functions
 * of recorded trials: what to try next, and what the trials so far show.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.analysis.experiment;
