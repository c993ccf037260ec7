package org.vpnprobe.fuzz;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.config.ForeignFiles.How;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.ImportFormats;
import org.vpnprobe.config.imports.Importer;
import org.vpnprobe.config.imports.Source;

/** A file of another program: its endpoints, or what is wrong with it. */
public final class ImportTarget {
  private static final Options OPTIONS = Options.of("fuzz", Instant.EPOCH, "import");
  private static final How HOW =
      new How(Optional.empty(), List.of(), Optional.of("http://target.example/"));

  private ImportTarget() {}

  /**
   * The first byte says the format, by its place in the list; beyond its end the format is to be
   * recognized. The others are the file.
   */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    List<String> names = ImportFormats.names();
    int chosen = Byte.toUnsignedInt(bytes[0]) % (2 * names.size());
    ImportFormat format =
        chosen < names.size() ? ImportFormats.named(names.get(chosen)).orElseThrow() : null;
    try {
      Source source =
          Source.of("file", Arrays.copyOfRange(bytes, 1, bytes.length), Path.of("target"));
      new Importer(OPTIONS).read(List.of(source), format, HOW, Set.of());
    } catch (Unreadable e) {
      // As declared.
    }
  }
}
