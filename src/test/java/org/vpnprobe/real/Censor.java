package org.vpnprobe.real;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A carrier that interferes, and what is to be said of its cells: those that are not named have to
 * be reachable.
 *
 * @param rules of nftables, in the forward chain of its router
 * @param middlebox settings of {@code middlebox.py} on its router, null for none
 * @param commands run in its router, words parted by blanks
 * @param expected endpoint to {@code state cause}, {@code -} for no cause; {@code *} stands for all
 *     endpoints that are not named
 */
record Censor(
    String name,
    List<String> rules,
    @Nullable String middlebox,
    List<String> commands,
    Map<String, String> expected) {

  Censor {
    rules = List.copyOf(rules);
    commands = List.copyOf(commands);
    expected = Map.copyOf(expected);
  }

  static Censor named(String name) {
    return new Censor(name, List.of(), null, List.of(), Map.of());
  }

  /** Adds a rule of nftables. */
  Censor rule(String rule) {
    return new Censor(name, with(rules, rule), middlebox, commands, expected);
  }

  /** Puts a middlebox on the way. */
  Censor box(String settings) {
    return new Censor(name, rules, settings, commands, expected);
  }

  /** Has a command run in the router. */
  Censor command(String command) {
    return new Censor(name, rules, middlebox, with(commands, command), expected);
  }

  /** Says what is to come out for these endpoints. */
  Censor gives(String verdict, String... endpoints) {
    Map<String, String> all = new LinkedHashMap<>(expected);
    for (String endpoint : endpoints) {
      all.put(endpoint, verdict);
    }
    return new Censor(name, rules, middlebox, commands, all);
  }

  /** What is to come out for an endpoint. */
  String wanted(String endpoint) {
    String others = expected.getOrDefault("*", "reachable -");
    return expected.getOrDefault(endpoint, others);
  }

  private static List<String> with(List<String> list, String one) {
    List<String> all = new ArrayList<>(list);
    all.add(one);
    return all;
  }
}
