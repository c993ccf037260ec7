package org.vpnprobe.model;

import java.util.Locale;

/** The one rule that turns a constant into the name that YAML, JSON and documentation use. */
final class Names {
  private Names() {}

  static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
