package org.vpnprobe.analysis;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The rules that decide, one line each; the id stands in reports and does not change (design
 * §4a.6). The first that holds decides.
 */
public enum Rule {
  /** The asked depth was reached. */
  REACHABLE_ANSWERED("reachable.answered", "the server proved itself to the asked depth"),
  /** A protocol with residual blocking answered twice. */
  REACHABLE_TWICE("reachable.twice", "two flows at least 2 s apart both reached the asked depth"),
  /** Once is not enough where the first flow may pass. */
  SECOND_FLOW("insufficient.second_flow", "the first flow passed, but no second one was seen to"),
  /** Nothing was tried. */
  NOT_TRIED("insufficient.not_tried", "no trial of this cell was finished"),
  /** A silent protocol without keys. */
  KEYS_MISSING(
      "insufficient.keys_missing", "this server answers nobody without keys, and none are given"),
  /** The settings cannot work. */
  SETTINGS("config_error.settings", "the settings cannot work: found before anything was sent"),
  /** Refused by the server itself. */
  REFUSED("config_error.refused", "the server answered and refused us"),
  /** A certificate or key that is wrong from everywhere. */
  WRONG_IDENTITY(
      "config_error.identity", "the server's proof does not verify, from the control either"),
  /** A certificate that is wrong here only. */
  MITM(
      "likely_blocked.mitm",
      "twice the server's proof was wrong here and right from the control before and after"),
  /** No vantage saw an answer. */
  DOWN("down.everywhere", "no vantage ever saw an answer, controls failed in three rounds"),
  /** Our own standing place failed. */
  VANTAGE_FAILED("vantage_offline.local", "the vantage itself could not be used"),
  /** Nothing worked from here while the control worked. */
  VANTAGE_ANCHORS("vantage_offline.anchors", "everything failed here, named anchors included"),
  /** A login page in the place of every server. */
  CAPTIVE_PORTAL("vantage_offline.captive_portal", "a captive portal answers for every server"),
  /** Another VPN in the way. */
  OWN_TUNNEL("vantage_offline.own_tunnel", "another VPN of this host carries its packets"),
  /** The family does not work here. */
  NO_IP6("insufficient.no_ip6", "IPv6 does not work at this vantage at all"),
  /** The transport does not work here. */
  NO_UDP("insufficient.udp_unusable", "no datagram comes back at this vantage from anybody"),
  /** No name could be looked up any more. */
  NO_RESOLVER(
      "insufficient.resolver", "the resolver of this vantage answered for no name any more"),
  /** Two networks in one run. */
  EGRESS_CHANGED("insufficient.egress_changed", "the vantage changed its network meanwhile"),
  /** A wrong clock. */
  CLOCK("insufficient.clock", "this machine's clock is wrong, or was: it can make this fail"),
  /** The quick profile never blames. */
  QUICK("insufficient.quick", "failed twice; the quick profile does not look for the reason"),
  /** A deadline below that of the real client. */
  DEADLINE("insufficient.deadline", "the deadline is shorter than three sends of the real client"),
  /** Another suspect has the same address and port. */
  SHARED_PORT(
      "insufficient.shared_port", "another suspect on the same address and port was examined"),
  /** Nothing to compare with. */
  NO_CONTROL("insufficient.no_control", "failing, but no control tried the same server"),
  /** No other endpoint answered on this line. */
  NO_WITNESS(
      "insufficient.no_witness", "failing, but nothing else answered on this line meanwhile"),
  /** Too few counted failures, or too unclear. */
  NOT_SIGNIFICANT("insufficient.not_significant", "the failures are not significant"),
  /** A control's own cell. */
  CONTROL_FAILED("insufficient.control", "the control could not reach it; controls are not judged"),
  /** Working, but not as deep as from the control. */
  DEGRADED("degraded.depth", "it answers here, but less deep than from the control"),
  /** More than loss, but the place of the fault is open. */
  IMPAIRED("impaired.significant", "fails far more often than the witnesses on the same line, now"),
  /** Significant, but too few witnesses for more. */
  IMPAIRED_WITNESSES(
      "impaired.few_witnesses", "significant, but fewer than two witnesses stood beside it"),
  /** Its keys may simply be unknown to the server. */
  IMPAIRED_OWN_KEYS(
      "impaired.own_keys",
      "significant, but the keys of this vantage are not the control's, and were never seen to work"),
  /** Packets of full size are lost: who sends them should be told, and is not. */
  IMPAIRED_MTU(
      "impaired.mtu",
      "significant, but with small segments it passes, twice or more: large ones are lost"),
  /** A mechanism that neither loss nor a filter of the server's own can make. */
  BLOCKED(
      "blocked.mechanism",
      "significant, and a mechanism shown twice that neither loss nor a filter of the server's own"
          + " can make"),
  /** The same, found by the name's true address. */
  BLOCKED_NAME(
      "blocked.name",
      "its name is answered falsely here, twice or more, and at its true address it answers"),
  /** The same, where the answer may be a resolver's of one's own. */
  LIKELY_NAME(
      "likely_blocked.name",
      "its name leads to an address that nobody has, twice or more, and at its true address it"
          + " answers"),
  /** The same, where the address may be a real one. */
  IMPAIRED_NAME(
      "impaired.name",
      "its name leads elsewhere here, where it does not answer, and at its true address it does"),
  /** It opens and then stops. */
  DEGRADED_DATA(
      "degraded.data",
      "it opens here, but its data is stopped or slowed, three times, and not at" + " the control"),
  /** The same address answers otherwise. */
  CONTRAST(
      "likely_blocked.contrast",
      "significant by those failures alone beside which something else on that address or a"
          + " neighbour answered"),
  /** Experiments stood beside it. */
  EXPERIMENT(
      "likely_blocked.experiment",
      "significant, and right after it other things passed to and from that address, twice or more"),
  /** The same half an hour later. */
  PERSISTENCE(
      "likely_blocked.persistence",
      "significant in two runs at least 30 minutes apart, with no success between"),
  /** Fails by chance, more than loss does. */
  PROBABILISTIC(
      "impaired.probabilistic",
      "fails at times, more often than the witnesses, by a mixture e-value over all its trials");

  /** Those that are reached only after the counted failures were found significant. */
  private static final Set<Rule> SIGNIFICANT =
      EnumSet.of(
          DEGRADED,
          IMPAIRED,
          IMPAIRED_WITNESSES,
          IMPAIRED_OWN_KEYS,
          IMPAIRED_MTU,
          BLOCKED,
          CONTRAST,
          EXPERIMENT,
          PERSISTENCE,
          PROBABILISTIC);

  private final String id;
  private final String sentence;

  Rule(String id, String sentence) {
    this.id = id;
    this.sentence = sentence;
  }

  /** The stable id in reports. */
  public String id() {
    return id;
  }

  /** What the rule says, for people. */
  public String sentence() {
    return sentence;
  }

  /** True when a rule of this id says that the failures are more than the line loses. */
  public static boolean isSignificant(String id) {
    return SIGNIFICANT.stream().anyMatch(rule -> rule.id.equals(id));
  }

  /** The state that the rule leads to. */
  public org.vpnprobe.model.State state() {
    return org.vpnprobe.model.State.valueOf(
        id.substring(0, id.indexOf('.')).toUpperCase(Locale.ROOT));
  }
}
