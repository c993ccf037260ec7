package org.vpnprobe.cli;

import java.util.List;
import org.vpnprobe.config.Nearest;

/** What is said of a word that is none of those that would be right. */
final class Unknown {
  private Unknown() {}

  /**
   * A sentence with the nearest word, or all of them when none is near.
   *
   * @param where such as {@code --format}; may be empty
   */
  static String word(String where, String word, List<String> known) {
    String nearest = Nearest.to(word, known);
    return (where.isEmpty() ? "" : where + ": ")
        + "“"
        + word
        + "” is not known; "
        + (nearest == null
            ? "expected one of " + String.join(", ", known)
            : "did you mean “" + nearest + "”?");
  }
}
