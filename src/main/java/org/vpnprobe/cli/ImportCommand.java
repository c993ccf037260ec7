package org.vpnprobe.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.imports.Batch;
import org.vpnprobe.config.imports.Fetch;
import org.vpnprobe.config.imports.ForeignReader;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.ImportFormats;
import org.vpnprobe.config.imports.Importer;
import org.vpnprobe.config.imports.Outcome;
import org.vpnprobe.config.imports.ProbesYaml;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Sources;
import org.vpnprobe.report.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description =
        "Turn files, texts and links of other programs into endpoints. Probes nothing; contacts"
            + " only an https:// address that you name.")
final class ImportCommand implements Callable<Integer> {
  private final Streams streams;
  private final InputStream in;

  @Parameters(
      arity = "0..*",
      paramLabel = "SOURCE",
      description = "A file, a share link, - for standard input, or an https:// address.")
  private List<String> named = List.of();

  @Option(
      names = "--as",
      paramLabel = "FORMAT",
      description = "The format of all sources, where it is not to be recognized (--formats).")
  private @Nullable String as;

  @Option(
      names = "--into",
      paramLabel = "FILE",
      description =
          "Add the endpoints to this probes.yaml, or make it; secrets go to files beside it.")
  private @Nullable Path into;

  @Option(names = "--inline-secrets", description = "With --into: leave secrets in the YAML.")
  private boolean inlineSecrets;

  @Option(
      names = "--tag",
      paramLabel = "WORD",
      split = ",",
      description = "Tags for all imported endpoints.")
  private List<String> tags = List.of();

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      description =
          "What to reach through those that are proxies: http://host/path, tcp://host:port,"
              + " echo://host:port.")
  private @Nullable String target;

  @Option(names = "--strict", description = "Write nothing when an entry is rejected.")
  private boolean strict;

  @Option(names = "--formats", description = "List the formats and end.")
  private boolean formats;

  ImportCommand(Streams streams) {
    this.streams = streams;
    this.in = System.in;
  }

  @Override
  public Integer call() throws IOException, InvalidFile {
    if (formats) {
      for (ImportFormat format : ImportFormats.all()) {
        streams.out().println("%-14s %s".formatted(format.name(), format.summary()));
      }
      return 0;
    }
    if (named.isEmpty()) {
      throw new Refused("import: expected a file, a share link, - or an https:// address");
    }
    if (inlineSecrets && into == null) {
      throw new Refused("--inline-secrets: has no meaning without --into; there they are inline");
    }
    Options options = Options.of(Version.text(), Instant.now(), "import");
    Importer importer = new Importer(options);
    Set<String> taken = into == null ? Set.of() : ProbesYaml.names(into);
    Batch batch = importer.read(sources(), format(), how(), taken);
    tell(batch);
    if (batch.endpoints().isEmpty() || (strict && !batch.rejected().isEmpty())) {
      streams.say("nothing is written");
      return 2;
    }
    write(batch, importer);
    return 0;
  }

  private How how() {
    return new How(Optional.ofNullable(as), tags, Optional.ofNullable(target));
  }

  private @Nullable ImportFormat format() {
    try {
      return as == null ? null : ForeignReader.format(as);
    } catch (Unreadable e) {
      throw new Refused("--as: " + e.getMessage());
    }
  }

  private List<Source> sources() {
    Sources sources = new Sources(Path.of(""));
    List<Source> opened = new ArrayList<>();
    for (String each : named) {
      try {
        opened.add(sources.any(each, in, Fetch::new));
      } catch (Unreadable e) {
        throw new Refused(String.valueOf(e.getMessage()));
      }
    }
    return opened;
  }

  private void tell(Batch batch) {
    for (Outcome outcome : batch.outcomes()) {
      switch (outcome) {
        case Outcome.Imported imported -> {}
        case Outcome.Skipped skipped -> say(skipped.at() + ": " + skipped.message());
        case Outcome.Rejected rejected ->
            say("rejected: " + rejected.at() + ": " + rejected.message());
      }
    }
    batch.remarks().forEach(this::say);
    streams.say(batch.summary());
  }

  private void say(String line) {
    streams.say(Printable.of(line));
  }

  private void write(Batch batch, Importer importer) throws IOException, InvalidFile {
    ProbesYaml yaml = new ProbesYaml(importer.check());
    if (into != null) {
      ProbesYaml.Written written = yaml.add(batch.endpoints(), into, inlineSecrets);
      streams.say(
          "written to "
              + into
              + (written.secrets() == 0
                  ? ""
                  : "; "
                      + written.secrets()
                      + " secrets to files of their own in "
                      + written.folder()));
      if (written.exposed() > 0) {
        say(
            "warning: others can read "
                + into
                + ", and "
                + written.exposed()
                + " of the secrets in it are new; “chmod 600” makes it yours alone");
      }
      return;
    }
    List<String> secrets = yaml.secrets(batch.endpoints());
    if (!secrets.isEmpty()) {
      say(
          "standard output has no folder for secrets, so they are in the YAML ("
              + String.join(", ", secrets.stream().limit(8).toList())
              + (secrets.size() > 8 ? ", … " + secrets.size() + " in all" : "")
              + "); --into FILE puts them into files that only you can read");
    }
    streams.out().print(ProbesYaml.text(batch.endpoints()));
  }
}
