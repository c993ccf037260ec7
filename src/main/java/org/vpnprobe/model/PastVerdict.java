package org.vpnprobe.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier run said of one cell.
 *
 * @param run the id of that run
 * @param at when that run ended
 * @param cell {@code endpoint@carrier[/ip6]}
 * @param latency the median over its successes, null when nothing answered
 */
public record PastVerdict(
    String run,
    Instant at,
    String cell,
    State state,
    @Nullable String cause,
    @Nullable Duration latency) {}
