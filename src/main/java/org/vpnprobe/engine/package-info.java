/** Turns a plan into measurements: schedule, pacing, trials, journal, resume. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.engine;
