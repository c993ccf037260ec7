package org.vpnprobe.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a trial did not reach the asked depth.
 *
 * @param step the stage in which it happened
 * @param kind what our stack concluded
 * @param argument the variable part ({@code 40} of {@code tls_alert:40}), null when there is none
 * @param detail one sentence for a person, free of addresses and secrets, possibly empty
 * @param after time from our last write (or from the start of the connect) to the failure, null
 *     when nothing was sent; compared with the round-trip time to tell who answered
 */
public record Failure(
    StepName step,
    FailureKind kind,
    @Nullable String argument,
    String detail,
    @Nullable Duration after) {

  /** The string of the vocabulary: {@code connection_reset}, {@code tls_alert:40}. */
  public String id() {
    return argument == null ? kind.id() : kind.id() + ":" + argument;
  }
}
