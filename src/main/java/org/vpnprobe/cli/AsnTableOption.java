package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.CarrierCatalog;
import org.vpnprobe.config.Scout;
import org.vpnprobe.config.asn.AsnTable;
import org.vpnprobe.engine.Whereabouts;
import org.vpnprobe.model.Egress;
import picocli.CommandLine.Option;

/** The file that tells which network an address is in. */
final class AsnTableOption {
  /** Used when neither the command line nor the file names one. */
  static final String VARIABLE = "VPNPROBE_ASN_TABLE";

  @Option(
      names = "--asn-table",
      paramLabel = "FILE",
      description =
          "Which network is an address in: an .mmdb, or an ip2asn table (may be .gz). Default:"
              + " asn_table: of the file, then $"
              + VARIABLE
              + ".")
  private @Nullable Path table;

  Optional<Path> table() {
    return Optional.ofNullable(table);
  }

  /** The table when there is no file that could name one. */
  @Nullable Path table(Map<String, String> environment) {
    String named = environment.get(VARIABLE);
    return table != null ? table : named == null ? null : Path.of(named);
  }

  /**
   * Looks vantages up.
   *
   * @param table null when the user has none
   * @param silent send nothing
   */
  static Whereabouts whereabouts(@Nullable Path table, boolean silent) throws IOException {
    return new Whereabouts(
        table == null ? null : AsnTable.of(table),
        CarrierCatalog.shipped(),
        Clock.systemUTC(),
        silent);
  }

  /**
   * Looks up who a carrier named {@code auto} is.
   *
   * @param silent send nothing
   */
  static Scout scout(boolean silent) {
    return (vantage, table) -> {
      try {
        return whereabouts(table, silent)
            .of(List.of(vantage), Map.of(), Egress.Moment.START)
            .getFirst();
      } catch (IOException e) {
        throw new Refused(String.valueOf(e.getMessage()));
      }
    };
  }
}
