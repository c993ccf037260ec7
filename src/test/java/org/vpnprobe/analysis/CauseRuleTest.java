package org.vpnprobe.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vpnprobe.analysis.experiment.Evidence;
import org.vpnprobe.analysis.experiment.Mark;
import org.vpnprobe.analysis.experiment.Stage;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.StepName;

/**
 * Every rule of causes from the least evidence in which it decides, and what proves a mechanism.
 */
class CauseRuleTest {
  /** Others of protocol and transport answer on the line. */
  private static final Line LIVELY = new Line(true, 1, true, 1, false, 1);

  /** Nobody of the protocol answers, at two hosts; others of the transport do. */
  private static final Line NO_PROTOCOL = new Line(false, 2, true, 2, false, 2);

  /** Nobody of the transport answers, at two hosts. */
  private static final Line MUTE = new Line(false, 1, false, 2, false, 1);

  private static final Line ANCHORS = new Line(false, 3, true, 3, true, 3);

  private static Symptoms symptoms(Stage stage, Line line, boolean contrast, Mark... twice) {
    Evidence evidence = new Evidence();
    for (Mark mark : twice) {
      evidence.add(mark, 2, mark.name());
    }
    return new Symptoms(stage, evidence, line, List.of(), List.of(), contrast);
  }

  private static Symptoms at(Stage stage, Mark... twice) {
    return symptoms(stage, LIVELY, false, twice);
  }

  /** What some systems make of a reset to a SYN, where Linux says refused. */
  private static final Measurement RESET =
      new Measurement(
          "a",
          "a@mobile",
          null,
          "a",
          "mobile",
          Family.IP4,
          Purpose.SCREENING,
          0,
          Instant.EPOCH,
          Duration.ofMillis(20),
          "198.51.100.1:443",
          Duration.ofSeconds(10),
          Depth.AUTHENTICATED,
          null,
          null,
          new Failure(StepName.CONNECT, FailureKind.CONNECTION_RESET, null, "", null),
          null,
          List.of(),
          List.of(),
          null);

  /** The rule to evidence in which it has to decide. */
  private static Map<CauseRule, Symptoms> deciding() {
    Map<CauseRule, Symptoms> all = new EnumMap<>(CauseRule.class);
    all.put(
        CauseRule.FORGED_BOGON,
        at(Stage.CONNECT_SILENT, Mark.TRUE_ADDRESS_PASSES, Mark.ANSWER_BOGON));
    all.put(
        CauseRule.FORGED_NAME, at(Stage.TLS_SILENT, Mark.TRUE_ADDRESS_PASSES, Mark.ANSWER_FORGED));
    all.put(CauseRule.NAME_DENIED_HERE, at(Stage.RESOLVE, Mark.NAME_DENIED));
    all.put(CauseRule.NAME_UNANSWERED_HERE, at(Stage.RESOLVE, Mark.NAME_UNANSWERED));
    all.put(CauseRule.ONLY_LISTED, symptoms(Stage.CONNECT_SILENT, ANCHORS, false));
    all.put(CauseRule.ROUTER_FORBIDS, at(Stage.UNREACHABLE));
    all.put(CauseRule.PORT_SILENT, at(Stage.CONNECT_SILENT, Mark.OTHER_PORT_ANSWERS));
    all.put(CauseRule.ADDRESS_SILENT, at(Stage.CONNECT_SILENT, Mark.OTHER_PORTS_SILENT));
    all.put(CauseRule.CONNECT_LOST, at(Stage.CONNECT_SILENT));
    all.put(
        CauseRule.CONNECT_ENDED,
        new Symptoms(
            Stage.CONNECT_REFUSED, new Evidence(), LIVELY, List.of(RESET), List.of(), false));
    all.put(CauseRule.CONNECT_DENIED, at(Stage.CONNECT_REFUSED));
    all.put(CauseRule.LARGE_LOST, at(Stage.TLS_SILENT, Mark.SMALL_SEGMENTS_PASS));
    all.put(CauseRule.ANY_BYTE_RESET, at(Stage.TLS_RESET, Mark.ANY_DATA_FAILS));
    all.put(CauseRule.NAME_RESET, at(Stage.TLS_RESET, Mark.OTHER_SNI_PASSES));
    all.put(CauseRule.NAME_DROPPED, at(Stage.TLS_SILENT, Mark.OTHER_SNI_PASSES));
    all.put(CauseRule.HELLO_RESET, at(Stage.TLS_RESET, Mark.OTHER_SNI_FAILS));
    all.put(CauseRule.TLS_ENDED, at(Stage.TLS_RESET));
    all.put(CauseRule.TLS_LOST, at(Stage.TLS_SILENT));
    all.put(CauseRule.LOOKS_ENCRYPTED, at(Stage.STREAM_SILENT, Mark.RANDOM_FAILS));
    all.put(CauseRule.PROTOCOL_RESET, at(Stage.STREAM_RESET, Mark.OTHER_BYTES_PASS));
    all.put(CauseRule.PROTOCOL_LOST, at(Stage.STREAM_SILENT, Mark.OTHER_BYTES_PASS));
    all.put(CauseRule.FIRST_PACKETS, at(Stage.DATAGRAMS_SILENT, Mark.JUNK_PASSES));
    all.put(CauseRule.ALL_DATAGRAMS, symptoms(Stage.DATAGRAMS_SILENT, MUTE, false));
    all.put(CauseRule.PROTOCOL_DATAGRAMS, symptoms(Stage.DATAGRAMS_SILENT, NO_PROTOCOL, true));
    all.put(CauseRule.PORT_DATAGRAMS, symptoms(Stage.DATAGRAMS_SILENT, LIVELY, true));
    all.put(CauseRule.DATAGRAMS_DENIED, at(Stage.DATAGRAMS_REFUSED));
    all.put(CauseRule.DATAGRAMS_LOST, at(Stage.DATAGRAMS_SILENT));
    all.put(CauseRule.PACKETS_DROPPED, at(Stage.LATER, Mark.DROPPED_AFTER));
    all.put(CauseRule.FREEZES, at(Stage.LATER, Mark.FROZEN));
    all.put(CauseRule.SLOWED, at(Stage.LATER, Mark.THROTTLED));
    return all;
  }

  @Test
  void eachDecidesFromItsOwnEvidence() {
    deciding().forEach((rule, symptoms) -> assertEquals(Optional.of(rule), CauseRule.of(symptoms)));
  }

  @Test
  void noRuleIsForgotten() {
    for (CauseRule rule : CauseRule.values()) {
      assertTrue(deciding().containsKey(rule), rule.name());
    }
  }

  @Test
  void withoutEvidenceNoCauseIsNamed() {
    assertEquals(Optional.empty(), CauseRule.of(at(Stage.STREAM_SILENT)));
    assertEquals(Optional.empty(), CauseRule.of(at(Stage.ANSWERED)));
    assertEquals(Optional.empty(), CauseRule.of(at(Stage.LATER)));
  }

  private static boolean proves(Stage stage, Mark... twice) {
    return CauseRule.mechanism(at(stage, twice)).isPresent();
  }

  @Test
  void whatNeitherLossNorTheServerCanMakeIsAMechanism() {
    assertTrue(proves(Stage.TLS_RESET, Mark.OTHER_SNI_PASSES, Mark.SNI_FAILS_ELSEWHERE));
    assertTrue(proves(Stage.TLS_SILENT, Mark.SPLIT_PASSES, Mark.SNI_FAILS_ELSEWHERE));
    assertTrue(
        CauseRule.mechanism(symptoms(Stage.DATAGRAMS_SILENT, NO_PROTOCOL, false, Mark.JUNK_PASSES))
            .isPresent());
    assertTrue(proves(Stage.TLS_RESET, Mark.FASTER_THAN_RTT));
    assertTrue(proves(Stage.RESOLVE, Mark.TRUE_ADDRESS_PASSES, Mark.ANSWER_FORGED));
    assertTrue(proves(Stage.STREAM_SILENT, Mark.RANDOM_FAILS));
  }

  @Test
  void whatAServerMayDoItselfIsNone() {
    assertTrue(!proves(Stage.TLS_RESET, Mark.OTHER_SNI_PASSES), "a name of its own rules");
    assertTrue(
        !proves(Stage.TLS_SILENT, Mark.SPLIT_PASSES, Mark.SNI_PASSES_ELSEWHERE),
        "a filter before it that reads single packets");
    assertTrue(
        !proves(Stage.TLS_SILENT, Mark.SPLIT_PASSES),
        "the same filter, and no server in another network to ask");
    assertTrue(
        !proves(Stage.DATAGRAMS_SILENT, Mark.JUNK_PASSES),
        "a filter before it that judges first packets");
    assertTrue(!proves(Stage.TLS_RESET, Mark.RESIDUAL), "a ban of its own");
    assertTrue(!proves(Stage.CONNECT_SILENT, Mark.OTHER_PORT_ANSWERS), "a firewall of its own");
    assertTrue(!proves(Stage.STREAM_RESET, Mark.OTHER_BYTES_PASS));
    assertTrue(!proves(Stage.RESOLVE, Mark.NAME_DENIED, Mark.TRUE_ADDRESS_PASSES));
    assertTrue(
        !proves(Stage.RESOLVE, Mark.ANSWER_BOGON, Mark.TRUE_ADDRESS_PASSES),
        "a resolver of one's own, which knows an inner address, or none for a listed name");
  }

  @Test
  void aResolverThatCannotFindOutBlocksNoName() {
    Mark[] denied = {Mark.TRUE_ADDRESS_PASSES, Mark.FAILS_AFTERWARDS, Mark.NAME_DENIED};
    Mark[] failed = {Mark.TRUE_ADDRESS_PASSES, Mark.FAILS_AFTERWARDS, Mark.NAME_FAILED};
    assertTrue(at(Stage.RESOLVE, denied).othersPassTwice());
    assertTrue(!at(Stage.RESOLVE, failed).othersPassTwice(), "its signatures may be broken");
  }
}
