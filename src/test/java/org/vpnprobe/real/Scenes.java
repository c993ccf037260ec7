package org.vpnprobe.real;

import java.util.List;

/**
 * The scenes of the laboratory: carriers that interfere, with what is to be said of their cells.
 */
final class Scenes {
  static final List<String> NAMES =
      List.of("names", "addresses", "protocols", "penalties", "dns", "data", "lines", "mixtures");

  private Scenes() {}

  /** Starts the daemons of a scene. */
  @FunctionalInterface
  interface Servers {
    void start(Laboratory laboratory) throws Exception;
  }

  /**
   * Carriers that are measured in one run.
   *
   * @param head of the file, further keys
   * @param resolver of every vantage, an address; empty for the host's
   * @param slower than the other scenes: what loss does is made good by real clients' timers
   */
  record Scene(String head, String resolver, double slower, Servers servers, List<Censor> censors) {
    Scene {
      censors = List.copyOf(censors);
    }

    Scene(String head, Servers servers, List<Censor> censors) {
      this(head, "", 1, servers, censors);
    }

    /** The file that the run is made from. */
    String file(Laboratory laboratory) {
      StringBuilder text = new StringBuilder("version: 1\n");
      text.append("defaults: {depth: authenticated, diagnose: full}\n").append(head);
      text.append("carriers:\n");
      censors.forEach(censor -> text.append(vantage(laboratory, censor.name())));
      text.append("controls:\n").append(vantage(laboratory, Laboratory.CONTROL));
      return text.append("endpoints:\n").append(laboratory.endpoints()).toString();
    }

    private String vantage(Laboratory laboratory, String name) {
      return "  %s: {via: {netns: %s}%s}\n"
          .formatted(
              name,
              laboratory.net().client(name),
              resolver.isEmpty() ? "" : ", resolver: " + resolver);
    }
  }

  static Scene of(String name) {
    return switch (name) {
      case "names" -> names();
      case "addresses" -> addresses();
      case "protocols" -> protocols();
      case "penalties" -> penalties();
      case "dns" -> dns();
      case "data" -> data();
      case "lines" -> lines();
      case "mixtures" -> mixtures();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * Server names: reset by the hop, injected faster than the server could, lost. And one way that
   * loses large packets, whose sender hears nothing of it.
   */
  private static Scene names() {
    return new Scene(
        "",
        lab -> {
          lab.web();
          lab.plainBeside(3);
          lab.wireGuard(2);
        },
        List.of(
            Censor.named("hop")
                .box(
                    """
                    {"rules": [{"proto": "tcp", "contains": "vpn.lab.test", "action": "reset"}]}
                    """)
                .gives("blocked tls.reset.sni", "web-1"),
            Censor.named("injector")
                .box(
                    """
                    {"delay": 0.03, "rules": [{"proto": "tcp", "contains": "vpn.lab.test",
                     "action": "inject"}]}
                    """)
                .gives("blocked tls.reset.sni", "web-1"),
            Censor.named("dropper")
                .box(
                    """
                    {"rules": [{"proto": "tcp", "contains": "www.lab.test", "action": "drop"}]}
                    """)
                .gives("blocked tls.timeout.sni", "web-2"),
            Censor.named("narrow")
                .command("ip rule add from 10.90.1.12 lookup 77")
                .command("ip route add 10.91.0.0/16 dev lan0 mtu lock 1300 table 77")
                .command("nft add chain inet box output { type filter hook output priority 0 ; }")
                .command("nft add rule inet box output icmp type destination-unreachable drop")
                .gives("impaired ip.mtu", "web-3")));
  }

  /** Addresses and ports: black holes, SYN dropped and reset, a UDP port, a router that forbids. */
  private static Scene addresses() {
    return new Scene(
        "",
        lab -> {
          lab.web();
          lab.wireGuard(3);
        },
        List.of(
            Censor.named("hole")
                .rule("ip daddr { 10.90.0.5, 10.90.0.10 } drop")
                .gives("impaired ip.blackhole", "wg-1", "web-1"),
            Censor.named("ports")
                .rule("ip daddr 10.90.0.11 tcp dport 443 drop")
                .rule("ip daddr 10.90.0.10 tcp dport 443 reject with tcp reset")
                .rule("ip daddr 10.90.0.6 meta l4proto udp drop")
                .gives("likely_blocked tcp.port_blocked", "web-2")
                .gives("likely_blocked tcp.refused", "web-1")
                .gives("likely_blocked udp.port_blocked", "wg-2"),
            Censor.named("forbids")
                .rule("ip daddr 10.90.1.12 reject with icmp type admin-prohibited")
                .rule("ip saddr 10.90.1.13 drop")
                .gives("impaired ip.unreachable", "web-3")
                .gives("impaired ip.blackhole", "web-4")));
  }

  /** Protocols recognised by their first bytes. */
  private static Scene protocols() {
    return new Scene(
        "",
        lab -> {
          lab.web();
          lab.wireGuard(3);
          lab.openVpn();
          lab.ike();
          lab.ssh();
          lab.proxies();
          lab.plain();
        },
        List.of(
            Censor.named("no-openvpn")
                .rule("ip daddr 10.90.0.0/24 meta l4proto udp @ih,0,8 0x38 drop")
                .rule(
                    "ip daddr 10.90.0.0/24 meta l4proto tcp @ih,0,8 0x00 @ih,16,8 0x38"
                        + " reject with tcp reset")
                .gives("likely_blocked vpn.openvpn.drop.handshake", "ovpn-udp-1", "ovpn-udp-2")
                .gives("likely_blocked vpn.openvpn.reset", "ovpn-tcp-1", "ovpn-tcp-2"),
            Censor.named("no-wireguard")
                .rule("ip daddr 10.90.0.0/24 udp length 156 @ih,0,32 0x01000000 drop")
                .rule("ip daddr 10.90.0.0/24 tcp dport 22 @ih,0,32 0x5353482d drop")
                .gives("likely_blocked vpn.wireguard.drop.handshake", "wg-1", "wg-2", "wg-3")
                .gives("likely_blocked vpn.ssh.drop.handshake", "ssh-1", "ssh-2"),
            Censor.named("no-ike")
                .rule("ip daddr 10.90.0.0/24 udp dport 500 @ih,136,16 0x2022 drop")
                .rule(
                    "ip daddr 10.90.0.0/24 meta l4proto tcp @ih,0,64 0x434f4e4e45435420"
                        + " reject with tcp reset")
                .gives("likely_blocked vpn.ikev2.drop.handshake", "ike-1", "ike-2")
                .gives("likely_blocked vpn.http-proxy.reset", "proxy-1", "proxy-2")));
  }

  /** A failed handshake is punished for a while; the same by nftables alone. */
  private static Scene penalties() {
    String set = "nft add set inet box bad { type ipv4_addr ; flags timeout, dynamic ; }";
    return new Scene(
        "",
        lab -> {
          lab.web();
          lab.plain();
        },
        List.of(
            Censor.named("injector")
                .box(
                    """
                    {"delay": 0.03, "rules": [{"proto": "tcp", "contains": "vpn.lab.test",
                     "action": "inject", "residual": 6}]}
                    """)
                .gives("blocked tls.reset.sni", "web-1")
                .gives("blocked vpn.custom.reset", "plain-1"),
            Censor.named("by-address")
                .command(set)
                .command(
                    "nft add rule inet box forward ip daddr @bad ip saddr 10.91.0.0/16"
                        + " tcp flags & psh == psh reject with tcp reset")
                .command(
                    "nft add rule inet box forward ip daddr 10.90.1.12 tcp dport 443 @ih,0,8 0x16"
                        + " add @bad { ip daddr timeout 6s } reject with tcp reset")
                .gives("impaired tls.reset.any_clienthello", "web-3"),
            Censor.named("clean")));
  }

  /** An address that nobody has. */
  private static final String NOWHERE = "10.90.0.99";

  /** A question for the first name, as it stands in a packet. */
  private static final String QUESTION = "0376706e036c6162047465737400";

  /** Names: led elsewhere, raced, hijacked, denied, unanswered. */
  private static Scene dns() {
    return new Scene(
        "resolvers: {open: 10.90.0.29}\n",
        "10.90.0.30",
        1,
        lab -> {
          lab.web();
          lab.names();
          lab.resolver(30, "10.90.0.10");
          lab.resolver(29, "10.90.0.10");
          lab.resolver(28, NOWHERE);
          lab.resolver(25, "");
        },
        List.of(
            hijacked("hijacks", "udp dport 53", "10.90.0.28").gives("impaired -", "name-1"),
            hijacked("hides", "ip daddr 10.90.0.30 udp dport 53", "10.90.0.25")
                .gives("likely_blocked dns.nxdomain", "name-1"),
            Censor.named("races")
                .box(question("\"answer\", \"address\": \"%s\"".formatted(NOWHERE)))
                .gives("blocked dns.injection.other", "name-1"),
            Censor.named("zeroes")
                .box(question("\"answer\", \"address\": \"0.0.0.0\""))
                .gives("blocked dns.injection.bogon", "name-1"),
            Censor.named("mute")
                .box(question("\"drop\""))
                .gives("impaired dns.timeout", "name-1")));
  }

  private static Censor hijacked(String name, String questions, String resolver) {
    return Censor.named(name)
        .command("nft add table ip nat")
        .command("nft add chain ip nat pre { type nat hook prerouting priority -100 ; }")
        .command("nft add rule ip nat pre %s dnat to %s".formatted(questions, resolver));
  }

  private static String question(String action) {
    return "{\"delay\": 0.02, \"rules\": [{\"proto\": \"udp\", \"port\": 53, \"hex\": \"%s\", \"action\": %s}]}"
        .formatted(QUESTION, action);
  }

  /** What opens and then stops, or hardly flows. */
  private static Scene data() {
    return new Scene(
        "",
        "",
        3,
        lab -> {
          lab.web();
          lab.wireGuard(4, true);
        },
        List.of(
            Censor.named("freezes")
                .rule("ip daddr 10.90.0.5 meta l4proto udp ct bytes > 60000 drop")
                .rule("ip daddr 10.90.0.6 udp length > 100 @ih,0,32 0x04000000 drop")
                .gives("degraded flow.freeze", "wg-1")
                .gives("degraded vpn.wireguard.drop.post_handshake", "wg-2"),
            Censor.named("throttles")
                .command("tc qdisc add dev lan0 root handle 1: htb default 20")
                .command("tc class add dev lan0 parent 1: classid 1:10 htb rate 100kbit")
                .command("tc class add dev lan0 parent 1: classid 1:20 htb rate 1gbit")
                .command(
                    "tc filter add dev lan0 parent 1: protocol ip u32 match ip src 10.90.0.7/32"
                        + " flowid 1:10")
                .gives("degraded flow.throttle", "wg-3"),
            Censor.named("polices")
                .rule("ip daddr 10.90.0.8 limit rate over 64 kbytes/second burst 16 kbytes drop")
                .gives("degraded flow.throttle", "wg-4"),
            Censor.named("clean")));
  }

  /** Lines that are bad by themselves: nobody is to be blamed for them. */
  private static Scene lines() {
    return new Scene(
        "anchors: [web-4]\n",
        "",
        4,
        lab -> {
          lab.web();
          lab.wireGuard(3);
          lab.openVpn();
          lab.ssh();
          lab.stopped();
        },
        List.of(
            Censor.named("lossy")
                .rule("numgen random mod 100 < 20 drop")
                .gives("down -", "stopped"),
            Censor.named("no-udp")
                .rule("meta l4proto udp drop")
                .gives("insufficient -", "wg-1", "wg-2", "wg-3", "ovpn-udp-1", "ovpn-udp-2")
                .gives("down -", "stopped"),
            Censor.named("away").rule("drop").gives("vantage_offline -", "*")));
  }

  /** Three carriers, each with ways of its own, at the same servers. */
  private static Scene mixtures() {
    return new Scene(
        "",
        lab -> {
          lab.web();
          lab.wireGuard(3);
          lab.openVpn();
          lab.ike();
          lab.ssh();
          lab.proxies();
          lab.plain();
          lab.stopped();
        },
        List.of(
            Censor.named("north")
                .rule("ip daddr 10.90.0.0/24 udp length 156 @ih,0,32 0x01000000 drop")
                .box(
                    """
                    {"delay": 0.02, "rules": [
                     {"proto": "tcp", "contains": "vpn.lab.test", "action": "inject"},
                     {"proto": "tcp", "contains": "www.lab.test", "action": "drop"}]}
                    """)
                .gives("likely_blocked vpn.wireguard.drop.handshake", "wg-1", "wg-2", "wg-3")
                .gives("blocked tls.reset.sni", "web-1")
                .gives("blocked tls.timeout.sni", "web-2")
                .gives("blocked vpn.custom.reset", "plain-1")
                .gives("likely_blocked vpn.custom.drop.handshake", "plain-2")
                .gives("down -", "stopped"),
            Censor.named("south")
                .rule("ip daddr 10.90.0.0/24 meta l4proto udp @ih,0,8 0x38 drop")
                .rule("ip daddr 10.90.0.14 drop")
                .rule("ip daddr 10.90.0.16 tcp dport 8888 reject with tcp reset")
                .rule("ip saddr 10.90.1.13 drop")
                .gives("likely_blocked vpn.openvpn.drop.handshake", "ovpn-udp-1", "ovpn-udp-2")
                .gives("impaired ip.blackhole", "ssh-1", "web-4")
                .gives("likely_blocked tcp.refused", "proxy-1")
                .gives("down -", "stopped"),
            Censor.named("west")
                .rule("ip daddr 10.90.0.0/24 udp dport 500 @ih,136,16 0x2022 drop")
                .rule("ip daddr 10.90.0.11 reject with icmp type admin-prohibited")
                .rule("ip daddr 10.90.0.22 tcp dport > 1024 drop")
                .gives("likely_blocked vpn.ikev2.drop.handshake", "ike-1", "ike-2")
                .gives("impaired ip.unreachable", "web-2")
                .gives("likely_blocked tcp.port_blocked", "ovpn-tcp-1")
                .gives("down -", "stopped")));
  }
}
