package org.vpnprobe.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.Format;
import org.vpnprobe.report.GitHubFormat;

/**
 * A step of GitHub Actions, known by the variables that GitHub sets. Its runner reads commands from
 * both streams, so annotations go to the error stream: standard output stays data.
 */
record GitHubActions(boolean running, String summary) {
  static GitHubActions of(Map<String, String> environment) {
    return new GitHubActions(
        environment.getOrDefault("GITHUB_ACTIONS", "").equals("true"),
        environment.getOrDefault("GITHUB_STEP_SUMMARY", ""));
  }

  /** Says the annotations on the error stream. */
  static void annotate(Dossier dossier, Streams streams) throws IOException {
    Format format = new GitHubFormat();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    format.write(dossier, lines);
    streams.out().flush();
    streams.err().print(lines.toString(StandardCharsets.UTF_8));
    streams.err().flush();
  }

  /** Appends to the step's summary as much as GitHub takes; a run does not fail for its sake. */
  void summarise(Dossier dossier, Streams streams) {
    if (summary.isEmpty()) {
      return;
    }
    try {
      Path file = Path.of(summary);
      long present = Files.exists(file) ? Files.size(file) : 0;
      Files.writeString(
          file,
          GitHubFormat.summary(dossier.report(), present),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException | InvalidPathException e) {
      streams.say("the step summary could not be written: " + e.getMessage());
    }
  }
}
