package org.vpnprobe.report.redact;

import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Folders that tell whose machine it is: those that the journals name, and homes. */
final class Folders {
  private static final Pattern HOME =
      Pattern.compile(
          "(?:(?:/var|/export)?/(?:home|Users)/[^\\s/:“”\"']+|/root|~|[A-Za-z]:\\\\Users\\\\[^\\s\\\\“”\"']+)"
              + "[/\\\\](?:[^\\s/\\\\:“”\"']+[/\\\\]){0,40}");

  private final Set<String> listed;

  Folders(Set<String> listed) {
    this.listed = listed;
  }

  @Nullable Hit at(String text, int i) {
    for (String folder : listed) {
      if (text.startsWith(folder, i)) {
        return new Hit(i + folder.length(), "");
      }
    }
    boolean possible =
        Signs.is('/', text, i) || Signs.is('~', text, i) || text.startsWith(":\\", i + 1);
    MatchResult home = possible ? Signs.found(HOME, text, i) : null;
    return home == null ? null : new Hit(home.end(), "");
  }
}
