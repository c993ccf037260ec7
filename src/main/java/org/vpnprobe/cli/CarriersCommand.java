package org.vpnprobe.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.CarrierCatalog;
import org.vpnprobe.model.CarrierKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "carriers",
    mixinStandardHelpOptions = true,
    description = "List the carriers whose names and AS numbers are known.")
final class CarriersCommand implements Callable<Integer> {
  private static final List<String> COLUMNS =
      List.of("name", "country", "kind", "asns", "display_name", "local_name", "source", "date");

  /** Of a whole catalog; of what was asked for all are shown. */
  private static final int MOST_NUMBERS = 6;

  private final Streams streams;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "COUNTRY|NAME",
      completionCandidates = Words.Carriers.class,
      description = "Two letters (RU), a part of a name in any of its languages, or AS9808.")
  private @Nullable String word;

  CarriersCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    CarrierCatalog catalog = CarrierCatalog.shipped();
    List<CarrierCatalog.Known> found = word == null ? catalog.all() : catalog.find(word);
    if (found.isEmpty()) {
      throw new Refused(
          "no carrier is known by “"
              + word
              + "”; see all of them with “vpnprobe carriers”, or describe your own in the file"
              + " (display_name, asns, kind)");
    }
    if (streams.terminal().out()) {
      table(found, streams.out());
    } else {
      tsv(found, streams.out());
    }
    return 0;
  }

  /** A line for each kind of network of a carrier. */
  private static void tsv(List<CarrierCatalog.Known> found, PrintWriter out) {
    out.println(String.join("\t", COLUMNS));
    for (CarrierCatalog.Known known : found) {
      for (CarrierCatalog.Part part : known.parts()) {
        out.println(
            String.join(
                "\t",
                known.name(),
                Objects.requireNonNullElse(known.country(), ""),
                word(part.kind()),
                numbers(part.asns(), Integer.MAX_VALUE),
                known.displayName(),
                known.localName(),
                part.source(),
                String.valueOf(part.date())));
      }
    }
  }

  /** Names in other scripts come last: their width on a terminal is not that of their letters. */
  private void table(List<CarrierCatalog.Known> found, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "COUNTRY", "KIND", "AS NUMBERS", "SHOWN AS"));
    for (CarrierCatalog.Known known : found) {
      boolean first = true;
      for (CarrierCatalog.Part part : known.parts()) {
        String shown = known.displayName();
        if (!known.localName().equals(shown)) {
          shown += ", " + known.localName();
        }
        rows.add(
            List.of(
                first ? known.name() : "",
                first ? Objects.requireNonNullElse(known.country(), "") : "",
                word(part.kind()),
                numbers(part.asns(), word == null ? MOST_NUMBERS : Integer.MAX_VALUE),
                first ? shown : ""));
        first = false;
      }
    }
    Paint paint = new Paint(streams.terminal().colour());
    List<String> lines = aligned(rows);
    out.println(paint.bold(lines.getFirst()));
    lines.stream().skip(1).forEach(out::println);
  }

  private static List<String> aligned(List<List<String>> rows) {
    int last = rows.getFirst().size() - 1;
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < last; column++) {
        int index = column;
        int width = rows.stream().mapToInt(r -> r.get(index).length()).max().orElse(0);
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(width - cell.length() + 2));
      }
      lines.add(line.append(row.get(last)).toString().stripTrailing());
    }
    return lines;
  }

  private static String word(@Nullable CarrierKind kind) {
    return kind == null ? "" : kind.id();
  }

  private static String numbers(List<Long> asns, int most) {
    String numbers =
        asns.stream().limit(most).map(String::valueOf).collect(Collectors.joining(" "));
    return asns.size() > most ? numbers + " and " + (asns.size() - most) + " more" : numbers;
  }
}
