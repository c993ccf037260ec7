package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vpnprobe.analysis.compare.Changes;
import org.vpnprobe.analysis.compare.Snapshot;
import org.vpnprobe.report.Outcome;
import org.vpnprobe.report.compare.ChangesJson;
import org.vpnprobe.report.compare.ReportFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "What changed between two runs. Quiet, and exit code 0, when nothing did; else 1.",
      "A cell that the later run could not judge has not changed."
    })
final class DiffCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(
      index = "0",
      paramLabel = "OLD",
      description = "A run's folder, a results.ndjson, a report.json or a baseline.")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "The same of a later run.")
  private Path after = Path.of("");

  @Option(names = "--json", description = "One JSON object, also when nothing changed.")
  private boolean json;

  DiffCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    Snapshot old = ReportFile.read(before);
    Snapshot now = ReportFile.read(after);
    if (now.finishedAt().isBefore(old.startedAt())) {
      streams.say("the second of the two is the earlier run");
    }
    Changes changes = Changes.between(old, now);
    streams
        .out()
        .print(
            json
                ? ChangesJson.of(changes)
                : ChangeText.of(changes, Map.of(), streams.terminal().colour()));
    streams.out().flush();
    return changes.isEmpty() ? Outcome.MET : Outcome.NOT_MET;
  }
}
