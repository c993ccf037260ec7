package org.vpnprobe.report.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;

/**
 * The headline of one carrier.
 *
 * @param place how we stood in it: vantage, network, egress
 * @param share reachable share in words, empty without cells
 * @param offline the vantage could not be used
 * @param problems what is wrong, one line per state
 * @param uses what works there instead
 */
public record CarrierCard(
    String name,
    String place,
    boolean control,
    boolean offline,
    int reachable,
    int cells,
    String share,
    Bar bar,
    List<Problem> problems,
    List<Use> uses) {

  private static final int PROTOCOLS = 5;
  private static final int NAMES = 3;

  /** {@code wireguard and openvpn likely blocked}. */
  public record Problem(Look look, String what) {}

  /** Something that works. */
  public record Use(String endpoint, String how) {}

  /** The first of what works, in one line. */
  public String names() {
    return Wording.list(uses.stream().map(Use::endpoint).toList(), NAMES);
  }

  static CarrierCard of(Report report, Report.Carrier carrier, Titles titles) {
    List<Report.Cell> own =
        report.cells().stream().filter(cell -> cell.carrier().equals(carrier.name())).toList();
    Report.Share share = carrier.reachableShare();
    return new CarrierCard(
        titles.of(carrier.name()),
        place(carrier.vantage()),
        carrier.role() == Role.CONTROL,
        carrier.vantage().state().equals("offline"),
        carrier.counts().getOrDefault(State.REACHABLE, 0),
        own.size(),
        share == null || own.isEmpty() ? "" : Wording.share(share.low(), share.high()),
        Bar.of(carrier.counts()),
        problems(own),
        report.alternatives().stream()
            .filter(works -> works.carrier().equals(carrier.name()))
            .map(CarrierCard::use)
            .toList());
  }

  private static String place(Report.Vantage vantage) {
    List<String> words = new ArrayList<>(List.of(vantage.kind() + " vantage"));
    if (!vantage.network().equals("unknown")) {
      words.add(vantage.network());
    }
    if (vantage.country() != null) {
      words.add(vantage.country());
    }
    vantage.egress().stream()
        .map(Egress::shown)
        .filter(shown -> !shown.isEmpty())
        .distinct()
        .forEach(words::add);
    return Wording.name(String.join(" · ", words));
  }

  /**
   * Per state: whole protocols by name, parts of one as {@code 2 of 3 openvpn}; where there are
   * very many cells, all such parts together.
   */
  private static List<Problem> problems(List<Report.Cell> cells) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    cells.forEach(cell -> sizes.merge(Wording.name(cell.protocol()), 1, Integer::sum));
    List<Problem> problems = new ArrayList<>();
    for (Look look : Look.troubles()) {
      Map<String, List<String>> found = new LinkedHashMap<>();
      cells.stream()
          .filter(cell -> cell.state() == look.state())
          .forEach(cell ->
              found
                  .computeIfAbsent(Wording.name(cell.protocol()), p -> new ArrayList<>())
                  .add(cell.endpoint()));
      List<String> words = words(found, sizes, cells.size());
      if (!words.isEmpty()) {
        problems.add(new Problem(look, Wording.list(words, PROTOCOLS)));
      }
    }
    return problems;
  }

  private static List<String> words(
      Map<String, List<String>> found, Map<String, Integer> sizes, int cells) {
    List<String> words = new ArrayList<>();
    int parts = 0;
    int others = 0;
    for (Map.Entry<String, List<String>> each : found.entrySet()) {
      int size = sizes.getOrDefault(each.getKey(), 0);
      if (cells > HeatMap.MANY_ROWS && each.getValue().size() < size) {
        parts += each.getValue().size();
        others++;
      } else {
        words.add(what(each.getKey(), each.getValue(), size));
      }
    }
    if (others > 0) {
      words.add(Wording.count(parts, "cell") + " of " + Wording.count(others, "protocol"));
    }
    return words;
  }

  private static String what(String protocol, List<String> endpoints, int size) {
    if (endpoints.size() == size) {
      return protocol;
    }
    return endpoints.size() == 1
        ? Wording.safe(endpoints.getFirst(), 40) + " (" + protocol + ")"
        : endpoints.size() + " of " + size + " " + protocol;
  }

  private static Use use(Report.Alternative works) {
    return new Use(
        Wording.name(works.endpoint()),
        Wording.name(works.protocol())
            + ", "
            + works.transport().id()
            + " "
            + works.port()
            + (works.ip6() ? ", IPv6" : "")
            + (works.latency() == null ? "" : ", " + Wording.time(works.latency())));
  }
}
