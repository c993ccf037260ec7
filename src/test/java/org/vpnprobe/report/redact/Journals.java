package org.vpnprobe.report.redact;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.PseudonymKey;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.VantageFacts;

/** Journals in which nothing was measured, with endpoints at these addresses. */
final class Journals {
  static final PseudonymKey KEY = PseudonymKey.of("11".repeat(PseudonymKey.BYTES));

  private Journals() {}

  static Recorded at(String... addresses) {
    return keyed(KEY, "run-1", addresses);
  }

  /** The same, with this key or none. */
  static Recorded keyed(@Nullable PseudonymKey key, String run, String... addresses) {
    List<EndpointFacts> endpoints =
        IntStream.range(0, addresses.length)
            .mapToObj(i -> endpoint("e" + i, addresses[i]))
            .toList();
    return of(key, run, endpoints);
  }

  static Recorded named(String... namesAndAddresses) {
    return of(
        KEY,
        "run-1",
        IntStream.range(0, namesAndAddresses.length / 2)
            .mapToObj(i -> endpoint(namesAndAddresses[2 * i], namesAndAddresses[2 * i + 1]))
            .toList());
  }

  private static Recorded of(
      @Nullable PseudonymKey key, String run, List<EndpointFacts> endpoints) {
    Instant at = Instant.parse("2026-11-24T03:00:00Z");
    VantageFacts mobile =
        new VantageFacts(
            "mobile",
            "Mobile",
            List.of(9808L),
            Role.CARRIER,
            "interface",
            "https://doh.example.org/account-77",
            true,
            true,
            true);
    Plan plan =
        new Plan(
            Plan.SCHEMA_VERSION,
            run,
            "test",
            at,
            1,
            Profile.STANDARD,
            1,
            false,
            false,
            List.of(mobile),
            endpoints,
            endpoints.stream()
                .map(e ->
                    new CellFacts(
                        CellFacts.id(e.name(), "mobile", Family.IP4),
                        e.name(),
                        "mobile",
                        Family.IP4,
                        Expectation.REACHABLE))
                .toList(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            "/srv/alice/probes.yaml");
    return new Recorded(key == null ? plan : plan.withPseudonyms(key), List.of(), at);
  }

  private static EndpointFacts endpoint(String name, String address) {
    return new EndpointFacts(
        name,
        "tls",
        Transport.TCP,
        address,
        Depth.HANDSHAKE,
        Depth.HANDSHAKE,
        false,
        false,
        false,
        false,
        Duration.ofSeconds(10),
        null,
        List.of(),
        List.of(),
        new SourceMark("/srv/alice/probes.yaml", 3, 5));
  }
}
