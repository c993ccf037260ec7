package org.vpnprobe.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the word that the user probably meant. */
public final class Nearest {
  /** Longer words are compared by their beginning: the work is quadratic. */
  private static final int MOST_CHARS = 64;

  /** More candidates than any vocabulary of ours; of a user's names the first are compared. */
  private static final int MOST_CANDIDATES = 2000;

  private Nearest() {}

  /** The nearest of the known words, null when none is near. Ties go to the first. */
  public static @Nullable String to(String word, Collection<String> known) {
    String wanted = plain(word);
    String nearest = null;
    int least = 1 + Math.max(1, wanted.length() / 3);
    for (String candidate : known.stream().limit(MOST_CANDIDATES).toList()) {
      if (Math.abs(candidate.length() - wanted.length()) >= least && wanted.length() < MOST_CHARS) {
        continue;
      }
      int distance = distance(wanted, plain(candidate));
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  private static String plain(String word) {
    String cut = word.length() > MOST_CHARS ? word.substring(0, MOST_CHARS) : word;
    return cut.toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
  }

  /** Edits from one to the other: insert, delete, replace, or swap two neighbours. */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replace = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replace, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
