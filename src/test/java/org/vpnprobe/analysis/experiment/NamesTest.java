package org.vpnprobe.analysis.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.Variation;

/** What lookups of a name show, by what the control gets for it. */
class NamesTest {
  private static final String HERE = "vpn@mobile";
  private static final String CONTROL = "vpn@control";
  private static final String PRIVATE = "10.90.0.10";

  private static final EndpointFacts ENDPOINT =
      new EndpointFacts(
          "vpn",
          "tls",
          Transport.TCP,
          "vpn.lab.test:443",
          Depth.AUTHENTICATED,
          Depth.AUTHENTICATED,
          false,
          false,
          false,
          false,
          Duration.ofSeconds(10),
          null,
          List.of(),
          List.of(),
          null);

  private static Measurement lookup(
      int number, String cell, @Nullable FailureKind kind, @Nullable String bogon) {
    return lookup(number, cell, kind, bogon, new Variation.Lookup(null, null, Variation.Way.UDP));
  }

  private static Measurement lookup(
      int number,
      String cell,
      @Nullable FailureKind kind,
      @Nullable String bogon,
      Variation.Lookup lookup) {
    return new Measurement(
        "m" + number,
        cell,
        HERE,
        "vpn",
        cell.substring(cell.indexOf('@') + 1),
        Family.IP4,
        Purpose.EXPERIMENT,
        number,
        Instant.EPOCH.plusSeconds(number),
        Duration.ofMillis(20),
        null,
        Duration.ofSeconds(10),
        Depth.PORT,
        kind == null ? Depth.PORT : null,
        null,
        kind == null ? null : new Failure(StepName.RESOLVE, kind, null, "", null),
        null,
        List.of(),
        bogon == null ? List.of() : List.of(new Observation(Duration.ZERO, "dns_bogon", bogon)),
        null,
        new Experiment("names", number, lookup));
  }

  private static int bogons(Measurement... trials) {
    return read(trials).shown(Mark.ANSWER_BOGON);
  }

  private static Evidence read(Measurement... trials) {
    Case it =
        new Case(
            new CellFacts(HERE, "vpn", "mobile", Family.IP4, Expectation.REACHABLE),
            ENDPOINT,
            CONTROL,
            List.of(),
            List.of(),
            List.of(trials),
            List.of(),
            null,
            List.of(),
            Diagnose.SAFE,
            List.of(),
            new Case.Vantage(true, true),
            1);
    Evidence evidence = new Evidence();
    new Names().read(it, evidence);
    return evidence;
  }

  @Test
  void aPrivateAddressAtTheControlExcusesAnotherHere() {
    assertEquals(
        0, bogons(lookup(1, CONTROL, null, PRIVATE), lookup(2, HERE, null, "10.10.34.34")));
  }

  @Test
  void itDoesNotExcuseTheUnspecifiedOne() {
    assertEquals(
        1,
        bogons(
            lookup(1, CONTROL, null, PRIVATE),
            lookup(2, HERE, FailureKind.DNS_BOGON_ERROR, "0.0.0.0")));
  }

  @Test
  void anAddressThatNobodyHasCountsWhereTheControlGetsAPublicOne() {
    assertEquals(1, bogons(lookup(1, CONTROL, null, null), lookup(2, HERE, null, "10.10.34.34")));
  }

  @Test
  void nothingIsHeldAgainstALineWhereTheControlGetsNoAnswer() {
    assertEquals(
        0,
        bogons(
            lookup(1, CONTROL, FailureKind.DNS_BOGON_ERROR, "0.0.0.0"),
            lookup(2, HERE, FailureKind.DNS_BOGON_ERROR, "0.0.0.0")));
  }

  private static final String TRUE_ADDRESS = "198.51.100.7";

  /** The name asked at the server's own address, where this came and the control gets nothing. */
  private static int forged(String found, Measurement... harmless) {
    Measurement control =
        new Measurement(
            "c",
            CONTROL,
            null,
            "vpn",
            "control",
            Family.IP4,
            Purpose.SCREENING,
            0,
            Instant.EPOCH,
            Duration.ofMillis(20),
            TRUE_ADDRESS + ":443",
            Duration.ofSeconds(10),
            Depth.AUTHENTICATED,
            Depth.AUTHENTICATED,
            "proved",
            null,
            null,
            List.of(),
            List.of(),
            null);
    Experiment atServer =
        new Experiment("names", 1, new Variation.Lookup(null, TRUE_ADDRESS, Variation.Way.UDP));
    Measurement here =
        new Measurement(
            "h",
            HERE,
            HERE,
            "vpn",
            "mobile",
            Family.IP4,
            Purpose.EXPERIMENT,
            0,
            Instant.EPOCH.plusSeconds(1),
            Duration.ofMillis(20),
            null,
            Duration.ofSeconds(10),
            Depth.PORT,
            Depth.PORT,
            "answered",
            null,
            null,
            List.of(),
            List.of(new Observation(Duration.ZERO, "lookup_addresses", found)),
            null,
            atServer);
    Case it =
        new Case(
            new CellFacts(HERE, "vpn", "mobile", Family.IP4, Expectation.REACHABLE),
            ENDPOINT,
            CONTROL,
            List.of(),
            List.of(control),
            Stream.concat(Stream.of(here), Stream.of(harmless)).toList(),
            List.of(),
            null,
            List.of(),
            Diagnose.SAFE,
            List.of(),
            new Case.Vantage(true, true),
            1);
    Evidence evidence = new Evidence();
    new Names().read(it, evidence);
    return evidence.shown(Mark.ANSWER_FORGED);
  }

  /** A name that nobody forbids, asked at the server's own address. */
  private static Measurement harmless(int number, boolean answered) {
    return lookup(
        number,
        HERE,
        answered ? null : FailureKind.GENERIC_TIMEOUT_ERROR,
        null,
        new Variation.Lookup(null, TRUE_ADDRESS, Variation.Way.UDP, "www.example.com"));
  }

  @Test
  void anAnswerWhereNoResolverIsIsForgedUnlessItIsTrue() {
    Measurement[] silence = {harmless(2, false), harmless(3, false)};
    assertEquals(1, forged("203.0.113.66", silence));
    assertEquals(0, forged(TRUE_ADDRESS + " 203.0.113.9", silence));
  }

  /**
   * A router at home may send all questions to its resolver, which knows an address that is dead.
   */
  @Test
  void whoAnswersThereForEveryNameForgesNone() {
    assertEquals(0, forged("203.0.113.66", harmless(2, true), harmless(3, true)));
    assertEquals(0, forged("203.0.113.66", harmless(2, false), harmless(3, true)));
    assertEquals(0, forged("203.0.113.66", harmless(2, false)), "one silence may be loss");
    assertEquals(0, forged("203.0.113.66"), "nobody asked");
  }

  @Test
  void aResolverThatFailedForTheNameIsNotOneThatDeniesIt() {
    Evidence evidence =
        read(
            lookup(1, CONTROL, null, null),
            lookup(2, HERE, FailureKind.DNS_SERVFAIL_ERROR, null),
            lookup(3, HERE, FailureKind.DNS_SERVFAIL_ERROR, null));
    assertEquals(2, evidence.shown(Mark.NAME_FAILED));
    assertEquals(0, evidence.shown(Mark.NAME_DENIED));
  }
}
