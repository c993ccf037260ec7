package org.vpnprobe.config;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.CarrierKind;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Via;

/**
 * The keys of probes.yaml: the top level. All nullable, so that one bad part does not hide what is
 * wrong with the others. Endpoints and templates are read one by one later.
 */
record FileKeys(
    @Description("The version of this file format: 1.") @Nullable Located<Integer> version,
    @Description("What endpoints have when they do not say otherwise.") @Nullable Defaults defaults,
    @Description(
            "The networks under test and how to leave through each. Without it: the network we are"
                + " on.")
        @Nullable List<Named<Carrier>> carriers,
    @Description(
            "Vantages believed free of interference. Without one, nothing can be called blocked.")
        @Nullable List<Named<Carrier>> controls,
    @Description("The servers to probe, one protocol each.") @Nullable List<Yaml> endpoints,
    @Description("Endpoints for every server, protocol and port.") @Nullable List<Yaml> templates,
    @Description("DNS resolvers by name: an IP address or https://….")
        @Nullable List<Named<Located<String>>> resolvers,
    @Description("Endpoints that tell whether the line works at all.") @Nullable List<Name> anchors,
    @Description("Endpoints known to work: what innocent endpoints are compared with.")
        @Nullable List<Name> witnesses,
    @Description("Endpoint to endpoints that stand beside it (same network, another service).")
        @Nullable List<Named<List<Name>>> neighbours,
    @Description("Dated orders and upgrades, drawn on the timeline.") @Nullable List<Dated> events,
    @Description("Upper bounds for how much is probed at once.") @Nullable Limits limits,
    @Description("The rehearsal: for carriers of via: lab.") @Nullable Located<Lab> lab,
    @Description("A file that tells which network an address is in: MMDB, or ip2asn (may be .gz).")
        @Nullable Name asnTable,
    @Description("How far this machine's clock is off, for journals merged with others.")
        @Nullable Clock clock,
    @Description("Endpoints from files of other programs.") @Nullable List<Yaml> imports) {

  /** {@code defaults:}. */
  record Defaults(
      @Description(EndpointKeys.DEPTH) @Nullable Depth depth,
      @Description(EndpointKeys.DEADLINE) @Nullable Duration deadline,
      @Description(EndpointKeys.FAMILY) EndpointKeys.@Nullable Families family,
      @Description("safe (default): no foreign or random bytes to obfuscated servers.")
          @Nullable Diagnose diagnose,
      @Description(EndpointKeys.EXPECT) @Nullable Expected expect) {
    static final Defaults NONE = new Defaults(null, null, null, null, null);

    Defaults {
      EndpointKeys.Deadline.check(deadline);
    }
  }

  /** One of {@code events:}. */
  record Dated(LocalDate date, Name name) {}

  /** {@code lab:}. */
  record Lab(
      @Description("How many times faster than real time the rehearsal runs, 1 to 1000.")
          @Nullable Double pace,
      @Description("The same seed gives the same rehearsal again.") @Nullable Long seed) {
    Lab {
      if (pace != null && !(pace >= 1 && pace <= 1000)) {
        throw new InvalidSetting("pace", "expected a number from 1 to 1000");
      }
    }
  }

  /** One of {@code carriers:} or {@code controls:}. */
  record Carrier(
      @Description(
              "How to leave this host: direct, or one of source, interface, netns, proxy, lab.")
          Located<Exit> via,
      @Description("A name from resolvers, an IP address, https://… or host (default).")
          @Nullable Name resolver,
      @Description("AS numbers; known carriers bring theirs.") @Nullable List<Long> asns,
      @Description("The name in reports; known carriers bring theirs.") @Nullable Name displayName,
      @Description("mobile, fixed, mixed, backbone or cloud; known carriers bring theirs.")
          @Nullable CarrierKind kind,
      @Description("Two letters (ISO 3166-1); known carriers bring theirs.") @Nullable Name country,
      @Description("Who tells the address seen from outside; the interface's when left out.")
          @Nullable Egress egress) {
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

    Carrier {
      if (country != null && !COUNTRY.matcher(country.text()).matches()) {
        throw new InvalidSetting("country", "expected two capital letters, such as RU");
      }
      if (asns != null && asns.stream().anyMatch(asn -> asn < 1 || asn > 0xffffffffL)) {
        throw new InvalidSetting("asns", "expected AS numbers from 1 to 4294967295");
      }
    }
  }

  /** {@code egress:}; exactly one of the keys. */
  record Egress(
      @Description("A STUN server (RFC 8489), host or host:port, asked through the vantage.")
          @Nullable HostPort stun,
      @Description("A page that shows the asker's address, https://…, asked through the vantage.")
          @Nullable String https,
      @Description("The address itself.") @Nullable InetAddress address) {
    Egress {
      if (Stream.of(stun, https, address).filter(x -> x != null).count() != 1) {
        throw new InvalidSetting(
            "", "expected {stun: host:port}, {https: \"https://…\"} or {address: ip}");
      }
      if (https != null && !isPage(https)) {
        throw new InvalidSetting("https", "expected https://…");
      }
    }

    private static boolean isPage(String url) {
      try {
        return url.startsWith("https://") && URI.create(url).getHost() != null;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    EgressFrom from() {
      if (stun != null) {
        return new EgressFrom.Stun(stun);
      } else if (https != null) {
        return new EgressFrom.Https(https);
      }
      return new EgressFrom.Given(Objects.requireNonNull(address));
    }
  }

  /** {@code clock:}; exactly one of the keys. */
  record Clock(
      @Description("It shows a later time than it is, by so much.") @Nullable Duration ahead,
      @Description("It shows an earlier time than it is, by so much.") @Nullable Duration behind) {
    /** Further off, and journals say nothing of each other. */
    private static final Duration MOST = Duration.ofDays(2);

    Clock {
      if ((ahead == null) == (behind == null)) {
        throw new InvalidSetting("", "expected {ahead: 2s} or {behind: 2s}");
      }
      if (off(ahead, behind).abs().compareTo(MOST) > 0) {
        throw new InvalidSetting("", "expected a duration up to 48h");
      }
    }

    private static Duration off(@Nullable Duration ahead, @Nullable Duration behind) {
      return ahead != null ? ahead : Objects.requireNonNull(behind).negated();
    }

    /** Negative when behind. */
    Duration off() {
      return off(ahead, behind);
    }
  }

  /** {@code via:}; exactly one of the keys, or a word. */
  record Exit(
      @Description("true: the routing of this host.") @Nullable Boolean direct,
      @Description("A source address of this host.") @Nullable InetAddress source,
      @Description("A network interface of this host.") @Nullable String interface_,
      @Description("A network namespace of this host (ip netns).") @Nullable String netns,
      @Description("A SOCKS5 proxy: socks5://[user:password@]host:port.") Via.@Nullable Proxy proxy,
      @Description("A rehearsal carrier and what it does to traffic.") @Nullable Interference lab) {

    /** Linux: IFNAMSIZ is 16 with the final NUL; no slash and no blank. */
    private static final Pattern INTERFACE = Pattern.compile("[^/\\s\\p{Cntrl}]{1,15}");

    /** A file name below /run/netns. */
    private static final Pattern NETNS = Pattern.compile("(?!\\.{1,2}$)[^/\\s\\p{Cntrl}]{1,200}");

    private static final String EXPECTED =
        "expected direct, lab, {source: ip}, {interface: name}, {netns: name},"
            + " {proxy: \"socks5://user:password@host:port\"} or {lab: {…}}";

    Exit {
      if (Stream.of(direct, source, interface_, netns, proxy, lab).filter(x -> x != null).count()
              != 1
          || Boolean.FALSE.equals(direct)) {
        throw new InvalidSetting("", EXPECTED);
      }
      if (interface_ != null && !INTERFACE.matcher(interface_).matches()) {
        throw new InvalidSetting("interface", "expected the name of a network interface");
      }
      if (netns != null && !NETNS.matcher(netns).matches()) {
        throw new InvalidSetting("netns", "expected the name of a network namespace");
      }
    }

    /** {@code direct}, or {@code lab} for a rehearsal carrier that lets everything through. */
    static Exit of(String text) {
      return switch (text) {
        case "direct" -> new Exit(true, null, null, null, null, null);
        case "lab" -> new Exit(null, null, null, null, null, Interference.NONE);
        default -> throw new InvalidSetting("", EXPECTED);
      };
    }

    Via via() {
      if (source != null) {
        return new Via.Source(source);
      } else if (interface_ != null) {
        return new Via.Interface(interface_);
      } else if (netns != null) {
        return new Via.Netns(netns);
      } else if (proxy != null) {
        return proxy;
      } else if (lab != null) {
        return new Via.Lab(lab);
      }
      return new Via.Direct();
    }
  }
}
