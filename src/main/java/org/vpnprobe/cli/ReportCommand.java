package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.engine.Journal;
import org.vpnprobe.report.Dossier;
import org.vpnprobe.report.Outcome;
import org.vpnprobe.report.ReportSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Make the report again from journals, merging those of several vantages.")
final class ReportCommand implements Callable<Integer> {
  private final Streams streams;
  private final Map<String, String> environment;

  @Parameters(
      paramLabel = "JOURNAL",
      arity = "0..*",
      description = "results.ndjson, or the folder it is in. Default: the last run.")
  private List<Path> journals = List.of();

  @Option(names = "--schema", description = "Print the JSON Schema of report.json and end.")
  private boolean schema;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private TermsOptions terms = new TermsOptions();
  @Mixin private HistoryOption history;

  ReportCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
    this.environment = environment;
    this.history = new HistoryOption(environment);
  }

  @Override
  public Integer call() throws IOException {
    if (schema) {
      streams.out().print(ReportSchema.json());
      return Outcome.MET;
    }
    output.check();
    terms.check();
    try (HeapWatch _ = HeapWatch.begin()) {
      return reported();
    }
  }

  private int reported() throws IOException {
    List<Journal> read = read(journals, environment);
    read.forEach(journal -> Talk.torn(journal, streams));
    List<Recorded> recorded = recorded(read);
    Dossier dossier = Dossiers.of(recorded, history, streams);
    if (output.out != null) {
      Files.createDirectories(output.out);
      if (read.size() == 1) {
        copy(read.getFirst().file(), output.out.resolve(StateFolder.JOURNAL));
        if (output.privacy.redacts()) {
          streams.say(StateFolder.JOURNAL + " holds addresses: share the other files without it");
        }
      }
      output.save(dossier, recorded, output.out);
    }
    output.print(dossier, recorded, streams);
    output.tell(dossier, recorded, streams, environment, false);
    history.keep(dossier.report(), recorded, streams);
    Outcome outcome = Outcome.of(output.privacy.shown(dossier, recorded).report(), terms.terms());
    Talk.outcome(outcome, streams);
    return outcome.exitCode();
  }

  private static void copy(Path from, Path to) throws IOException {
    if (!Files.exists(to)) {
      Path half =
          Files.createTempFile(to.toAbsolutePath().getParent(), "." + StateFolder.JOURNAL, "");
      try {
        Files.copy(
            from, half, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        StateFolder.keepPrivate(half);
        Files.move(half, to, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(half);
      }
    } else if (Files.mismatch(from, to) >= 0) {
      throw new FileAlreadyExistsException(to.toString());
    }
  }

  /** Reads the journals named, or that of the last run when none is. */
  static List<Journal> read(List<Path> named, Map<String, String> environment) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : named) {
      files.add(Files.isDirectory(path) ? path.resolve(StateFolder.JOURNAL) : path);
    }
    if (files.isEmpty()) {
      files.add(
          StateFolder.of(environment)
              .lastJournal()
              .orElseThrow(() ->
                  new Refused(
                      "there is no earlier run; measure with “vpnprobe run”, or name a results.ndjson")));
    }
    List<Journal> journals = new ArrayList<>();
    for (Path file : files) {
      journals.add(Journal.read(file));
    }
    if (journals.stream()
            .map(j -> List.of(j.plan().rehearsal(), j.plan().pace()))
            .distinct()
            .count()
        > 1) {
      throw new Refused(
          "a rehearsal says nothing of what was measured, nor of one at another pace: name journals"
              + " of one kind");
    }
    return journals;
  }

  /** What analysis reads of them. */
  static List<Recorded> recorded(List<Journal> journals) {
    return journals.stream().map(Journal::recorded).toList();
  }
}
