package org.vpnprobe.analysis.change;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.State;

/**
 * From some moment on, a cell works or fails otherwise than before.
 *
 * @param to works or fails from then on
 * @param lastBefore the last run that surely belongs to the time before
 * @param firstAfter the first run that surely belongs to the time after: it happened in between
 * @param silent runs in between that could not judge
 * @param stateBefore the state most runs since the change before found
 * @param stateAfter the same for the time after
 * @param causeAfter the cause most of those named, null when none did
 * @param before the runs since the change before
 * @param after the runs up to the next change
 * @param dependence how alike a run is to the one before it beyond what the shares say, 0 to 0.9;
 *     weakens the evidence
 * @param pValue at most so likely where nothing changes: see {@link Changes}
 */
public record Change(
    Sign to,
    Instant lastBefore,
    Instant firstAfter,
    int silent,
    State stateBefore,
    State stateAfter,
    @Nullable String causeAfter,
    Tally before,
    Tally after,
    double dependence,
    double pValue) {}
