package org.vpnprobe.net;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;

/**
 * The stopwatch and notebook of one trial: its deadline, its steps with times and byte counts, its
 * observations. Steps belong to the trial's own thread; counts and observations may come from the
 * threads of a library that serves it.
 */
public final class Trace {
  /** The work of one step. */
  @FunctionalInterface
  public interface Body<T> {
    T run() throws StepFailed;
  }

  private static final class Open {
    final StepName name;
    final long startNanos;
    long sent;
    int sentPackets;
    long received;
    int receivedPackets;

    Open(StepName name, long startNanos) {
      this.name = name;
      this.startNanos = startNanos;
    }
  }

  private final Instant started;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final Duration deadline;
  private final List<Step> steps = new ArrayList<>();
  private final List<Observation> observations = new ArrayList<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private long lastWriteNanos = Long.MIN_VALUE;
  private @Nullable StepName failedIn;
  private @Nullable StepFailed lastFailure;

  /**
   * @param deadline what the whole trial may take, from now
   * @param nanoTime a monotonic clock in nanoseconds, {@code System::nanoTime} outside tests
   */
  public Trace(Clock clock, LongSupplier nanoTime, Duration deadline) {
    this.started = clock.instant();
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.deadline = deadline;
  }

  /**
   * Runs {@code body} as the named step and records when it began, how long it took, what it moved
   * and how it failed. Steps may nest; a failure belongs to the innermost one.
   */
  public <T> T step(StepName name, Body<T> body) throws StepFailed {
    Open step = begin(name);
    String failure = null;
    try {
      return body.run();
    } catch (StepFailed e) {
      failed(name, e);
      failure = e.argument() == null ? e.kind().id() : e.kind().id() + ":" + e.argument();
      throw e;
    } finally {
      end(step, failure);
    }
  }

  private synchronized Open begin(StepName name) {
    Open step = new Open(name, nanoTime.getAsLong());
    open.push(step);
    return step;
  }

  /** Remembers where a failure began; an earlier one that was got over does not count. */
  private synchronized void failed(StepName name, StepFailed e) {
    if (e != lastFailure) {
      lastFailure = e;
      failedIn = name;
    }
  }

  private synchronized void end(Open step, @Nullable String failure) {
    open.pop();
    long now = nanoTime.getAsLong();
    steps.add(
        new Step(
            step.name,
            Duration.ofNanos(step.startNanos - startNanos),
            Duration.ofNanos(now - step.startNanos),
            step.sent,
            step.sentPackets,
            step.received,
            step.receivedPackets,
            failure));
  }

  /** Turns what ended the trial into a value of the step it happened in. */
  public synchronized Failure failure(StepFailed e) {
    StepName step = failedIn == null ? StepName.CONNECT : failedIn;
    Duration after = e.after();
    if (after == null && lastWriteNanos != Long.MIN_VALUE) {
      after = Duration.ofNanos(nanoTime.getAsLong() - lastWriteNanos);
    }
    return new Failure(step, e.kind(), e.argument(), e.detail(), after);
  }

  /** Counts bytes that left. */
  public synchronized void sent(long bytes) {
    lastWriteNanos = nanoTime.getAsLong();
    if (!open.isEmpty()) {
      open.peek().sent += bytes;
      open.peek().sentPackets++;
    }
  }

  /** Counts bytes that came. */
  public synchronized void received(long bytes) {
    if (!open.isEmpty()) {
      open.peek().received += bytes;
      open.peek().receivedPackets++;
    }
  }

  /** Notes something that may become evidence. */
  public synchronized void observe(String key, String value) {
    observations.add(new Observation(elapsed(), key, value));
  }

  /** What is left of the trial's time; zero or negative when it is over. */
  public Duration remaining() {
    return deadline.minus(elapsed());
  }

  public Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - startNanos);
  }

  public Duration deadline() {
    return deadline;
  }

  public Instant started() {
    return started;
  }

  /** The finished steps, in the order in which they ended. */
  public synchronized List<Step> steps() {
    return List.copyOf(steps);
  }

  public synchronized List<Observation> observations() {
    return List.copyOf(observations);
  }
}
