package org.vpnprobe.config.imports;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.vpnprobe.config.ForeignFiles;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.Yaml;

/** Reads files and share links for {@code imports:} and for a run without a file. */
public final class ForeignReader implements ForeignFiles {
  /** A key of ours at the beginning of a line: nobody else's file. */
  private static final Pattern OURS =
      Pattern.compile("(?:version|endpoints|templates|imports)\\s*:.*");

  private final Options options;

  /**
   * @param options which protocols there are
   */
  public ForeignReader(Options options) {
    this.options = options;
  }

  /**
   * How a run's argument is called when it is a share link or a file of another program.
   *
   * @return empty when it is a probes.yaml, or nothing that is recognized
   */
  public static Optional<String> shown(String argument) {
    try {
      Source source = new Sources(Path.of("")).local(argument);
      boolean ours = source.lines().stream().anyMatch(line -> OURS.matcher(line).matches());
      return !ours && (Sources.isLink(argument) || ImportFormats.recognize(source).isPresent())
          ? Optional.of(source.name())
          : Optional.empty();
    } catch (Unreadable e) {
      return Optional.empty();
    }
  }

  @Override
  public Brought read(String named, String shown, Path folder, How how, Set<String> taken)
      throws Unreadable {
    ImportFormat format = how.format().isPresent() ? format(how.format().get()) : null;
    Source source = new Sources(folder).local(named, shown);
    Batch batch = new Importer(options).read(List.of(source), format, how, taken);
    List<Yaml.Mapping> endpoints = batch.endpoints().stream().map(Endpoint::node).toList();
    List<String> remarks = new ArrayList<>(batch.remarks());
    batch.skipped().forEach(skipped -> remarks.add(skipped.at() + ": " + skipped.message()));
    return new Brought(
        endpoints, batch.rejected().stream().map(Outcome.Rejected::problem).toList(), remarks);
  }

  /**
   * The format of a name.
   *
   * @throws Unreadable with all names when there is none
   */
  public static ImportFormat format(String name) throws Unreadable {
    return ImportFormats.named(name)
        .orElseThrow(() ->
            new Unreadable(
                "there is no format “"
                    + name
                    + "”; expected one of "
                    + String.join(", ", ImportFormats.names())));
  }
}
