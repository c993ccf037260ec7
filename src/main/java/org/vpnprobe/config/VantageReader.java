package org.vpnprobe.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.VantageFacts;
import org.vpnprobe.model.Via;

/** Reads {@code carriers:}, {@code controls:} and {@code resolvers:}. */
final class VantageReader {
  /** The one carrier of a file that names none. */
  static final String THIS_NETWORK = "this-network";

  /** The one control of {@code --as-control} with a file that names none. */
  static final String THIS_CONTROL = "this-control";

  private static final int MOST_VANTAGES = 200;

  private final CarrierCatalog catalog;
  private final Automatic automatic;
  private final Problems problems;
  private final Warnings warnings;
  private final Map<String, Resolver> resolvers = new LinkedHashMap<>();

  /** Their URLs hold a token: reports show the name. */
  private final Set<String> secretResolvers = new HashSet<>();

  private final Set<String> resolverNames = new LinkedHashSet<>();

  VantageReader(CarrierCatalog catalog, Automatic automatic, Problems problems, Warnings warnings) {
    this.catalog = catalog;
    this.automatic = automatic;
    this.problems = problems;
    this.warnings = warnings;
  }

  /**
   * Reads every carrier, then every control.
   *
   * @param root the file, for the names of entries that could not be read
   */
  Frame read(FileKeys keys, Yaml.Mapping root) {
    resolverNames.addAll(names(root, "resolvers"));
    Set<String> carriers = names(root, "carriers");
    Set<String> names = new LinkedHashSet<>(carriers);
    names.addAll(names(root, "controls"));
    resolvers(or(keys.resolvers()));
    List<Frame.Stand> stands = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Role role : Role.values()) {
      for (Named<FileKeys.Carrier> entry :
          or(role == Role.CARRIER ? keys.carriers() : keys.controls())) {
        Frame.checkName(entry.at(), entry.name(), problems);
        if (!seen.add(entry.name())) {
          problems.add(
              entry.at(),
              entry.name(),
              "a carrier of this name stands above; expected another name");
        }
        if (role == Role.CONTROL && entry.name().equals(Automatic.NAME)) {
          problems.add(entry.at(), entry.name(), "a control is named by the user; expected a name");
        }
        stands.add(stand(entry, role));
      }
    }
    Map<String, String> found = automatic.name(stands, catalog, keys, warnings);
    if (stands.size() > MOST_VANTAGES) {
      problems.add(
          stands.get(MOST_VANTAGES).at(),
          "carriers",
          "more than " + MOST_VANTAGES + " carriers and controls");
    }
    if (carriers.isEmpty()) {
      stands.addFirst(direct(root.at(), THIS_NETWORK, Role.CARRIER));
      names.add(THIS_NETWORK);
    }
    refuseMixture(stands);
    return new Frame(
        keys,
        List.copyOf(stands),
        names,
        found,
        automatic.nameable(names, catalog),
        List.copyOf(resolvers.values()));
  }

  private static Set<String> names(Yaml.Mapping root, String key) {
    Set<String> names = new LinkedHashSet<>();
    if (root.get(key) instanceof Yaml.Mapping mapping) {
      mapping.entries().forEach(entry -> names.add(entry.key().text()));
    }
    return names;
  }

  private void resolvers(List<Named<Located<String>>> entries) {
    for (Named<Located<String>> entry : entries) {
      if (entry.value().written().contains("${")) {
        secretResolvers.add(entry.name());
      }
      resolver(entry.name(), entry.value()).ifPresent(r -> resolvers.put(entry.name(), r));
    }
  }

  private Optional<Resolver> resolver(String name, Located<String> text) {
    try {
      return Optional.of(Resolver.of(name, text.value()));
    } catch (InvalidSetting e) {
      problems.add(
          text.at(),
          text.written(),
          "expected the address of a resolver (9.9.9.9, [2620:fe::fe]:53) or https://…");
      return Optional.empty();
    }
  }

  private Frame.Stand stand(Named<FileKeys.Carrier> entry, Role role) {
    FileKeys.Carrier carrier = entry.value();
    Via via = carrier.via().value().via();
    Resolver resolver = resolver(carrier.resolver(), via);
    String system = System.getProperty("os.name", "");
    if (!system.equals("Linux") && (via instanceof Via.Interface || via instanceof Via.Netns)) {
      warnings.add(
          carrier.via().at()
              + ": interfaces and network namespaces need Linux: on "
              + system
              + " “"
              + entry.name()
              + "” stays offline; use source: or proxy: instead");
    }
    if (resolver == null && (via instanceof Via.Interface || via instanceof Via.Netns)) {
      warnings.add(
          entry.at()
              + ": “"
              + entry.name()
              + "” names no resolver; names are resolved by this host,"
              + " and no DNS cause is given");
    }
    String shown =
        resolver == null
            ? "host"
            : secretResolvers.contains(resolver.name()) ? resolver.name() : resolver.toString();
    EgressFrom egress = carrier.egress() == null ? null : carrier.egress().from();
    return stand(
        entry.at(),
        new BoundVantage(entry.name(), role, via, resolver, egress),
        shown,
        Claim.of(entry.name(), carrier, catalog.named(entry.name()).orElse(null)));
  }

  private @Nullable Resolver resolver(@Nullable Name wanted, Via via) {
    if (wanted == null || wanted.text().equals("host")) {
      return null;
    }
    if (via instanceof Via.Proxy) {
      problems.add(
          wanted.at(),
          wanted.text(),
          "a SOCKS proxy resolves names itself; expected no resolver here");
      return null;
    }
    Resolver named = resolvers.get(wanted.text());
    if (named != null || resolverNames.contains(wanted.text())) {
      return named;
    }
    try {
      return Resolver.of(wanted.text(), wanted.text());
    } catch (InvalidSetting e) {
      problems.unknown(
          wanted.at(),
          wanted.text(),
          "expected a name from resolvers:, an IP address or https://…",
          resolverNames);
      return null;
    }
  }

  private void refuseMixture(List<Frame.Stand> stands) {
    boolean real = stands.stream().anyMatch(stand -> !(stand.bound().via() instanceof Via.Lab));
    for (Frame.Stand stand : stands) {
      if (real && stand.bound().via() instanceof Via.Lab) {
        problems.add(
            stand.at(),
            stand.name(),
            "stands in the lab while others stand in the world;"
                + " expected via: lab for all carriers and controls, or for none");
      }
    }
  }

  /** A vantage on the host's own routing. */
  static Frame.Stand direct(SourceMark at, String name, Role role) {
    String shown = role == Role.CARRIER ? "this network" : "this control";
    return stand(
        at,
        new BoundVantage(name, role, new Via.Direct(), null),
        "host",
        new Claim(shown, List.of(), null, null, null));
  }

  private static Frame.Stand stand(
      SourceMark at, BoundVantage bound, String resolver, Claim claim) {
    // Behind a proxy the connect time is the proxy's, and ICMP errors end there.
    boolean proxy = bound.via() instanceof Via.Proxy;
    return new Frame.Stand(
        at,
        bound.name(),
        bound,
        new VantageFacts(
            bound.name(),
            claim.displayName(),
            claim.asns(),
            bound.role(),
            bound.via().kind(),
            proxy ? "proxy" : resolver,
            !proxy,
            !proxy,
            true,
            claim.localName(),
            claim.country(),
            claim.kind()));
  }

  private static <T> List<T> or(@Nullable List<T> list) {
    return Objects.requireNonNullElse(list, List.of());
  }
}
