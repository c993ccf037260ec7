package org.vpnprobe.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.vpnprobe.model.CarrierKind;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.VantageFacts;

/** What kind of line a vantage stands on, and where it left for the Internet (design §4a.10). */
final class Standing {
  private Standing() {}

  static Report.Vantage of(VantageFacts facts, String state, List<Egress> egresses) {
    List<Egress> own = own(facts.name(), egresses);
    return new Report.Vantage(facts.kind(), state, network(facts, own), facts.country(), own);
  }

  /** The catalog's word on the number that was seen comes before its word on the carrier. */
  private static String network(VantageFacts facts, List<Egress> own) {
    if (facts.kind().equals("proxy")) {
      return "proxy";
    }
    CarrierKind seen =
        own.stream().map(Egress::network).filter(Objects::nonNull).findFirst().orElse(null);
    CarrierKind network = seen == null ? facts.network() : seen;
    return network == null ? "unknown" : network.id();
  }

  private static List<Egress> own(String vantage, List<Egress> egresses) {
    return egresses.stream()
        .filter(egress -> egress.vantage().equals(vantage))
        .sorted(Comparator.comparing(Egress::at))
        .toList();
  }

  /** What the reader has to know: what did not fit together, and what changed. */
  static List<String> notes(List<VantageFacts> vantages, List<Egress> egresses) {
    List<String> notes = new ArrayList<>();
    for (VantageFacts vantage : vantages) {
      List<Egress> own = own(vantage.name(), egresses);
      Set<String> said = new LinkedHashSet<>();
      own.stream()
          .flatMap(egress -> egress.findings().stream())
          .filter(finding -> !QUIET.contains(finding.id()))
          .forEach(finding -> said.add(vantage.name() + ": " + finding.text() + "."));
      notes.addAll(said);
      List<String> numbers =
          own.stream().map(Egress::shown).filter(shown -> !shown.isEmpty()).distinct().toList();
      if (numbers.size() > 1) {
        notes.add(
            String.format(
                Locale.ROOT,
                "%s: the network changed while it was measured: %s. Results before and after may be"
                    + " of different carriers.",
                vantage.name(),
                String.join(", then ", numbers)));
      }
    }
    return notes;
  }

  /** Nothing that a reader of results could act on. */
  private static final Set<String> QUIET =
      Set.of("no_table", "no_address", "private_address", "cgnat", "not_in_table", "proxy");
}
