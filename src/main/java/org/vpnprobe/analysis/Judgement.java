package org.vpnprobe.analysis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule found.
 *
 * @param cause the mechanism, null when the evidence does not reach one
 * @param evidence sentences
 * @param notExcluded what else could have made it
 * @param advice what to do, possibly empty
 */
record Judgement(
    Rule rule,
    @Nullable String cause,
    List<String> evidence,
    List<String> notExcluded,
    String advice) {

  static Judgement of(Rule rule, String advice, String... evidence) {
    return new Judgement(rule, null, List.of(evidence), List.of(), advice);
  }
}
