package org.vpnprobe.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Event;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Via;

/** The keys of probes.yaml: the top level. Endpoints and templates are read one by one later. */
record FileKeys(
    Located<Integer> version,
    @Nullable Defaults defaults,
    @Nullable List<Named<Carrier>> carriers,
    @Nullable List<Named<Carrier>> controls,
    @Nullable List<Named<Located<String>>> resolvers,
    @Nullable List<Located<String>> anchors,
    @Nullable List<Located<String>> witnesses,
    @Nullable List<Named<List<Located<String>>>> neighbours,
    @Nullable List<Event> events,
    @Nullable Limits limits,
    @Nullable Located<Lab> lab,
    @Nullable Yaml imports,
    @Nullable List<Yaml> endpoints,
    @Nullable List<Yaml> templates) {

  /** {@code defaults:}. */
  record Defaults(
      @Nullable Depth depth,
      @Nullable Duration deadline,
      @Nullable Families family,
      @Nullable Diagnose diagnose,
      @Nullable Expected expect) {
    static final Defaults NONE = new Defaults(null, null, null, null, null);

    Defaults {
      Deadline.check(deadline);
    }
  }

  /** {@code lab:}. */
  record Lab(@Nullable Double pace, @Nullable Long seed) {
    Lab {
      if (pace != null && !(pace >= 1 && pace <= 1000)) {
        throw new InvalidSetting("pace", "expected a number from 1 to 1000");
      }
    }
  }

  /** One of {@code carriers:} or {@code controls:}. */
  record Carrier(
      Located<Exit> via,
      @Nullable Located<String> resolver,
      @Nullable List<Long> asns,
      @Nullable String displayName) {
    Carrier {
      if (asns != null && asns.stream().anyMatch(asn -> asn < 1 || asn > 0xffffffffL)) {
        throw new InvalidSetting("asns", "expected AS numbers from 1 to 4294967295");
      }
    }
  }

  /** {@code via:}; exactly one of the keys, or a word. */
  record Exit(
      @Nullable Boolean direct,
      @Nullable InetAddress source,
      @Nullable String interface_,
      @Nullable String netns,
      Via.@Nullable Proxy proxy,
      @Nullable Interference lab) {

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

  /** The keys that every endpoint has besides the settings of its protocol. */
  record Endpoint(
      Located<String> name,
      Located<String> protocol,
      Located<HostPort> address,
      @Nullable Located<Families> family,
      @Nullable Depth depth,
      @Nullable Duration deadline,
      @Nullable List<String> tags,
      @Nullable Expected expect,
      @Nullable List<Located<String>> neverProbeFrom,
      @Nullable List<Named<Yaml>> perVantage) {
    Endpoint {
      Deadline.check(deadline);
    }
  }

  /** {@code family:}; each family is a cell of its own. */
  enum Families {
    IP4,
    IP6,
    BOTH
  }

  /** What a user's own deadline may be. */
  private static final class Deadline {
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofMinutes(10);

    static void check(@Nullable Duration deadline) {
      if (deadline != null && (deadline.compareTo(LEAST) < 0 || deadline.compareTo(MOST) > 0)) {
        throw new InvalidSetting("deadline", "expected a duration from 100ms to 10m");
      }
    }
  }
}
