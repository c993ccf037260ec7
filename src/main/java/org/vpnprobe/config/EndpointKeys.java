package org.vpnprobe.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;

/**
 * The keys of probes.yaml that make endpoints: one by one, out of templates, or out of files of
 * other programs. What they share means the same in each.
 */
final class EndpointKeys {
  static final String DEPTH =
      "How far the answer has to prove: port, handshake, authenticated (default) or tunnel.";

  static final String DEADLINE =
      "What one trial may take; a shorter one than the protocol’s own allows no blame.";

  static final String EXPECT =
      "reachable (default), blocked, unreachable or any; or one for each carrier, * for the others.";

  static final String FAMILY = "ip4 (default), ip6 or both; each family is a cell of its own.";

  static final String TAGS = "Words to select by.";

  static final String NEVER =
      "Carriers and controls from which nothing is ever sent to this endpoint.";

  static final String PER_VANTAGE =
      "Settings that differ from one carrier or control to the other, such as keys.";

  private EndpointKeys() {}

  /** The keys that every endpoint has besides the settings of its protocol. */
  record Endpoint(
      @Description("Unique; shown in reports.") Name name,
      @Description("What it speaks.") Name protocol,
      @Description("host, host:port, [ipv6]:port.") Located<HostPort> address,
      @Description(FAMILY) @Nullable Located<Families> family,
      @Description(DEPTH) @Nullable Depth depth,
      @Description(DEADLINE) @Nullable Duration deadline,
      @Description(TAGS) @Nullable List<Name> tags,
      @Description(EXPECT) @Nullable Expected expect,
      @Description(NEVER) @Nullable List<Name> neverProbeFrom,
      @Description(PER_VANTAGE) @Nullable List<Named<Yaml>> perVantage) {
    Endpoint {
      Deadline.check(deadline);
    }
  }

  /**
   * One of {@code imports:}. What it says besides holds for all endpoints of the file.
   *
   * @param file a path, or a share link
   */
  record Import(
      @Description("A file of another program, relative to this one; or a share link.")
          Located<String> file,
      @Description("Its format; recognized when left out. See vpnprobe import --help.")
          @Nullable Name as,
      @Description("What to reach through those that are proxies, such as http://host/path.")
          @Nullable Located<String> target,
      @Description(FAMILY) @Nullable Located<Families> family,
      @Description(DEPTH) @Nullable Depth depth,
      @Description(DEADLINE) @Nullable Duration deadline,
      @Description(TAGS) @Nullable List<Name> tags,
      @Description(EXPECT) @Nullable Expected expect,
      @Description(NEVER) @Nullable List<Name> neverProbeFrom) {
    Import {
      Deadline.check(deadline);
    }
  }

  /**
   * One of {@code templates:}: an endpoint for every server, protocol and port.
   *
   * @param name pattern with {@code {server}}, {@code {protocol}} and {@code {port}}
   * @param servers a host, or a mapping ({@link TemplateServer})
   * @param protocols mappings of {@link TemplateProtocol} and the settings of the protocol
   */
  record Template(
      @Description("Pattern of names with {server}, {protocol} and {port}.") Name name,
      @Description("Name to host, or to a mapping with address and settings of its own.")
          List<Named<Yaml>> servers,
      @Description("Protocols with ports and settings.") List<Yaml> protocols,
      @Description(FAMILY) @Nullable Located<Families> family,
      @Description(DEPTH) @Nullable Depth depth,
      @Description(DEADLINE) @Nullable Duration deadline,
      @Description(TAGS) @Nullable List<Name> tags,
      @Description(EXPECT) @Nullable Expected expect,
      @Description(NEVER) @Nullable List<Name> neverProbeFrom) {
    Template {
      Deadline.check(deadline);
    }
  }

  /** The keys of a template's server; settings of one protocol stand under its label. */
  record TemplateServer(
      @Description("The host, without a port.") Located<String> address,
      @Description(FAMILY) @Nullable Located<Families> family,
      @Description(DEPTH) @Nullable Depth depth,
      @Description(DEADLINE) @Nullable Duration deadline,
      @Description(TAGS) @Nullable List<Name> tags,
      @Description(EXPECT) @Nullable Expected expect,
      @Description(NEVER) @Nullable List<Name> neverProbeFrom) {
    TemplateServer {
      Deadline.check(deadline);
    }
  }

  /**
   * The keys of a template's protocol besides its settings.
   *
   * @param as label in place of the protocol's name, for two variants of one protocol
   * @param ports the protocol's own when left out
   */
  record TemplateProtocol(
      @Description("What it speaks.") Name protocol,
      @Description("Another name for {protocol}, for two variants of one protocol.")
          @Nullable Name as,
      @Description("The ports to probe; the protocol’s own when left out.")
          @Nullable List<Located<Integer>> ports,
      @Description(DEPTH) @Nullable Depth depth,
      @Description(DEADLINE) @Nullable Duration deadline,
      @Description(TAGS) @Nullable List<Name> tags,
      @Description(EXPECT) @Nullable Expected expect,
      @Description(NEVER) @Nullable List<Name> neverProbeFrom,
      @Description(PER_VANTAGE) @Nullable List<Named<Yaml>> perVantage) {
    TemplateProtocol {
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
  static final class Deadline {
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofMinutes(10);

    static void check(@Nullable Duration deadline) {
      if (deadline != null && (deadline.compareTo(LEAST) < 0 || deadline.compareTo(MOST) > 0)) {
        throw new InvalidSetting("deadline", "expected a duration from 100ms to 10m");
      }
    }
  }
}
