package org.vpnprobe.analysis;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.experiment.Mark;

/** What to do about a failing cell, and what of its evidence justifies it. */
final class Advice {
  private Advice() {}

  /** The verdict's own advice, or a better one where the cause is known. */
  static String of(Judgement verdict, @Nullable String cause, CellRecord cell, Symptoms symptoms) {
    String known = cause == null ? "" : known(cause, symptoms);
    String advice = known.isEmpty() ? verdict.advice() : known;
    return symptoms.has(Mark.RESIDUAL)
        ? advice + " After a failed try wait three minutes: until then nothing passes."
        : advice;
  }

  private static String known(String cause, Symptoms symptoms) {
    if (cause.startsWith("dns.")) {
      return "Name the server's address in place of its name, or use DNS over HTTPS here"
          + " (the true address answers).";
    }
    return switch (cause) {
      case "tcp.port_blocked", "udp.port_blocked" ->
          "Change the port: others on the same address pass here.";
      case "ip.mtu" ->
          "Let the server or its router clamp the MSS, or lower its MTU, and let ICMP “too big”"
              + " through to it.";
      case "ip.blackhole" -> "Change the address: no port of it passes here.";
      case "ip.unreachable", "tcp.refused", "tcp.reset" ->
          "Try another address; ask the operator why its router refuses this one.";
      case "tls.reset.sni", "tls.timeout.sni" ->
          symptoms.has(Mark.SPLIT_PASSES)
              ? "Change the server name, or use a client that splits its ClientHello: both pass here."
              : "Change the server name: another one passes on the same address and port.";
      case "tls.reset.any_clienthello", "tls.timeout.other", "tls.reset.other" ->
          "Try a protocol without TLS on this port, or another address.";
      case "tcp.reset.any_data" -> "Change the port or the address: this one takes no data here.";
      case "flow.drop.fully_encrypted" ->
          "Begin with printable bytes (a prefix), or use a protocol that looks like TLS.";
      case "udp.all_blocked" -> "Use a protocol over TCP: no datagrams pass here.";
      case "flow.freeze" -> "Try another address or a protocol that opens connections anew.";
      case "flow.throttle" -> "Expect it to be slow here; try another protocol or server name.";
      default -> protocol(cause, symptoms);
    };
  }

  private static String protocol(String cause, Symptoms symptoms) {
    if (!cause.startsWith("vpn.")) {
      return "";
    }
    return symptoms.has(Mark.JUNK_PASSES)
        ? "Obfuscate: behind meaningless datagrams, as AmneziaWG sends them, it passes here."
        : "Obfuscate, or use another protocol: this one is recognised here.";
  }
}
