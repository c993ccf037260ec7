package org.vpnprobe.analysis.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;
import org.vpnprobe.model.Variation.Way;

/**
 * The name asked of the vantage's resolver, of those that the file names, over TCP, and of the
 * endpoint's own address, where no DNS runs (science.md §4.1 and §7 D1): a forged answer comes from
 * the way, so it comes even there, or as the first of two.
 */
final class Names implements Inquiry {
  private static final int TIMES = 2;

  /** RFC 2606 section 3: reserved, and forbidden by nobody. */
  private static final String HARMLESS = "www.example.com";

  @Override
  public String name() {
    return "names";
  }

  @Override
  public Optional<Try> next(Case it) {
    boolean suspicious = it.stage() == Stage.RESOLVE || TrueAddress.address(it).isPresent();
    if (!suspicious || !it.vantage().names()) {
      return Optional.empty();
    }
    for (Variation.Lookup lookup : lookups(it)) {
      if (it.control() != null && asked(it, it.control(), lookup).isEmpty()) {
        return Optional.of(Try.soon(it.control(), lookup));
      }
      if (asked(it, it.cell().id(), lookup).size() < TIMES) {
        return Optional.of(Try.soon(it.cell().id(), lookup));
      }
    }
    return answeredThere(it) && harmless(it).size() < TIMES
        ? TrueAddress.address(it)
            .map(at -> Try.soon(it.cell().id(), new Variation.Lookup(null, at, Way.UDP, HARMLESS)))
        : Optional.empty();
  }

  /** Somebody answered for the name at the address of its server. */
  private boolean answeredThere(Case it) {
    return lookups(it).stream()
        .anyMatch(
            lookup -> asked(it, it.cell().id(), lookup).stream().anyMatch(m -> isThere(lookup, m)));
  }

  private static boolean isThere(Variation.Lookup lookup, Measurement m) {
    return lookup.server() != null && answered(m);
  }

  /** A name that nobody forbids, asked at the address of the server. */
  private List<Measurement> harmless(Case it) {
    return it.experiments().stream()
        .filter(m -> m.cell().equals(it.cell().id()))
        .filter(m -> Case.experiment(m).name().equals(name()))
        .filter(m ->
            Case.experiment(m).variation() instanceof Variation.Lookup lookup
                && lookup.name() != null)
        .toList();
  }

  /**
   * A router at home that sends every question to its own resolver answers there for each name, and
   * forges none; who forges answers for the one.
   */
  private boolean nobodyIsThere(Case it) {
    List<Measurement> harmless = harmless(it);
    return harmless.size() >= TIMES && harmless.stream().noneMatch(Names::answered);
  }

  private static List<Variation.Lookup> lookups(Case it) {
    List<Variation.Lookup> lookups = new ArrayList<>();
    lookups.add(new Variation.Lookup(null, null, Way.UDP));
    for (String resolver : it.resolvers()) {
      if (resolver.startsWith(Case.SECURE)) {
        String name = resolver.substring(Case.SECURE.length());
        lookups.add(new Variation.Lookup(name, null, Way.HTTPS));
      } else {
        lookups.add(new Variation.Lookup(resolver, null, Way.UDP));
        lookups.add(new Variation.Lookup(resolver, null, Way.TCP));
      }
    }
    TrueAddress.address(it)
        .ifPresent(address -> lookups.add(new Variation.Lookup(null, address, Way.UDP)));
    return lookups;
  }

  private List<Measurement> asked(
      Case it, @org.jspecify.annotations.Nullable String cell, Variation lookup) {
    // Also what measured nothing else: a resolver that cannot be chosen here is not asked again.
    return it.experiments().stream()
        .filter(m -> m.cell().equals(cell))
        .filter(m -> Case.experiment(m).name().equals(name()))
        .filter(m -> Case.experiment(m).variation().equals(lookup))
        .toList();
  }

  @Override
  public void read(Case it, Evidence evidence) {
    int forged = 0;
    int bogon = 0;
    int denied = 0;
    int unanswered = 0;
    int failed = 0;
    boolean nobodyIsThere = nobodyIsThere(it);
    for (Variation.Lookup lookup : lookups(it)) {
      List<Measurement> control = asked(it, it.control(), lookup);
      boolean fine = control.stream().anyMatch(Measurement::succeeded);
      // A VPN server may well run a resolver, which answers, or refuses, the control as well.
      boolean answersControl = control.stream().anyMatch(Names::answered);
      for (Measurement m : asked(it, it.cell().id(), lookup)) {
        boolean twoAnswers = m.observed("dns_second_answer").isPresent() && differs(m);
        boolean whereNobodyIs =
            nobodyIsThere && isThere(lookup, m) && !answersControl && !isTrue(it, m);
        forged += twoAnswers || whereNobodyIs ? 1 : 0;
        // A name may well have a private address; none has the unspecified one.
        boolean unspecified = Case.failedWith(m, FailureKind.DNS_BOGON_ERROR);
        boolean nobodys = isBogon(m) && control.stream().noneMatch(Names::isBogon);
        bogon += fine && (unspecified || nobodys) ? 1 : 0;
        denied += fine && Case.failedWith(m, FailureKind.DNS_NXDOMAIN_ERROR) ? 1 : 0;
        failed += fine && m.failure() != null && FAILED.contains(m.failure().kind()) ? 1 : 0;
        unanswered += fine && Case.failedWith(m, FailureKind.GENERIC_TIMEOUT_ERROR) ? 1 : 0;
      }
    }
    evidence.add(
        Mark.ANSWER_FORGED,
        forged,
        "%d times somebody answered for the name where no resolver is, or before it"
            .formatted(forged));
    evidence.add(
        Mark.ANSWER_BOGON, bogon, "%d answers name an address that nobody has".formatted(bogon));
    evidence.add(
        Mark.NAME_DENIED,
        denied,
        "%d times the name did not exist here, at the control it does".formatted(denied));
    evidence.add(
        Mark.NAME_UNANSWERED,
        unanswered,
        "%d times no answer came for the name, at the control one does".formatted(unanswered));
    evidence.add(
        Mark.NAME_FAILED,
        failed,
        "%d times the resolver said that it failed for the name, the control's does not"
            .formatted(failed));
  }

  /**
   * What a resolver says that could not find out: the name's own servers or signatures may be why.
   */
  private static final Set<FailureKind> FAILED =
      Set.of(
          FailureKind.DNS_SERVFAIL_ERROR,
          FailureKind.DNS_TEMPORARY_FAILURE,
          FailureKind.DNS_SERVER_MISBEHAVING);

  private static final Set<FailureKind> ANSWERS =
      Set.of(
          FailureKind.DNS_NXDOMAIN_ERROR,
          FailureKind.DNS_BOGON_ERROR,
          FailureKind.DNS_REFUSED_ERROR,
          FailureKind.DNS_SERVFAIL_ERROR,
          FailureKind.DNS_NO_ANSWER);

  private static boolean answered(Measurement m) {
    return m.failure() == null || ANSWERS.contains(m.failure().kind());
  }

  /** A proxy for port 53 that answers rightly forges nothing. */
  private static boolean isTrue(Case it, Measurement m) {
    Set<String> known = TrueAddress.known(it);
    return m.observed("lookup_addresses")
        .map(text -> List.of(text.split(" ")))
        .filter(found -> found.stream().anyMatch(known::contains))
        .isPresent();
  }

  private static boolean isBogon(Measurement m) {
    return m.observed("dns_bogon").isPresent();
  }

  private static boolean differs(Measurement m) {
    String first = m.observed("dns_answer").orElse("");
    return m.observed("dns_second_answer").filter(second -> !second.equals(first)).isPresent();
  }
}
