package org.vpnprobe.report.html;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vpnprobe.model.Report;

/** What each carrier is called on the page: its display name, unless two have the same. */
final class Titles {
  private final Map<String, String> byName = new HashMap<>();

  Titles(List<Report.Carrier> carriers) {
    Set<String> once = new HashSet<>();
    Set<String> twice = new HashSet<>();
    carriers.stream()
        .map(Report.Carrier::displayName)
        .filter(shown -> !once.add(shown))
        .forEach(twice::add);
    for (Report.Carrier carrier : carriers) {
      boolean same = twice.contains(carrier.displayName());
      byName.put(carrier.name(), Wording.name(same ? carrier.name() : carrier.displayName()));
    }
  }

  String of(String carrier) {
    return byName.getOrDefault(carrier, Wording.name(carrier));
  }
}
