package org.vpnprobe.analysis;

import java.time.Duration;

/**
 * The durations of the witness run (design §4a), divided by the pace of a rehearsal.
 *
 * @param roundGap between the rounds of one suspect
 * @param span from the first to the last counted failure, at least
 * @param witnessEvery between witness trials of one stream
 * @param secondFlow what residual blocking (QUIC) needs to set in
 * @param pairing how far a control of another journal may be from the trial it vouches for
 * @param persistence between two runs that show the same
 * @param memory how far back an earlier run still speaks of this failure: a weekly run and its next
 * @param thoroughGap beyond the residual window of known censors, 180 s (reference: science.md §4)
 * @param residual longer than any known penalty, 180 s (reference: science.md §4)
 * @param surveyGap between two looks of a control that runs alone; two fit into the pairing window
 */
record Timing(
    Duration roundGap,
    Duration span,
    Duration witnessEvery,
    Duration secondFlow,
    Duration pairing,
    Duration persistence,
    Duration memory,
    Duration thoroughGap,
    Duration residual,
    Duration surveyGap,
    double pace) {

  static Timing of(double pace) {
    return new Timing(
        divided(40, pace),
        divided(115, pace),
        divided(5, pace),
        divided(2, pace),
        divided(300, pace),
        divided(1800, pace),
        divided(8 * 86_400, pace),
        divided(190, pace),
        divided(190, pace),
        divided(100, pace),
        pace);
  }

  /** So many real seconds between two trials of an experiment. */
  Duration experimentGap(int seconds) {
    return divided(seconds, pace);
  }

  private static Duration divided(long seconds, double pace) {
    return Duration.ofNanos(Math.round(seconds * 1e9 / pace));
  }
}
