package org.vpnprobe.config;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.vpnprobe.analysis.Judgeability;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.VantageFacts;
import org.vpnprobe.model.Via;

/**
 * What a run would do, as {@code check} shows it before a byte leaves; what is wrong with the file
 * is said beside it ({@link Loaded#warnings}, {@link Plan#rejected}). Holds no secret.
 *
 * @param contacted who gets a packet, with the reason; sorted
 * @param limits what cannot be judged and why
 */
public record PlanSummary(
    String file,
    String profile,
    int cells,
    boolean rehearsal,
    List<Standing> vantages,
    List<Target> endpoints,
    List<String> contacted,
    List<String> limits) {
  private static final int MOST_CELLS_NAMED = 3;
  private static final int MOST_ASNS_NAMED = 3;

  public PlanSummary {
    vantages = List.copyOf(vantages);
    endpoints = List.copyOf(endpoints);
    contacted = List.copyOf(contacted);
    limits = List.copyOf(limits);
  }

  /**
   * A carrier or control.
   *
   * @param cells how many cells are probed from here
   */
  public record Standing(
      String name,
      String displayName,
      List<Long> asns,
      String role,
      String kind,
      String resolver,
      long cells) {
    public Standing {
      asns = List.copyOf(asns);
    }
  }

  /**
   * An endpoint.
   *
   * @param ceiling the deepest depth that its settings can prove
   * @param secrets {@code private_key set}; {@code private_key not set} when it is needed
   */
  public record Target(
      String name,
      String protocol,
      Transport transport,
      String address,
      Depth asked,
      Depth ceiling,
      List<String> secrets) {
    public Target {
      secrets = List.copyOf(secrets);
    }
  }

  /** Summarises what was loaded. Sends nothing and resolves nothing. */
  public static PlanSummary of(Loaded loaded) {
    Plan plan = loaded.plan();
    return new PlanSummary(
        Objects.requireNonNullElse(plan.file(), "command line"),
        plan.profile().id(),
        plan.cells().size(),
        plan.rehearsal(),
        plan.vantages().stream().map(vantage -> standing(vantage, plan)).toList(),
        plan.endpoints().stream().map(endpoint -> target(endpoint, loaded)).toList(),
        contacted(loaded),
        Judgeability.of(plan).stream().map(PlanSummary::limit).toList());
  }

  private static Standing standing(VantageFacts vantage, Plan plan) {
    return new Standing(
        vantage.name(),
        vantage.displayName(),
        vantage.asns(),
        vantage.role().id(),
        vantage.kind(),
        vantage.resolver(),
        plan.cells().stream().filter(cell -> cell.vantage().equals(vantage.name())).count());
  }

  private static Target target(EndpointFacts endpoint, Loaded loaded) {
    BoundEndpoint bound = Objects.requireNonNull(loaded.endpoints().get(endpoint.name()));
    return new Target(
        endpoint.name(),
        endpoint.protocol(),
        endpoint.transport(),
        endpoint.address(),
        endpoint.asked(),
        endpoint.ceiling(),
        SecretSettings.of(bound, endpoint.keysMissing()));
  }

  private static List<String> contacted(Loaded loaded) {
    if (loaded.plan().rehearsal()) {
      return List.of();
    }
    Set<String> contacted = new TreeSet<>();
    Set<String> vantagesWithNames = new LinkedHashSet<>();
    Set<String> silent = new LinkedHashSet<>(); // Nothing is sent to those without their keys.
    Set<String> withCells =
        loaded.plan().cells().stream().map(CellFacts::endpoint).collect(Collectors.toSet());
    for (EndpointFacts endpoint : loaded.plan().endpoints()) {
      if (endpoint.keysMissing()) {
        silent.add(endpoint.name());
      } else if (withCells.contains(endpoint.name())) {
        contacted.add(endpoint.address() + " (" + endpoint.transport().id() + ")");
      }
    }
    for (CellFacts cell : loaded.plan().cells()) {
      if (!silent.contains(cell.endpoint())
          && isName(Objects.requireNonNull(loaded.endpoints().get(cell.endpoint())))) {
        vantagesWithNames.add(cell.vantage());
      }
    }
    for (BoundVantage vantage : loaded.vantages().values()) {
      switch (vantage.egress()) {
        case EgressFrom.Stun stun ->
            contacted.add(stun.server() + " (STUN, tells the address of " + vantage.name() + ")");
        case EgressFrom.Https https ->
            contacted.add(https.host() + " (HTTPS, tells the address of " + vantage.name() + ")");
        case null, default -> {}
      }
      if (vantage.via() instanceof Via.Proxy proxy) {
        contacted.add(proxy.server() + " (SOCKS proxy of " + vantage.name() + ")");
      } else if (vantagesWithNames.contains(vantage.name())) {
        String resolver = resolver(vantage, loaded.plan());
        contacted.add(resolver + " (resolver of " + vantage.name() + ")");
      }
    }
    if (loaded.plan().diagnose() != Diagnose.OFF && loaded.plan().profile() != Profile.QUICK) {
      loaded
          .resolvers()
          .forEach(
              r -> contacted.add(place(r) + " (resolver " + r.name() + ", when a name fails)"));
    }
    return List.copyOf(contacted);
  }

  /** Whom a resolver's questions go to; the path of a URL may hold a token. */
  private static String place(Resolver resolver) {
    return resolver.url() == null
        ? String.valueOf(resolver.address())
        : "https://" + URI.create(resolver.url()).getHost();
  }

  private static String resolver(BoundVantage vantage, Plan plan) {
    String shown =
        plan.vantages().stream()
            .filter(facts -> facts.name().equals(vantage.name()))
            .map(VantageFacts::resolver)
            .findFirst()
            .orElseThrow();
    return shown.equals("host") ? "the resolver of this host" : shown;
  }

  private static boolean isName(BoundEndpoint endpoint) {
    try {
      InetAddress.ofLiteral(endpoint.address().host());
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private static String limit(Judgeability.Limit limit) {
    List<String> named = new ArrayList<>(limit.cells().stream().limit(MOST_CELLS_NAMED).toList());
    int more = limit.cells().size() - named.size();
    if (more > 0) {
      named.add("and " + more + " more");
    }
    return limit.sentence() + ": " + String.join(", ", named);
  }

  /** The summary as plain text, a line each; ends with a line break. */
  public String text() {
    return text(Integer.MAX_VALUE);
  }

  /**
   * The same with long lists cut.
   *
   * @param most so many endpoints, contacted servers and limits are named
   */
  public String text(int most) {
    Columns columns = new Columns();
    columns.line(
        file
            + ": "
            + Columns.count(endpoints.size(), "endpoint")
            + ", "
            + Columns.count(vantages.size(), "vantage")
            + ", "
            + Columns.count(cells, "cell")
            + ", profile "
            + profile
            + (rehearsal ? ", a rehearsal on the embedded lab" : ""));
    columns.table("From", vantages.stream().map(PlanSummary::row).toList());
    columns.table("To", endpoints.stream().limit(most).map(PlanSummary::row).toList());
    if (endpoints.size() > most) {
      columns.line("  " + more(endpoints.size() - most));
    }
    columns.list(
        rehearsal ? "Contacted: nobody, the addresses of a rehearsal are made up" : "Contacted",
        cut(contacted, most));
    columns.list("What cannot be judged", cut(limits, most));
    return columns.text();
  }

  private static List<String> cut(List<String> lines, int most) {
    if (lines.size() <= most) {
      return lines;
    }
    List<String> shown = new ArrayList<>(lines.subList(0, most));
    shown.add(more(lines.size() - most));
    return shown;
  }

  private static String more(int count) {
    return "… and " + count + " more (--all names them)";
  }

  private static List<String> row(Standing vantage) {
    String asns =
        vantage.asns().stream()
            .limit(MOST_ASNS_NAMED)
            .map(asn -> "AS" + asn)
            .collect(Collectors.joining(" "));
    int more = vantage.asns().size() - MOST_ASNS_NAMED;
    return List.of(
        vantage.name(),
        vantage.role(),
        vantage.kind(),
        Columns.count(vantage.cells(), "cell"),
        "resolver " + vantage.resolver(),
        vantage.displayName(),
        more > 0 ? asns + " and " + more + " more" : asns);
  }

  private static List<String> row(Target endpoint) {
    Depth goal = endpoint.asked().min(endpoint.ceiling());
    String proves =
        goal == endpoint.asked()
            ? "proves " + goal.id()
            : "asked " + endpoint.asked().id() + ", can prove only " + goal.id();
    return List.of(
        endpoint.name(),
        endpoint.protocol(),
        endpoint.transport().id(),
        endpoint.address(),
        proves,
        String.join(", ", endpoint.secrets()));
  }
}
