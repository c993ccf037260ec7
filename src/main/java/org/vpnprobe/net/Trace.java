package org.vpnprobe.net;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;

/**
 * The stopwatch and notebook of one trial: its deadline, its steps with times and byte counts, its
 * observations. Steps belong to the trial's own thread; counts and observations may come from the
 * threads of a library that serves it.
 */
public final class Trace {
  /**
   * What a trial may receive, and what it may send, in bytes: the longest that there is, a
   * handshake (at most 256 KiB) with data after it (64 KiB twice each way), takes less than a
   * quarter. Who sends more is not going to say anything else.
   */
  public static final long MOST_BYTES = 4 << 20;

  /**
   * In so many datagrams each way. A stream's bytes come in as many reads as the reader likes; each
   * datagram was somebody's.
   */
  public static final int MOST_DATAGRAMS = 4096;

  /** So much may a trial note down: a line of the journal stays below a megabyte. */
  public static final int MOST_OBSERVATIONS = 128;

  /** What a server says of itself may be as long as it likes; so many characters are kept. */
  public static final int LONGEST_TEXT = 1024;

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
  private long bytesSent;
  private long bytesReceived;
  private final AtomicInteger datagramsSent = new AtomicInteger();
  private final AtomicInteger datagramsReceived = new AtomicInteger();
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
    String argument = e.argument();
    return new Failure(
        step, e.kind(), argument == null ? null : kept(argument), kept(e.detail()), after);
  }

  /**
   * Counts bytes that left.
   *
   * @throws StepFailed when they were more than a trial may send: a mistake of ours
   */
  public void sent(long bytes) throws StepFailed {
    if (countSent(bytes) > MOST_BYTES) {
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR, "the trial sent more than " + MOST_BYTES + " bytes");
    }
  }

  /** The same for a datagram. */
  public void sentDatagram(long bytes) throws StepFailed {
    sent(bytes);
    if (datagramsSent.incrementAndGet() > MOST_DATAGRAMS) {
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR,
          "the trial sent more than " + MOST_DATAGRAMS + " datagrams");
    }
  }

  private synchronized long countSent(long bytes) {
    lastWriteNanos = nanoTime.getAsLong();
    bytesSent += bytes;
    if (!open.isEmpty()) {
      open.peek().sent += bytes;
      open.peek().sentPackets++;
    }
    return bytesSent;
  }

  /**
   * Counts bytes of a stream that came.
   *
   * @throws StepFailed when they were more than any server has to say
   */
  public void received(long bytes) throws StepFailed {
    if (countReceived(bytes) > MOST_BYTES) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY,
          "endless",
          "the server sent more than " + MOST_BYTES + " bytes");
    }
  }

  /**
   * The same for a datagram. Anybody may have sent it in the server's name: a flood tells nothing
   * of the server, and the trial measured nothing.
   */
  public void receivedDatagram(long bytes) throws StepFailed {
    boolean tooLong = countReceived(bytes) > MOST_BYTES;
    if (datagramsReceived.incrementAndGet() > MOST_DATAGRAMS || tooLong) {
      throw new StepFailed(
          FailureKind.INSTRUMENT_ERROR,
          "flood",
          "more came than "
              + MOST_DATAGRAMS
              + " datagrams or "
              + MOST_BYTES
              + " bytes in the server's name");
    }
  }

  private synchronized long countReceived(long bytes) {
    bytesReceived += bytes;
    if (!open.isEmpty()) {
      open.peek().received += bytes;
      open.peek().receivedPackets++;
    }
    return bytesReceived;
  }

  /** Notes something that may become evidence, within the bounds of a notebook. */
  public synchronized void observe(String key, String value) {
    if (observations.size() < MOST_OBSERVATIONS) {
      observations.add(new Observation(elapsed(), key, kept(value)));
    }
  }

  private static String kept(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
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
