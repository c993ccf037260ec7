package org.vpnprobe.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The text exposition format of Prometheus, version 0.0.4: families of gauges, no timestamps. */
final class Exposition {
  /** Longer values are cut: a label is stored with every series. */
  private static final int LONGEST_VALUE = 128;

  private final Map<String, Family> families = new LinkedHashMap<>();

  private record Family(String help, List<String> samples) {}

  /**
   * Begins a family of gauges; it appears only if a sample comes.
   *
   * @param help one line
   */
  Exposition gauge(String name, String help) {
    families.put(name, new Family(help, new ArrayList<>()));
    return this;
  }

  /**
   * Adds a sample to a family.
   *
   * @param labels names and values in turn; an empty value is the same as no label
   */
  void sample(String name, double value, String... labels) {
    StringBuilder line = new StringBuilder(name);
    String separator = "{";
    for (int i = 0; i < labels.length; i += 2) {
      if (!labels[i + 1].isEmpty()) {
        line.append(separator).append(labels[i]).append("=\"");
        line.append(escaped(labels[i + 1])).append('"');
        separator = ",";
      }
    }
    line.append(separator.equals(",") ? "} " : " ").append(number(value));
    Family family = families.get(name);
    if (family == null) {
      throw new IllegalArgumentException("no family " + name);
    }
    family.samples().add(line.toString());
  }

  /** A value as it can stand in a label. */
  static String value(String text) {
    String shown = Printable.of(text);
    return shown.codePointCount(0, shown.length()) <= LONGEST_VALUE
        ? shown
        : shown.substring(0, shown.offsetByCodePoints(0, LONGEST_VALUE));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    families.forEach((name, family) -> {
      if (!family.samples().isEmpty()) {
        out.append("# HELP ").append(name).append(' ').append(family.help()).append('\n');
        out.append("# TYPE ").append(name).append(" gauge\n");
        family.samples().forEach(sample -> out.append(sample).append('\n'));
      }
    });
    return out.toString();
  }
}
