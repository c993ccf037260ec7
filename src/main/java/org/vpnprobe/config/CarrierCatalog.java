package org.vpnprobe.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Known carriers: a name in the file that is in here brings its display name and AS numbers along.
 */
public final class CarrierCatalog {
  private final List<Known> all;

  private CarrierCatalog(List<Known> all) {
    this.all = List.copyOf(all);
  }

  /**
   * @param name as in {@code carriers:} of the file
   * @param country ISO 3166-1 alpha-2
   */
  public record Known(String name, String displayName, String country, List<Long> asns) {
    public Known {
      asns = List.copyOf(asns);
    }
  }

  /** Reads the catalog that is shipped with the program. */
  public static CarrierCatalog shipped() {
    try (InputStream in = CarrierCatalog.class.getResourceAsStream("carriers.tsv")) {
      if (in == null) {
        throw new IllegalStateException("the program is incomplete: carriers.tsv is missing");
      }
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        return new CarrierCatalog(
            lines
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(CarrierCatalog::known)
                .toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Known known(String line) {
    List<String> fields = List.of(line.split("\t", -1));
    return new Known(
        fields.get(0),
        fields.get(2),
        fields.get(1),
        Arrays.stream(fields.get(3).split(" ", -1)).map(Long::valueOf).toList());
  }

  /** All carriers, in the order of the catalog: by country. */
  public List<Known> all() {
    return all;
  }

  /** The carrier of this name. */
  public Optional<Known> named(String name) {
    return all.stream().filter(known -> known.name().equals(name)).findFirst();
  }

  /** The carriers that have this AS number. */
  public List<Known> withAsn(long asn) {
    return all.stream().filter(known -> known.asns().contains(asn)).toList();
  }
}
