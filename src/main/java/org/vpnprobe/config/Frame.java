package org.vpnprobe.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.VantageFacts;

/**
 * What of the file holds for all endpoints.
 *
 * @param vantages every carrier and control of the file that could be read, selected or not
 * @param resolvers those that the file names
 * @param names of all carriers and controls, also of those that could not be read
 * @param found the name in the file to the name that was found for it
 * @param nameable names that endpoints may speak of
 */
record Frame(
    FileKeys keys,
    List<Stand> vantages,
    Set<String> names,
    Map<String, String> found,
    Set<String> nameable,
    List<Resolver> resolvers) {
  /** Names stand in cell ids ({@code endpoint@carrier/ip6}), in tables and in file names. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._:+-]{0,99}");

  /**
   * A carrier or control: for the engine, and for the plan.
   *
   * @param written its name in the file
   */
  record Stand(SourceMark at, String written, BoundVantage bound, VantageFacts facts) {
    String name() {
      return bound.name();
    }

    /** The same place under the name of the carrier it turned out to be in. */
    Stand renamed(String name, VantageFacts found) {
      return new Stand(
          at,
          written,
          new BoundVantage(name, bound.role(), bound.via(), bound.resolver(), bound.egress()),
          found);
    }
  }

  FileKeys.Defaults defaults() {
    FileKeys.Defaults defaults = keys.defaults();
    return defaults == null ? FileKeys.Defaults.NONE : defaults;
  }

  /** Adds a problem when this cannot be the name of an endpoint or carrier. */
  static void checkName(SourceMark at, String name, Problems problems) {
    if (!NAME.matcher(name).matches()) {
      problems.add(
          at,
          name,
          "expected a name of letters, digits and . _ : + - that begins with a letter or digit");
    }
  }
}
