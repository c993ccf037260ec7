package org.vpnprobe.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One timed stage of a trial.
 *
 * @param start since the start of the trial
 * @param took how long it lasted
 * @param sent bytes of payload sent, {@code packets} counting datagrams or stream writes
 * @param received bytes of payload received
 * @param failure the id of the failure that ended it, null when it succeeded
 */
public record Step(
    StepName name,
    Duration start,
    Duration took,
    long sent,
    int sentPackets,
    long received,
    int receivedPackets,
    @Nullable String failure) {}
