package org.vpnprobe.engine;

import java.util.List;

/**
 * Trials that belong together: made one after the other, on one server address, by one thread.
 *
 * @param urgent witnesses and rounds go before screening: their time is part of the evidence
 */
record Job(List<TrialOrder> trials, Caps.Use use, boolean urgent) {
  Job {
    trials = List.copyOf(trials);
  }
}
