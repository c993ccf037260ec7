package org.vpnprobe.analysis.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vpnprobe.analysis.experiment.Played.HERE;
import static org.vpnprobe.model.FailureKind.CONNECTION_REFUSED;
import static org.vpnprobe.model.FailureKind.CONNECTION_RESET;
import static org.vpnprobe.model.FailureKind.GENERIC_TIMEOUT_ERROR;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vpnprobe.analysis.experiment.Played.Reply;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.model.Variation;

class InquiriesTest {
  private static boolean same(Variation v) {
    return v instanceof Variation.Same;
  }

  private static Reply own(String cell, Variation v, Reply failing) {
    return cell.equals(HERE) && same(v) ? failing : Reply.UP;
  }

  private static Played datagrams() {
    return Played.suspect(
        "wireguard",
        Transport.UDP,
        "198.51.100.1:51820",
        StepName.HANDSHAKE,
        GENERIC_TIMEOUT_ERROR);
  }

  // Alternation.

  @Test
  void anotherNamePassesInTurnWithFailuresAndTheLastWordIsAFailure() {
    OtherServerName inquiry = new OtherServerName();
    Played played =
        Played.tls(CONNECTION_RESET).play(inquiry, (c, v, at) -> own(c, v, Reply.RESET));
    List<Boolean> own = played.tries().stream().map(t -> same(t.variation())).toList();
    assertEquals(List.of(false, false, true, false, true), own, "the control first");
    assertEquals(2, played.read(inquiry).shown(Mark.OTHER_SNI_PASSES));
  }

  @Test
  void silenceAsksForMoreThanAReset() {
    OtherServerName name = new OtherServerName();
    Played tls =
        Played.tls(GENERIC_TIMEOUT_ERROR).play(name, (c, v, at) -> own(c, v, Reply.SILENT));
    assertEquals(3, tls.read(name).shown(Mark.OTHER_SNI_PASSES));
    JunkBefore junk = new JunkBefore();
    Played udp = datagrams().play(junk, (c, v, at) -> own(c, v, Reply.SILENT));
    assertEquals(5, udp.read(junk).shown(Mark.JUNK_PASSES), "one of several paths may be dead");
  }

  @Test
  void aPenaltyCostsOneTryAndTheNextWaits() {
    OtherServerName inquiry = new OtherServerName();
    Played played =
        Played.tls(CONNECTION_RESET)
            .play(
                inquiry,
                (c, v, at) -> c.equals(HERE) && (same(v) || at < 100) ? Reply.RESET : Reply.UP);
    assertTrue(played.tries().get(2).clean(), "the retry comes when nothing can be left");
    assertEquals(2, played.read(inquiry).shown(Mark.OTHER_SNI_PASSES));
  }

  @Test
  void whatNeverHelpsIsGivenUp() {
    OtherServerName inquiry = new OtherServerName();
    Played played =
        Played.tls(CONNECTION_RESET)
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? Reply.RESET : Reply.UP);
    assertEquals(3, played.tries().size());
    assertTrue(played.read(inquiry).has(Mark.OTHER_SNI_FAILS));
    assertFalse(played.read(inquiry).has(Mark.OTHER_SNI_PASSES));
  }

  @Test
  void aServerThatRefusesTheVariationItselfIsNotAskedFromHere() {
    OtherServerName inquiry = new OtherServerName();
    Played played = Played.tls(CONNECTION_RESET).play(inquiry, (c, v, at) -> Reply.RESET);
    assertTrue(played.tries().stream().noneMatch(t -> t.cell().equals(HERE)));
    assertTrue(played.read(inquiry).sentences().isEmpty());
  }

  @Test
  void aFaultThatEndsMeanwhileShowsNothing() {
    OtherServerName inquiry = new OtherServerName();
    Played played =
        Played.tls(CONNECTION_RESET)
            .play(inquiry, (c, v, at) -> at < 8 ? own(c, v, Reply.RESET) : Reply.UP);
    assertFalse(played.read(inquiry).has(Mark.OTHER_SNI_PASSES));
  }

  @Test
  void aSplitClientHelloIsTriedInRecordsWhereSegmentsDoNotHelp() {
    SplitHello inquiry = new SplitHello();
    Played played =
        Played.tls(CONNECTION_RESET)
            .play(
                inquiry,
                (c, v, at) ->
                    c.equals(HERE)
                            && !v.equals(
                                new Variation.FirstFlight(Variation.Alteration.SPLIT_RECORDS))
                        ? Reply.RESET
                        : Reply.UP);
    assertEquals(2, played.read(inquiry).shown(Mark.SPLIT_PASSES));
  }

  // Elsewhere.

  @Test
  void theNameThatFailsWithAnotherServerTooIsWhatDecides() {
    ServerNameElsewhere inquiry = new ServerNameElsewhere();
    Played played =
        Played.tls(CONNECTION_RESET)
            .play(
                inquiry, (c, v, at) -> c.equals(Played.THERE) && !same(v) ? Reply.RESET : Reply.UP);
    assertEquals(2, played.read(inquiry).shown(Mark.SNI_FAILS_ELSEWHERE));
    assertFalse(played.read(inquiry).has(Mark.SNI_PASSES_ELSEWHERE));
  }

  /** The server's own filter resets; at another server two of the name's handshakes were lost. */
  @Test
  void aSilenceElsewhereIsNoReset() {
    ServerNameElsewhere inquiry = new ServerNameElsewhere();
    Played played =
        Played.tls(CONNECTION_RESET)
            .play(
                inquiry,
                (c, v, at) -> c.equals(Played.THERE) && !same(v) ? Reply.SILENT : Reply.UP);
    assertFalse(played.read(inquiry).has(Mark.SNI_FAILS_ELSEWHERE));
    assertEquals(1 + 4 + 5, played.tries().size(), "it is asked again, and not without end");
  }

  @Test
  void theNameThatPassesElsewhereLeavesTheServerInQuestion() {
    ServerNameElsewhere inquiry = new ServerNameElsewhere();
    Played played = Played.tls(CONNECTION_RESET).play(inquiry, (c, v, at) -> Reply.UP);
    assertTrue(played.read(inquiry).has(Mark.SNI_PASSES_ELSEWHERE));
    assertFalse(played.read(inquiry).has(Mark.SNI_FAILS_ELSEWHERE));
  }

  @Test
  void anotherServerThatRefusesTheNameSaysNothing() {
    ServerNameElsewhere inquiry = new ServerNameElsewhere();
    Played played =
        Played.tls(CONNECTION_RESET)
            .play(inquiry, (c, v, at) -> c.equals(Played.THERE_CONTROL) ? Reply.RESET : Reply.UP);
    assertEquals(1, played.tries().size());
    assertTrue(played.read(inquiry).sentences().isEmpty());
  }

  // Bytes and penalties.

  private static Reply punished(String cell, Variation v, long since) {
    if (!cell.equals(HERE)) {
      return Reply.reaction("silence");
    }
    return same(v) || since < 90 ? Reply.RESET : Reply.reaction("silence");
  }

  /** A handshake is punished for 90 s. */
  private static Played.Answers ninety() {
    long[] last = {0};
    return (c, v, at) -> {
      last[0] = c.equals(HERE) && same(v) ? at : last[0];
      return punished(c, v, at - last[0]);
    };
  }

  @Test
  void aPenaltyIsSeenTwiceAndThenMeasured() {
    NeutralByte bytes = new NeutralByte();
    Played played = Played.tls(CONNECTION_RESET).play(bytes, ninety());
    assertEquals(2, played.read(bytes).shown(Mark.RESIDUAL));
    ResidualTime time = new ResidualTime();
    played.play(time, ninety());
    Evidence evidence = played.read(time);
    assertTrue(evidence.has(Mark.RESIDUAL_MEASURED));
    String told = evidence.sentences().getFirst();
    assertTrue(told.matches(".*between [6-8][0-9] and (9[0-9]|1[0-2][0-9]) s.*"), told);
  }

  @Test
  void aByteThatPassesAtOnceShowsThatNothingIsPunished() {
    NeutralByte inquiry = new NeutralByte();
    Played played =
        Played.tls(CONNECTION_RESET).play(inquiry, (c, v, at) -> own(c, v, Reply.RESET));
    assertEquals(2, played.read(inquiry).shown(Mark.NEUTRAL_BYTE_PASSES));
    assertTrue(NeutralByte.noPenalty(played.it()));
  }

  @Test
  void aByteThatMeetsSilenceTellsNothingOfSilence() {
    NeutralByte inquiry = new NeutralByte();
    Played played =
        Played.tls(GENERIC_TIMEOUT_ERROR)
            .play(
                inquiry,
                (c, v, at) -> same(v) ? own(c, v, Reply.SILENT) : Reply.reaction("silence"));
    assertFalse(played.read(inquiry).has(Mark.NEUTRAL_BYTE_PASSES));
  }

  @Test
  void anyByteThatFailsHereAloneIsToldFromTheHandshake() {
    NeutralByte inquiry = new NeutralByte();
    Played played =
        Played.tls(CONNECTION_RESET)
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? Reply.RESET : Reply.reaction("silence"));
    assertTrue(played.read(inquiry).has(Mark.ANY_DATA_FAILS));
  }

  @Test
  void foreignBytesCountByTheControlsReaction() {
    ForeignBytes inquiry = new ForeignBytes();
    Played open =
        Played.suspect(
                "openvpn", Transport.TCP, "198.51.100.1:443", StepName.HANDSHAKE, CONNECTION_RESET)
            .play(inquiry, (c, v, at) -> Reply.reaction("closed"));
    assertTrue(open.read(inquiry).twice(Mark.OTHER_BYTES_PASS));
    Played shut =
        Played.suspect(
                "openvpn", Transport.TCP, "198.51.100.1:443", StepName.HANDSHAKE, CONNECTION_RESET)
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? Reply.RESET : Reply.reaction("closed"));
    assertTrue(shut.read(inquiry).twice(Mark.OTHER_BYTES_FAIL));
  }

  @Test
  void anObfuscatedServerGetsNoForeignByte() {
    Played played =
        Played.suspect(
            "shadowsocks", Transport.TCP, "198.51.100.1:443", StepName.HANDSHAKE, CONNECTION_RESET);
    assertTrue(new ForeignBytes().next(played.it()).isEmpty());
    assertTrue(new NeutralByte().next(played.it()).isEmpty());
    RandomLookingBytes inquiry = new RandomLookingBytes();
    Variation random = new Variation.RawBytes(Variation.Payload.RANDOM, false);
    played.play(
        inquiry,
        (c, v, at) ->
            c.equals(Played.THERE) && v.equals(random)
                ? Reply.reaction("silence")
                : Reply.reaction("closed"));
    assertTrue(played.tries().stream().noneMatch(t -> t.cell().equals(HERE)));
    assertEquals(3, played.read(inquiry).shown(Mark.RANDOM_FAILS));
  }

  // Ports, and what is left of the fault afterwards.

  private static Played connects() {
    return Played.suspect(
        "tls", Transport.TCP, "198.51.100.1:443", StepName.CONNECT, GENERIC_TIMEOUT_ERROR);
  }

  private static Reply refused() {
    return new Reply(CONNECTION_REFUSED, null, List.of());
  }

  @Test
  void portsThatAnswerEachTimeAreToldFromThoseThatDoSometimes() {
    OtherPorts inquiry = new OtherPorts();
    Played all = connects().play(inquiry, (c, v, at) -> refused());
    assertEquals(4, all.read(inquiry).shown(Mark.OTHER_PORT_ANSWERS));
    Played some =
        connects().play(inquiry, (c, v, at) -> c.equals(HERE) && at < 6 ? Reply.SILENT : refused());
    assertTrue(some.read(inquiry).sentences().isEmpty(), "loss, or one dead path of several");
    Played none = connects().play(inquiry, (c, v, at) -> c.equals(HERE) ? Reply.SILENT : refused());
    assertEquals(4, none.read(inquiry).shown(Mark.OTHER_PORTS_SILENT));
  }

  @Test
  void afterOtherPortsItsOwnHandshakeHasToFailAgain() {
    StillFailing still = new StillFailing();
    Played fails = connects().play(new OtherPorts(), (c, v, at) -> Reply.UP);
    fails.play(still, (c, v, at) -> Reply.SILENT);
    assertEquals(1, fails.read(still).shown(Mark.FAILS_AFTERWARDS));
    Played over = connects().play(new OtherPorts(), (c, v, at) -> Reply.UP);
    over.play(still, (c, v, at) -> Reply.UP);
    assertFalse(over.read(still).has(Mark.FAILS_AFTERWARDS));
    assertTrue(new StillFailing().next(connects().it()).isEmpty(), "nothing passed yet");
  }

  @Test
  void connectsThatFailForAPenaltyDoNotHideTheHandshake() {
    Played played =
        Played.tls(CONNECTION_RESET)
            .play(new NeutralByte(), (c, v, at) -> c.equals(HERE) ? Reply.SILENT : Reply.UP);
    assertTrue(played.it().stage().afterConnect());
    assertEquals(Stage.CONNECT_SILENT, connects().it().stage());
  }

  // Names.

  private static Played named(StepName step, FailureKind failure) {
    return Played.suspect("tls", Transport.TCP, "a.example:443", step, failure);
  }

  @Test
  void anAnswerWhereNobodyIsIsForged() {
    assertEquals(2, answeredWhereNobodyIs(false));
    assertEquals(0, answeredWhereNobodyIs(true), "for every name: a router that asks elsewhere");
  }

  private static int answeredWhereNobodyIs(boolean forAllNames) {
    Names inquiry = new Names();
    Played played =
        named(StepName.TLS, GENERIC_TIMEOUT_ERROR)
            .play(
                inquiry,
                (c, v, at) -> {
                  Variation.Lookup l = (Variation.Lookup) v;
                  boolean heard = c.equals(HERE) && (forAllNames || l.name() == null);
                  return l.server() == null || heard ? Reply.UP : Reply.SILENT;
                });
    return played.read(inquiry).shown(Mark.ANSWER_FORGED);
  }

  @Test
  void aDenialCountsWhereTheControlFindsTheName() {
    Names inquiry = new Names();
    Reply denied = new Reply(FailureKind.DNS_NXDOMAIN_ERROR, null, List.of());
    Played played =
        named(StepName.RESOLVE, FailureKind.DNS_NXDOMAIN_ERROR)
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? denied : Reply.UP);
    assertTrue(played.read(inquiry).twice(Mark.NAME_DENIED));
    Played everywhere =
        named(StepName.RESOLVE, FailureKind.DNS_NXDOMAIN_ERROR).play(inquiry, (c, v, at) -> denied);
    assertFalse(everywhere.read(inquiry).has(Mark.NAME_DENIED));
  }

  @Test
  void theTrueAddressIsTriedInTurnWithTheName() {
    TrueAddress inquiry = new TrueAddress();
    Played played =
        named(StepName.TLS, GENERIC_TIMEOUT_ERROR)
            .play(inquiry, (c, v, at) -> own(c, v, Reply.SILENT));
    assertEquals(3, played.read(inquiry).shown(Mark.TRUE_ADDRESS_PASSES));
    assertTrue(new TrueAddress().next(Played.tls(CONNECTION_RESET).it()).isEmpty());
  }

  // Data.

  private static Reply kbps(int rate) {
    return new Reply(null, null, List.of("data_kbps", "" + rate, "data_kb", "130"));
  }

  private static Reply frozen(int packets) {
    return new Reply(
        FailureKind.DATA_ECHO_FAILED,
        Depth.AUTHENTICATED,
        List.of("frozen_after_kb", "" + packets, "frozen_after_packets", "" + packets));
  }

  @Test
  void dataThatStopsThreeTimesIsFrozenOrDropped() {
    Data inquiry = new Data();
    Duration near = Duration.ofMillis(40);
    Played freezes =
        Played.working(near, near)
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? frozen(16) : kbps(240));
    assertEquals(3, freezes.read(inquiry).shown(Mark.FROZEN));
    Played drops =
        Played.working(near, near)
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? frozen(0) : kbps(240));
    assertEquals(3, drops.read(inquiry).shown(Mark.DROPPED_AFTER));
    Played once =
        Played.working(near, near)
            .play(inquiry, (c, v, at) -> c.equals(HERE) && at < 5 ? frozen(16) : kbps(240));
    assertFalse(once.read(inquiry).has(Mark.FROZEN));
  }

  @Test
  void aSessionThatDoesNotOpenSaysNothingOfData() {
    Data inquiry = new Data();
    int[] times = {0};
    Duration near = Duration.ofMillis(40);
    Played played =
        Played.working(near, near)
            .play(
                inquiry,
                (c, v, at) ->
                    !c.equals(HERE) ? kbps(240) : times[0]++ == 1 ? Reply.SILENT : frozen(16));
    assertEquals(3, played.read(inquiry).shown(Mark.FROZEN));
    Played never =
        Played.working(near, near)
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? Reply.SILENT : kbps(240));
    assertEquals(5, never.tries().size());
  }

  @Test
  void aLongWayIsNoThrottling() {
    Data inquiry = new Data();
    Played far =
        Played.working(Duration.ofMillis(600), Duration.ofMillis(40))
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? kbps(16) : kbps(240));
    assertFalse(far.read(inquiry).has(Mark.THROTTLED), "fifteen times the way, a fifteenth");
    Played slow =
        Played.working(Duration.ofMillis(60), Duration.ofMillis(40))
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? kbps(16) : kbps(240));
    assertEquals(3, slow.read(inquiry).shown(Mark.THROTTLED));
  }

  // What needs no trial.

  @Test
  void resetsFasterThanTheRoundTripAreNotTheServers() {
    ResetTiming inquiry = new ResetTiming();
    Played held =
        Played.tls(CONNECTION_RESET).play(inquiry, (c, v, at) -> Reply.reaction("silence"));
    assertEquals(2, held.tries().size());
    assertEquals(4, held.read(inquiry).shown(Mark.FASTER_THAN_RTT));
    Played known =
        Played.tls(CONNECTION_RESET)
            .play(new NeutralByte(), (c, v, at) -> own(c, v, Reply.RESET))
            .play(inquiry, (c, v, at) -> Reply.RESET);
    assertTrue(known.read(inquiry).has(Mark.FASTER_THAN_RTT), "a byte has shown it already");
  }

  /** A filter before the server that resets each connection comes right behind its SYN-ACK. */
  @Test
  void resetsOfConnectionsOnWhichNothingIsSentMayBeTheServers() {
    ResetTiming inquiry = new ResetTiming();
    Played always = Played.tls(CONNECTION_RESET).play(inquiry, (c, v, at) -> Reply.RESET);
    assertFalse(always.read(inquiry).has(Mark.FASTER_THAN_RTT));
    assertFalse(Played.tls(CONNECTION_RESET).read(inquiry).has(Mark.FASTER_THAN_RTT));
  }

  // The size of segments.

  private static boolean small(Variation v) {
    return v.equals(new Variation.FirstFlight(Variation.Alteration.SMALL_SEGMENTS));
  }

  @Test
  void whatPassesInSmallSegmentsFailsForItsSize() {
    SmallSegments inquiry = new SmallSegments();
    Played hole =
        Played.tls(GENERIC_TIMEOUT_ERROR)
            .play(inquiry, (c, v, at) -> c.equals(HERE) && !small(v) ? Reply.SILENT : Reply.UP);
    assertEquals(3, hole.read(inquiry).shown(Mark.SMALL_SEGMENTS_PASS));
    Played stopped =
        Played.tls(GENERIC_TIMEOUT_ERROR)
            .play(inquiry, (c, v, at) -> c.equals(HERE) ? Reply.SILENT : Reply.UP);
    assertFalse(stopped.read(inquiry).has(Mark.SMALL_SEGMENTS_PASS));
    assertTrue(stopped.read(inquiry).has(Mark.SIZE_EXCLUDED));
    assertTrue(inquiry.next(Played.tls(CONNECTION_RESET).it()).isEmpty(), "no hole resets");
  }

  @Test
  void resetsAfterTheServerSpokeMayAnswerWhatItHeardBefore() {
    Played refusing =
        Played.suspect(
                "ssh",
                Transport.TCP,
                "198.51.100.1:22",
                StepName.HANDSHAKE,
                FailureKind.CONNECTION_RESET)
            .heard();
    assertFalse(refusing.read(new ResetTiming()).has(Mark.FASTER_THAN_RTT));
  }

  @Test
  void routersThatForbidAreHeardWithoutATrial() {
    Played played =
        Played.suspect(
            "tls",
            Transport.TCP,
            "198.51.100.1:443",
            StepName.CONNECT,
            FailureKind.ADMIN_PROHIBITED);
    assertEquals(4, played.read(new RouterErrors()).shown(Mark.FORBIDDEN_BY_ROUTER));
  }
}
