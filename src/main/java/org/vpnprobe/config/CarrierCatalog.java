package org.vpnprobe.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CarrierKind;

/**
 * Known carriers: a name in the file that is in here brings its display name and AS numbers along.
 */
public final class CarrierCatalog {
  /** Columns of {@code carriers.tsv}. */
  private static final int COLUMNS = 8;

  private final List<Known> all;

  private CarrierCatalog(List<Known> all) {
    this.all = List.copyOf(all);
  }

  /**
   * A carrier.
   *
   * @param name as in {@code carriers:} of the file
   * @param localName the display name in the carrier's own language
   * @param country ISO 3166-1 alpha-2, null when a user's carrier does not say
   * @param parts at least one
   */
  public record Known(
      String name,
      String displayName,
      String localName,
      @Nullable String country,
      List<Part> parts) {
    public Known {
      parts = List.copyOf(parts);
    }

    /** The numbers of all parts. */
    public List<Long> asns() {
      return parts.stream().flatMap(part -> part.asns().stream()).toList();
    }

    /** The kind of all parts, null when they differ or it is not known. */
    public @Nullable CarrierKind kind() {
      CarrierKind first = parts.getFirst().kind();
      return parts.stream().allMatch(part -> part.kind() == first) ? first : null;
    }

    /** What the carrier uses this number for, null when it has not got it or does not say. */
    public @Nullable CarrierKind kindOf(long asn) {
      return parts.stream()
          .filter(part -> part.asns().contains(asn))
          .findFirst()
          .map(Part::kind)
          .orElse(null);
    }
  }

  /**
   * What a carrier uses some of its numbers for.
   *
   * @param source where the numbers were found; explained at the top of {@code carriers.tsv}
   * @param date of the newest source, null for a user's own carrier
   */
  public record Part(
      @Nullable CarrierKind kind, List<Long> asns, String source, @Nullable LocalDate date) {
    public Part {
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
        return read(lines.lines().filter(line -> !line.startsWith("#")).toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows of one name are one carrier. */
  static CarrierCatalog read(List<String> lines) {
    Map<String, Known> byName = new LinkedHashMap<>();
    for (String line : lines) {
      Known row = row(line);
      byName.merge(row.name(), row, CarrierCatalog::joined);
    }
    return new CarrierCatalog(List.copyOf(byName.values()));
  }

  private static Known row(String line) {
    List<String> fields = List.of(line.split("\t", -1));
    if (fields.size() != COLUMNS) {
      throw new IllegalArgumentException("expected " + COLUMNS + " columns: " + line);
    }
    Part part =
        new Part(
            CarrierKind.valueOf(fields.get(2).toUpperCase(Locale.ROOT)),
            Arrays.stream(fields.get(3).split(" ", -1)).map(Long::valueOf).toList(),
            fields.get(6),
            LocalDate.parse(fields.get(7)));
    return new Known(fields.get(0), fields.get(4), fields.get(5), fields.get(1), List.of(part));
  }

  private static Known joined(Known one, Known more) {
    boolean same =
        one.displayName().equals(more.displayName())
            && one.localName().equals(more.localName())
            && String.valueOf(one.country()).equals(more.country());
    if (!same) {
      throw new IllegalArgumentException("the rows of " + one.name() + " differ in their names");
    }
    List<Part> parts = new ArrayList<>(one.parts());
    parts.addAll(more.parts());
    return new Known(one.name(), one.displayName(), one.localName(), one.country(), parts);
  }

  /** This catalog with the carriers of a user's file, which come before others. */
  public CarrierCatalog with(List<Known> own) {
    List<Known> joined = new ArrayList<>(own);
    List<String> names = own.stream().map(Known::name).toList();
    all.stream().filter(known -> !names.contains(known.name())).forEach(joined::add);
    return new CarrierCatalog(joined);
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

  /**
   * The carriers of a country (its two letters), or else those whose name, display name, local name
   * or AS number ({@code AS9808}) has this word in it; case does not matter.
   */
  public List<Known> find(String word) {
    String wanted = word.toLowerCase(Locale.ROOT);
    List<Known> ofCountry =
        all.stream().filter(known -> wanted.equalsIgnoreCase(known.country())).toList();
    return ofCountry.isEmpty()
        ? all.stream().filter(known -> matches(known, wanted)).toList()
        : ofCountry;
  }

  private static boolean matches(Known known, String wanted) {
    String number = wanted.startsWith("as") ? wanted.substring(2) : wanted;
    return known.name().contains(wanted)
        || known.displayName().toLowerCase(Locale.ROOT).contains(wanted)
        || known.localName().toLowerCase(Locale.ROOT).contains(wanted)
        || known.asns().stream().anyMatch(asn -> asn.toString().equals(number));
  }
}
