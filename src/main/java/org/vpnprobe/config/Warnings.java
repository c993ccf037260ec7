package org.vpnprobe.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the user should know although the file can be used. Each sentence is said once. */
final class Warnings {
  private static final int MOST = 50;

  private final Map<String, Integer> said = new LinkedHashMap<>();

  void add(String sentence) {
    said.merge(sentence, 1, Integer::sum);
  }

  /** Looks at a value that is a secret. */
  void secret(Yaml.Scalar scalar, boolean foreign, String key, Interpolation interpolation) {
    if (!foreign) {
      add(
          scalar.at()
              + ": “"
              + Shown.key(key)
              + "” is in clear text; expected ${env:NAME} or ${file:path}");
    }
    for (String file : interpolation.worldReadable()) {
      if (scalar.text().contains(file)) {
        add(scalar.at() + ": every user of this machine may read " + Shown.reference(file));
      }
    }
  }

  List<String> list() {
    List<String> list = new ArrayList<>(said.keySet().stream().limit(MOST).toList());
    if (said.size() > MOST) {
      list.add("… and " + (said.size() - MOST) + " more warnings");
    }
    return List.copyOf(list);
  }
}
