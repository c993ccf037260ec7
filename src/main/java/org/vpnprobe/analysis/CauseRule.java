package org.vpnprobe.analysis;

import static org.vpnprobe.analysis.experiment.Mark.ANSWER_BOGON;
import static org.vpnprobe.analysis.experiment.Mark.ANSWER_FORGED;
import static org.vpnprobe.analysis.experiment.Mark.ANY_DATA_FAILS;
import static org.vpnprobe.analysis.experiment.Mark.DROPPED_AFTER;
import static org.vpnprobe.analysis.experiment.Mark.FORBIDDEN_BY_ROUTER;
import static org.vpnprobe.analysis.experiment.Mark.FROZEN;
import static org.vpnprobe.analysis.experiment.Mark.JUNK_PASSES;
import static org.vpnprobe.analysis.experiment.Mark.NAME_DENIED;
import static org.vpnprobe.analysis.experiment.Mark.NAME_UNANSWERED;
import static org.vpnprobe.analysis.experiment.Mark.OTHER_PORTS_SILENT;
import static org.vpnprobe.analysis.experiment.Mark.OTHER_SNI_FAILS;
import static org.vpnprobe.analysis.experiment.Mark.OTHER_SNI_PASSES;
import static org.vpnprobe.analysis.experiment.Mark.RANDOM_FAILS;
import static org.vpnprobe.analysis.experiment.Mark.SMALL_SEGMENTS_PASS;
import static org.vpnprobe.analysis.experiment.Mark.SNI_FAILS_ELSEWHERE;
import static org.vpnprobe.analysis.experiment.Mark.SPLIT_PASSES;
import static org.vpnprobe.analysis.experiment.Mark.THROTTLED;
import static org.vpnprobe.analysis.experiment.Mark.TRUE_ADDRESS_PASSES;
import static org.vpnprobe.analysis.experiment.Stage.CONNECT_REFUSED;
import static org.vpnprobe.analysis.experiment.Stage.CONNECT_SILENT;
import static org.vpnprobe.analysis.experiment.Stage.DATAGRAMS_REFUSED;
import static org.vpnprobe.analysis.experiment.Stage.DATAGRAMS_SILENT;
import static org.vpnprobe.analysis.experiment.Stage.RESOLVE;
import static org.vpnprobe.analysis.experiment.Stage.STREAM_RESET;
import static org.vpnprobe.analysis.experiment.Stage.STREAM_SILENT;
import static org.vpnprobe.analysis.experiment.Stage.TLS_RESET;
import static org.vpnprobe.analysis.experiment.Stage.TLS_SILENT;
import static org.vpnprobe.analysis.experiment.Stage.UNREACHABLE;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * From evidence to the tree of causes (science.md §6), as deep as the evidence goes and no deeper.
 * The first that holds names the cause. {@code <protocol>} stands for the endpoint's.
 */
enum CauseRule {
  FORGED_BOGON("dns.injection.bogon", s -> s.has(TRUE_ADDRESS_PASSES) && s.twice(ANSWER_BOGON)),
  FORGED_NAME("dns.injection.other", s -> s.has(TRUE_ADDRESS_PASSES) && s.twice(ANSWER_FORGED)),
  NAME_DENIED_HERE("dns.nxdomain", s -> s.at(RESOLVE) && s.twice(NAME_DENIED)),
  NAME_UNANSWERED_HERE("dns.timeout", s -> s.at(RESOLVE) && s.twice(NAME_UNANSWERED)),

  ONLY_LISTED("allowlist.destination", s -> s.line().onlyAnchorsAnswer()),
  ROUTER_FORBIDS("ip.unreachable", s -> s.at(UNREACHABLE) || s.twice(FORBIDDEN_BY_ROUTER)),
  PORT_SILENT("tcp.port_blocked", s -> s.at(CONNECT_SILENT) && s.othersAtAddress()),
  ADDRESS_SILENT(
      "ip.blackhole",
      s -> (s.at(CONNECT_SILENT) || s.at(DATAGRAMS_SILENT)) && s.twice(OTHER_PORTS_SILENT)),
  CONNECT_LOST("tcp.timeout", s -> s.at(CONNECT_SILENT)),
  CONNECT_ENDED("tcp.reset", s -> s.at(CONNECT_REFUSED) && s.resets()),
  CONNECT_DENIED("tcp.refused", s -> s.at(CONNECT_REFUSED)),

  LARGE_LOST("ip.mtu", s -> s.twice(SMALL_SEGMENTS_PASS)),
  ANY_BYTE_RESET("tcp.reset.any_data", s -> s.has(ANY_DATA_FAILS) && s.ends()),
  NAME_RESET("tls.reset.sni", s -> s.at(TLS_RESET) && s.dependsOnName()),
  NAME_DROPPED("tls.timeout.sni", s -> s.at(TLS_SILENT) && s.dependsOnName()),
  HELLO_RESET("tls.reset.any_clienthello", s -> s.at(TLS_RESET) && s.has(OTHER_SNI_FAILS)),
  TLS_ENDED("tls.reset.other", s -> s.at(TLS_RESET)),
  TLS_LOST("tls.timeout.other", s -> s.at(TLS_SILENT)),

  LOOKS_ENCRYPTED("flow.drop.fully_encrypted", s -> s.has(RANDOM_FAILS)),
  PROTOCOL_RESET("vpn.<protocol>.reset", s -> s.at(STREAM_RESET) && s.onlyTheProtocol()),
  PROTOCOL_LOST("vpn.<protocol>.drop.handshake", s -> s.at(STREAM_SILENT) && s.onlyTheProtocol()),
  FIRST_PACKETS("vpn.<protocol>.drop.handshake", s -> s.has(JUNK_PASSES)),
  ALL_DATAGRAMS("udp.all_blocked", s -> s.at(DATAGRAMS_SILENT) && s.noDatagramsAtAll()),
  PROTOCOL_DATAGRAMS(
      "vpn.<protocol>.drop.handshake",
      s -> s.at(DATAGRAMS_SILENT) && s.othersAtAddress() && s.protocolFailsEverywhere()),
  PORT_DATAGRAMS(
      "udp.port_blocked",
      s -> s.at(DATAGRAMS_SILENT) && s.othersAtAddress() && s.line().protocolAnswers()),
  DATAGRAMS_DENIED("udp.port_blocked", s -> s.at(DATAGRAMS_REFUSED)),
  DATAGRAMS_LOST("udp.timeout", s -> s.at(DATAGRAMS_SILENT)),

  PACKETS_DROPPED("vpn.<protocol>.drop.post_handshake", s -> s.has(DROPPED_AFTER)),
  FREEZES("flow.freeze", s -> s.has(FROZEN)),
  SLOWED("flow.throttle", s -> s.has(THROTTLED));

  private final String cause;
  private final Predicate<Symptoms> holds;

  CauseRule(String cause, Predicate<Symptoms> holds) {
    this.cause = cause;
    this.holds = holds;
  }

  /** The rule that names the cause, empty when the evidence does not reach that far. */
  static Optional<CauseRule> of(Symptoms symptoms) {
    for (CauseRule rule : values()) {
      if (rule.holds.test(symptoms)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /** The node of the tree of causes. */
  String cause(String protocol) {
    return cause.replace("<protocol>", protocol);
  }

  /**
   * What neither loss nor a filter of the server's own can make, shown at least twice; the word for
   * the report, empty when there is none. A penalty after a failed handshake is no such thing:
   * servers ban clients themselves (ocserv's max-ban-score, fail2ban), and only at one carrier.
   */
  static Optional<String> mechanism(Symptoms s) {
    if (s.twice(SNI_FAILS_ELSEWHERE) && s.twice(OTHER_SNI_PASSES)) {
      return Optional.of("the server name decides, with other servers too");
    }
    // A filter before the server would read the name in single packets, too, and where large ones
    // are lost pieces pass as well: but only there.
    if (s.twice(SPLIT_PASSES) && s.twice(SNI_FAILS_ELSEWHERE)) {
      return Optional.of("the same ClientHello passes in pieces");
    }
    // A filter before the server may look at first packets, too, but not in two networks.
    if (s.twice(JUNK_PASSES) && s.line().junkHelpsIn() >= 2) {
      return Optional.of("the same handshake passes behind meaningless datagrams");
    }
    if (s.evidence().twice(org.vpnprobe.analysis.experiment.Mark.FASTER_THAN_RTT)) {
      return Optional.of("resets came before the server could have sent them");
    }
    // Its own resolver may belong to the user, and name an inner address or none.
    if (s.twice(TRUE_ADDRESS_PASSES) && s.twice(ANSWER_FORGED)) {
      return Optional.of("the name is answered falsely, and its true address answers");
    }
    if (s.has(RANDOM_FAILS)) {
      return Optional.of("what looks random is dropped with other servers too");
    }
    return Optional.empty();
  }
}
