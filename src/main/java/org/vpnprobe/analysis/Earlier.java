package org.vpnprobe.analysis;

import java.time.Instant;

/**
 * What an earlier run, of which no journal is at hand, knew of a cell: as much as persistence needs
 * (design §4a.6).
 *
 * @param run its id
 * @param cell {@code endpoint@carrier[/ip6]}
 * @param target what was tried there ({@link Targets}); empty when not known
 * @param at when the run began
 * @param answered some trial reached the asked depth
 * @param significant its failures were more than this line loses
 */
public record Earlier(
    String run,
    String cell,
    String target,
    Instant at,
    boolean rehearsal,
    double pace,
    boolean answered,
    boolean significant) {}
