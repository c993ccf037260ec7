package org.vpnprobe.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.VantageFacts;

/** A journal can only be gone on with under the plan it began with. */
final class SamePlan {
  private static final int MOST_SHOWN = 5;

  private SamePlan() {}

  static void check(Plan begun, Plan now, Path journal) {
    List<String> differences = new ArrayList<>();
    compare(
        "cell",
        begun.cells().stream().map(CellFacts::id).toList(),
        now.cells().stream().map(CellFacts::id).toList(),
        differences);
    compare(
        "endpoint",
        begun.endpoints().stream().map(SamePlan::told).toList(),
        now.endpoints().stream().map(SamePlan::told).toList(),
        differences);
    compare(
        "vantage",
        begun.vantages().stream().map(SamePlan::told).toList(),
        now.vantages().stream().map(SamePlan::told).toList(),
        differences);
    if (begun.profile() != now.profile()) {
      differences.add("profile " + begun.profile().id() + ", now " + now.profile().id());
    }
    if (!differences.isEmpty()) {
      throw new Refused(
          journal
              + ": was begun under another plan: "
              + String.join("; ", differences.stream().limit(MOST_SHOWN).toList())
              + (differences.size() > MOST_SHOWN ? "; …" : "")
              + "; put the file back, or begin anew without --resume");
    }
  }

  private static void compare(
      String what, List<String> begun, List<String> now, List<String> differences) {
    Set<String> before = new LinkedHashSet<>(begun);
    Set<String> after = new LinkedHashSet<>(now);
    for (String item : before) {
      if (!after.remove(item)) {
        differences.add(what + " " + item + " is gone");
      }
    }
    after.forEach(item -> differences.add(what + " " + item + " is new"));
  }

  private static String told(EndpointFacts endpoint) {
    return endpoint.name()
        + " ("
        + endpoint.protocol()
        + ", "
        + endpoint.address()
        + ", "
        + endpoint.goal().id()
        + ")";
  }

  private static String told(VantageFacts vantage) {
    return vantage.name() + " (" + vantage.role().id() + ", " + vantage.kind() + ")";
  }
}
