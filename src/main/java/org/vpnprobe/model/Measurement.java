package org.vpnprobe.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one trial recorded: a line of the journal. Verdicts are made from these alone.
 *
 * @param id unique within the run: cell, purpose, round and attempt; the key for {@code --resume}
 * @param cell the suspect or screened cell this trial serves ({@code endpoint@carrier[/ip6]}); for
 *     a witness or control trial still the cell of the endpoint tried and the vantage tried from
 * @param serves for controls and contrasts the cell whose round they belong to, else null
 * @param endpoint the endpoint that was tried
 * @param vantage the carrier or control it was tried from
 * @param round the round of {@code serves} or {@code cell}, 0 outside rounds
 * @param started wall clock of the vantage's machine
 * @param address {@code ip:port} that was contacted, null when the name did not resolve
 * @param deadline what the trial was allowed to take in all
 * @param asked the depth to reach: min(asked by the user, ceiling)
 * @param reached the deepest depth proved, null when none; survives a later failure
 * @param proof what proved it, one stable phrase, null when nothing was proved
 * @param failure null when the asked depth was reached
 * @param tainted why this failure must not count (key used elsewhere, residual window), null when
 *     clean
 * @param experiment what was done otherwise than in a handshake of the endpoint, null for a trial
 *     of its own
 */
public record Measurement(
    String id,
    String cell,
    @Nullable String serves,
    String endpoint,
    String vantage,
    Family family,
    Purpose purpose,
    int round,
    Instant started,
    Duration took,
    @Nullable String address,
    Duration deadline,
    Depth asked,
    @Nullable Depth reached,
    @Nullable String proof,
    @Nullable Failure failure,
    @Nullable Duration latency,
    List<Step> steps,
    List<Observation> observations,
    @Nullable String tainted,
    @Nullable Experiment experiment) {

  public Measurement {
    if ((experiment != null) != (purpose == Purpose.EXPERIMENT)) {
      throw new IllegalArgumentException(
          "an experiment is told for trials of one, and for no other");
    }
    steps = List.copyOf(steps);
    observations = List.copyOf(observations);
  }

  /** A trial that belongs to no experiment. */
  public Measurement(
      String id,
      String cell,
      @Nullable String serves,
      String endpoint,
      String vantage,
      Family family,
      Purpose purpose,
      int round,
      Instant started,
      Duration took,
      @Nullable String address,
      Duration deadline,
      Depth asked,
      @Nullable Depth reached,
      @Nullable String proof,
      @Nullable Failure failure,
      @Nullable Duration latency,
      List<Step> steps,
      List<Observation> observations,
      @Nullable String tainted) {
    this(
        id,
        cell,
        serves,
        endpoint,
        vantage,
        family,
        purpose,
        round,
        started,
        took,
        address,
        deadline,
        asked,
        reached,
        proof,
        failure,
        latency,
        steps,
        observations,
        tainted,
        null);
  }

  /** True when this was the endpoint's own handshake, so that a success is one of the endpoint. */
  public boolean ownHandshake() {
    return experiment == null || experiment.variation() instanceof Variation.Same;
  }

  /** The first value that was observed under a key, empty when there is none. */
  public Optional<String> observed(String key) {
    return observations.stream()
        .filter(observation -> observation.key().equals(key))
        .map(Observation::value)
        .findFirst();
  }

  /** True when the asked depth was reached: the only success there is. */
  public boolean succeeded() {
    return failure == null && reached != null && reached.atLeast(asked);
  }

  /** The same trial, but its failure must not count, for this reason. */
  public Measurement tainted(String why) {
    return new Measurement(
        id,
        cell,
        serves,
        endpoint,
        vantage,
        family,
        purpose,
        round,
        started,
        took,
        address,
        deadline,
        asked,
        reached,
        proof,
        failure,
        latency,
        steps,
        observations,
        why,
        experiment);
  }

  /** The same trial, with its beginning on another clock. */
  public Measurement at(Instant when) {
    return new Measurement(
        id,
        cell,
        serves,
        endpoint,
        vantage,
        family,
        purpose,
        round,
        when,
        took,
        address,
        deadline,
        asked,
        reached,
        proof,
        failure,
        latency,
        steps,
        observations,
        tainted,
        experiment);
  }

  /** When the trial ended. */
  public Instant ended() {
    return started.plus(took);
  }
}
