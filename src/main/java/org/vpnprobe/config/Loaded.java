package org.vpnprobe.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Resolver;

/**
 * A file that can be run. The plan holds no secret; the bound endpoints and vantages do.
 *
 * @param endpoints by name, in the order of the file; the same as in the plan
 * @param vantages by name, in the order of the file; the same as in the plan
 * @param resolvers those that the file names
 * @param labSeed what a rehearsal's servers and losses are made from
 * @param warnings what the user should know, one sentence each, without secrets
 * @param asnTable tells which network an address is in, null when the user has none
 */
public record Loaded(
    Plan plan,
    Map<String, BoundEndpoint> endpoints,
    Map<String, BoundVantage> vantages,
    Limits limits,
    List<Resolver> resolvers,
    long labSeed,
    List<String> warnings,
    @Nullable Path asnTable) {

  public Loaded {
    endpoints = Collections.unmodifiableMap(new LinkedHashMap<>(endpoints));
    vantages = Collections.unmodifiableMap(new LinkedHashMap<>(vantages));
    resolvers = List.copyOf(resolvers);
    warnings = List.copyOf(warnings);
  }
}
