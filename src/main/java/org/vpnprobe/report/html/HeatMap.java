package org.vpnprobe.report.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;

/**
 * Endpoints down, carriers across, grouped by protocol; those with trouble first.
 *
 * @param grouped so many rows that each protocol has a line of its own that sums it up
 * @param counts how many cells are in each state, without those in none
 * @param unexpected cells that are not as expected
 */
public record HeatMap(
    List<Column> columns,
    List<Group> groups,
    boolean grouped,
    int rows,
    List<Count> counts,
    int unexpected) {

  /** From here on a person no longer reads row by row. */
  static final int MANY_ROWS = 120;

  /** One carrier. */
  public record Column(String name, boolean control) {}

  /** One protocol; a sum per column, null where it has no cell. */
  public record Group(String protocol, List<@Nullable Sum> sums, List<Row> rows) {}

  /** {@code 12 of 14} reachable. */
  public record Sum(int reachable, int cells, Bar bar) {}

  /** One endpoint over one family; an entry per column, null where it was not tried. */
  public record Row(String endpoint, boolean ip6, List<@Nullable Entry> entries) {}

  /** How many cells. */
  public record Count(Look look, int cells) {}

  /**
   * One cell.
   *
   * @param text the figure for what works, the word for what does not
   * @param why its cause or how it failed, possibly empty
   * @param label all of it in words
   * @param story the number of its story on this page, 0 when it has none
   */
  public record Entry(
      String css, String text, String why, String label, boolean unexpected, int story) {
    /** The same reason in parts between which a line may break. */
    public List<String> parts() {
      return why.isEmpty() ? List.of() : List.of(why.split("(?<=[.:_])"));
    }
  }

  private record Key(String endpoint, Family family) {}

  /**
   * Lays out the cells.
   *
   * @param stories the numbers of the stories on this page, by cell
   */
  static HeatMap of(Report report, Titles titles, Map<String, Integer> stories) {
    Map<String, Integer> places = new HashMap<>();
    report.carriers().forEach(carrier -> places.put(carrier.name(), places.size()));
    Map<String, Map<Key, List<Report.Cell>>> byProtocol = new TreeMap<>();
    for (Report.Cell cell : report.cells()) {
      byProtocol
          .computeIfAbsent(Wording.name(cell.protocol()), p -> new LinkedHashMap<>())
          .computeIfAbsent(new Key(cell.endpoint(), cell.family()), k -> new ArrayList<>())
          .add(cell);
    }
    int rows = byProtocol.values().stream().mapToInt(Map::size).sum();
    List<Group> groups = new ArrayList<>();
    byProtocol.forEach((protocol, keys) ->
        groups.add(
            new Group(
                Wording.safe(protocol, 40),
                sums(report, keys.values().stream().flatMap(List::stream).toList()),
                keys.entrySet().stream()
                    .map(e -> row(titles, e.getKey(), e.getValue(), places, stories))
                    .toList())));
    groups.sort(Comparator.comparingInt(HeatMap::troubled).reversed());
    Map<State, Integer> counts = counted(report.cells());
    return new HeatMap(
        report.carriers().stream()
            .map(carrier -> new Column(titles.of(carrier.name()), carrier.role() == Role.CONTROL))
            .toList(),
        groups,
        rows > MANY_ROWS,
        rows,
        Look.all().stream()
            .filter(look -> counts.containsKey(look.state()))
            .map(look -> new Count(look, counts.getOrDefault(look.state(), 0)))
            .toList(),
        (int) report.cells().stream().filter(HeatMap::unexpected).count());
  }

  /** Sorting keeps the alphabet where trouble is the same. */
  private static int troubled(Group group) {
    int worst = 0;
    for (Sum sum : group.sums()) {
      for (Bar.Part part : sum == null ? List.<Bar.Part>of() : sum.bar().parts()) {
        worst = Math.max(worst, trouble(part.look().state()));
      }
    }
    return worst;
  }

  private static int trouble(State state) {
    return switch (state) {
      case BLOCKED, LIKELY_BLOCKED -> 4;
      case IMPAIRED, DEGRADED -> 3;
      case CONFIG_ERROR, DOWN -> 2;
      case INSUFFICIENT, VANTAGE_OFFLINE -> 1;
      case REACHABLE -> 0;
    };
  }

  private static boolean unexpected(Report.Cell cell) {
    return Boolean.FALSE.equals(cell.asExpected());
  }

  private static Map<State, Integer> counted(List<Report.Cell> cells) {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    cells.forEach(cell -> counts.merge(cell.state(), 1, Integer::sum));
    return counts;
  }

  private static List<@Nullable Sum> sums(Report report, List<Report.Cell> cells) {
    List<@Nullable Sum> sums = new ArrayList<>();
    for (Report.Carrier carrier : report.carriers()) {
      List<Report.Cell> own =
          cells.stream().filter(cell -> cell.carrier().equals(carrier.name())).toList();
      Map<State, Integer> counts = counted(own);
      sums.add(
          own.isEmpty()
              ? null
              : new Sum(counts.getOrDefault(State.REACHABLE, 0), own.size(), Bar.of(counts)));
    }
    return sums;
  }

  private static Row row(
      Titles titles,
      Key key,
      List<Report.Cell> cells,
      Map<String, Integer> places,
      Map<String, Integer> stories) {
    @Nullable Entry[] entries = new Entry[places.size()];
    for (Report.Cell cell : cells) {
      Integer place = places.get(cell.carrier());
      if (place != null) {
        entries[place] = entry(cell, titles.of(cell.carrier()), stories.getOrDefault(cell.id(), 0));
      }
    }
    return new Row(
        Wording.name(key.endpoint()), key.family() == Family.IP6, java.util.Arrays.asList(entries));
  }

  private static Entry entry(Report.Cell cell, String carrier, int story) {
    Look look = Look.of(cell.state());
    boolean up = cell.state() == State.REACHABLE;
    String depth = up && cell.depth() != null ? cell.depth().id() : "";
    String text =
        up && cell.latency() != null
            ? Wording.time(cell.latency().p50())
            : up ? depth : look.word();
    String why = up ? "" : why(cell);
    List<String> said = new ArrayList<>();
    said.add(look.word() + (why.isEmpty() ? "" : " " + why));
    if (up) {
      said.add(depth);
      said.add(text.equals(depth) ? "" : text);
    }
    if (unexpected(cell)) {
      said.add("not as expected");
    }
    String label =
        Wording.name(cell.endpoint())
            + (cell.family() == Family.IP6 ? " over IPv6" : "")
            + " on "
            + carrier
            + ": "
            + said.stream()
                .filter(word -> !word.isEmpty())
                .collect(java.util.stream.Collectors.joining(", "));
    return new Entry(look.css(), text, why, label, unexpected(cell), story);
  }

  /** The cause where it is known, else where and how the last trial failed. */
  private static String why(Report.Cell cell) {
    if (cell.cause() != null) {
      return Wording.name(cell.cause());
    }
    if (cell.state() == State.DEGRADED && cell.depth() != null) {
      return cell.depth().id() + " only";
    }
    Report.LastFailure failure = cell.lastFailure();
    return failure == null ? "" : failure.step().id() + ": " + Wording.shortly(failure.failure());
  }
}
