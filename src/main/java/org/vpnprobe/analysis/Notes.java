package org.vpnprobe.analysis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.VantageFacts;

/** What the reader of a report must know about the whole of it (design §4a.7 and §4a.10). */
final class Notes {
  private Notes() {}

  static List<String> of(Merged merged, Gates gates) {
    List<String> notes = new ArrayList<>();
    Plan last = merged.runs().getLast().recorded().plan();
    if (last.rehearsal()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Rehearsal: the embedded lab was measured, not the world; time ran %s times as fast.",
              last.pace() == Math.rint(last.pace())
                  ? Long.toString((long) last.pace())
                  : Double.toString(last.pace())));
    } else {
      notes.add("Seen from these vantages; another line of the same carrier may differ.");
    }
    switch (last.profile()) {
      case QUICK -> notes.add("Quick profile: tells what works, blames nobody.");
      case STANDARD ->
          notes.add("Standard profile: does not see a censor that acts on one flow in four.");
      case THOROUGH -> notes.add("Thorough profile: also sees censors that act by chance.");
    }
    for (VantageFacts vantage : merged.vantages()) {
      gates
          .closed(vantage.name())
          .forEach(gate -> notes.add(vantage.name() + " " + gate.sentence() + "."));
    }
    for (Merged.Run run : merged.runs()) {
      WrongClock.setBy(run.recorded().measurements()).ifPresent(by -> notes.add(clockSet(by)));
    }
    notes.addAll(Standing.notes(merged.vantages(), merged.egresses()));
    if (merged.runs().size() > 1) {
      notes.addAll(merged.clocks().notes());
    }
    notes.addAll(merged.keys().notes());
    return notes;
  }

  private static String clockSet(Duration by) {
    return "The clock of this machine was set "
        + (by.isNegative() ? "back" : "forward")
        + " by "
        + by.abs().toSeconds()
        + " s in the middle of the run; all times here go on as they began.";
  }
}
