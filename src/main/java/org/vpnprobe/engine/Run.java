package org.vpnprobe.engine;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.WitnessRun;
import org.vpnprobe.config.Limits;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.VantageFacts;

/**
 * Drives a plan to its end: asks analysis what to try next, lets stations try it within the caps,
 * and gives every result to the journal before anything is made of it. The one place with
 * concurrency: a thread of its own for each job, and this loop.
 */
public final class Run {
  /** How a run ended. */
  public enum Ending {
    FINISHED,
    OUT_OF_TIME,
    INTERRUPTED
  }

  /** Where results go; called by the run's thread alone. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Keeps a measurement.
     *
     * @throws IOException ends the run: what cannot be kept must not be measured
     */
    void keep(Measurement m) throws IOException;
  }

  private sealed interface News {}

  private record Result(Measurement measurement) implements News {}

  private record Over(Job job) implements News {}

  /** Nothing a trial may do ends here: memory ran out, or a mistake of ours. */
  private record Broke(Throwable cause) implements News {}

  private record Stop() implements News {}

  /** No news for so long and nothing to wait for would be a mistake of ours: look again. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /** How long trials have to end after an interrupt. */
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  /**
   * Between two trials with one key. A WireGuard server drops initiations of a peer that come
   * within 20 ms of each other, or whose timestamp, in steps of 16.8 ms, is not newer
   * (wireguard-go, HandshakeInitationRate and tai64n): the next trial would fail for what the last
   * one did.
   */
  private static final Duration KEY_REST = Duration.ofMillis(50);

  private final Plan plan;
  private final Map<String, Station> stations;
  private final Sink sink;
  private final Progress progress;
  private final Clock clock;
  private final Overseer overseer;
  private final @Nullable Duration maxTime;
  private final WitnessRun witnessRun;
  private final Jobs jobs;
  private final Caps caps;
  private final Queue queue = new Queue();
  private final Taints taints;
  private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Set<String> screened = new HashSet<>();
  private int trials;
  private boolean unkept;
  private volatile boolean stopping;

  /**
   * Prepares a run.
   *
   * @param stations by the name of the vantage
   * @param done what a broken-off run of the same plan has measured already
   * @param clock one that never goes back, such as {@link SteadyClock}
   * @param maxTime no trial goes on after this, null for no bound
   */
  public Run(
      Plan plan,
      Map<String, Station> stations,
      Limits limits,
      List<Measurement> done,
      Sink sink,
      Progress progress,
      Clock clock,
      @Nullable Duration maxTime) {
    for (VantageFacts vantage : plan.vantages()) {
      if (!stations.containsKey(vantage.name())) {
        throw new IllegalArgumentException("no station for " + vantage.name());
      }
    }
    this.plan = plan;
    this.stations = Map.copyOf(stations);
    this.sink = sink;
    this.progress = progress;
    this.clock = clock;
    this.overseer = new Overseer(clock);
    this.maxTime = maxTime;
    this.witnessRun = WitnessRun.resumed(plan, done);
    this.jobs = new Jobs(plan);
    this.caps = new Caps(limits, plan.pace());
    this.taints = new Taints(plan);
    done.forEach(this::replay);
  }

  private void replay(Measurement m) {
    taints.mark(m);
    caps.remember(m.vantage(), jobs.server(m.cell()), sinceStart(m.started()));
    note(m);
  }

  /** Ends the run soon; what was measured stays. May be called by any thread, more than once. */
  public void interrupt() {
    stopping = true;
    news.add(new Stop());
  }

  /**
   * Runs to the end.
   *
   * @throws IOException when a measurement could not be kept
   */
  public Ending run() throws IOException {
    Duration begun = elapsed();
    Ending ending = Ending.FINISHED;
    try {
      while (!isOver()) {
        if (stopping) {
          ending = Ending.INTERRUPTED;
          break;
        }
        if (maxTime != null && elapsed().minus(begun).compareTo(maxTime) >= 0) {
          ending = Ending.OUT_OF_TIME;
          break;
        }
        for (Order order : witnessRun.ready(elapsed())) {
          queue.add(jobs.of(order));
        }
        startWhatMay();
        hear(begun);
      }
    } finally {
      endAll();
    }
    return ending;
  }

  private boolean isOver() {
    boolean idle = caps.underWay() == 0 && queue.isEmpty() && news.isEmpty();
    // With nothing under way and nothing to come, waiting longer would be waiting for ever.
    return idle && (witnessRun.finished() || witnessRun.next(elapsed()).isEmpty());
  }

  /** Since the plan was made, by the wall clock, so that a resumed run goes on counting. */
  private Duration elapsed() {
    return sinceStart(clock.instant());
  }

  private Duration sinceStart(Instant at) {
    return Duration.between(plan.createdAt(), at);
  }

  private void startWhatMay() {
    Duration now = elapsed();
    for (Optional<Job> next = queue.take(caps, now);
        next.isPresent();
        next = queue.take(caps, now)) {
      Job job = next.get();
      caps.begin(job.use(), now);
      // Made before the trials: one that cannot be told to be over would be waited for for ever.
      Over over = new Over(job);
      Thread thread = Thread.ofVirtual().name("job").unstarted(() -> work(job, over));
      threads.add(thread);
      thread.start();
    }
  }

  private void work(Job job, Over over) {
    try {
      for (TrialOrder order : job.trials()) {
        if (stopping) {
          break;
        }
        Station station =
            Objects.requireNonNull(stations.get(order.cell().vantage()), order.cell().vantage());
        news.add(new Result(overseer.measure(station, order)));
        if (!job.use().keys().isEmpty()) {
          Thread.sleep(KEY_REST);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The run is ending.
    } catch (RuntimeException | Error e) {
      news.add(new Broke(e));
    } finally {
      threads.remove(Thread.currentThread());
      news.add(over);
    }
  }

  /** Waits for news and takes in all there are. */
  private void hear(Duration begun) throws IOException {
    News first;
    try {
      first = news.poll(Math.max(1, patience(begun).toMillis()), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      stopping = true;
      return;
    }
    for (News item = first; item != null; item = news.poll()) {
      take(item);
    }
    progress.update(
        new Progress.State(
            screened.size(),
            plan.cells().size(),
            witnessRun.openSuspects(),
            caps.underWay(),
            trials,
            elapsed().minus(begun)));
  }

  private Duration patience(Duration begun) {
    Duration now = elapsed();
    Duration wait = LOOK_AGAIN;
    Optional<Duration> next = witnessRun.next(now);
    if (next.isPresent()) {
      wait = shorter(wait, next.get().minus(now));
    }
    Optional<Duration> wakeUp = caps.wakeUp();
    if (wakeUp.isPresent()) {
      wait = shorter(wait, wakeUp.get().minus(now));
    }
    return maxTime == null ? wait : shorter(wait, begun.plus(maxTime).minus(now));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private void take(News item) throws IOException {
    switch (item) {
      case Result result -> {
        Measurement m = taints.mark(result.measurement());
        if (!broken(m) && !unkept) {
          keep(m);
          witnessRun.add(m);
          note(m);
        }
      }
      case Over over -> caps.end(over.job().use());
      case Broke broke -> throw new IllegalStateException("a trial broke the run", broke.cause());
      case Stop stop -> stopping = true;
    }
  }

  /** After one that cannot be kept none is: the journal would have a hole. */
  private void keep(Measurement m) throws IOException {
    try {
      sink.keep(m);
    } catch (IOException e) {
      unkept = true;
      throw e;
    }
  }

  /** A trial that we ended ourselves measured nothing. */
  private static boolean broken(Measurement m) {
    return m.failure() != null && m.failure().kind() == FailureKind.INTERRUPTED;
  }

  private void note(Measurement m) {
    trials++;
    jobs.contacted(m);
    if (m.purpose() == Purpose.SCREENING) {
      screened.add(m.cell());
    }
  }

  private void endAll() throws IOException {
    stopping = true;
    threads.forEach(Thread::interrupt);
    long end = System.nanoTime() + GOODBYE.toNanos();
    while (caps.underWay() > 0 && System.nanoTime() < end) {
      try {
        News item = news.poll(50, TimeUnit.MILLISECONDS);
        if (item != null) {
          take(item);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
