package org.vpnprobe.config;

import java.util.ArrayList;
import java.util.List;

/** Plain text in headings, lists and aligned columns. */
final class Columns {
  /** A column that is wider does not push the others of its table aside. */
  private static final int WIDEST = 48;

  private final StringBuilder text = new StringBuilder();

  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  void line(String line) {
    text.append(Shown.printable(line)).append('\n');
  }

  /** A heading and indented lines; nothing at all when there are none and the heading is a word. */
  void list(String heading, List<String> lines) {
    if (lines.isEmpty() && !heading.contains(":")) {
      return;
    }
    text.append('\n');
    line(heading);
    lines.forEach(each -> line("  " + each));
  }

  void table(String heading, List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        int width = Math.min(WIDEST, row.get(i).length());
        if (i == widths.size()) {
          widths.add(width);
        } else {
          widths.set(i, Math.max(widths.get(i), width));
        }
      }
    }
    list(heading, rows.stream().map(row -> aligned(row, widths)).toList());
  }

  private static String aligned(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append(row.get(i));
      line.repeat(' ', Math.max(0, widths.get(i) - row.get(i).length()) + 2);
    }
    return line.toString().stripTrailing();
  }

  String text() {
    return text.toString();
  }
}
