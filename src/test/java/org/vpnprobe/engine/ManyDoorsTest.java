package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.vpnprobe.analysis.WitnessRun;
import org.vpnprobe.config.Limits;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;

/**
 * A standard run of 100,000 endpoints, four behind each door, in made-up time: what decides which
 * trial begins when, and which failure counts, is the engine's own. On the carrier some are silent
 * for good and others now and then.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyDoorsTest {
  private static final int ENDPOINTS = 100_000;
  private static final int BEHIND_A_DOOR = 4;
  private static final int SILENT_EACH = 400;
  private static final int LOST_EACH = 50;
  private static final String CARRIER = "line";
  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMillis(30);
  private static final Duration RESIDUAL = Duration.ofMinutes(3);

  private record Event(Duration at, long number, Measurement measurement, @Nullable Job over) {}

  private final Plan plan = plan();
  private final WitnessRun run = new WitnessRun(plan);
  private final Jobs jobs = new Jobs(plan);
  private final Queue queue = new Queue();
  private final Caps caps = new Caps(Limits.NONE, 1);
  private final Taints taints = new Taints(plan);
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::number));
  private final Random random = new Random(3);
  private final List<Measurement> measured = new ArrayList<>(); // In the order of their ends.
  private final Map<String, List<Duration>> begun = new HashMap<>();
  private final Set<String> busy = new HashSet<>();
  private long numbers;
  private boolean crowded;

  private static Plan plan() {
    Draft draft = new Draft().pace(1).createdAt(NOON).carrier(CARRIER).control("control");
    for (int i = 0; i < ENDPOINTS; i++) {
      int door = i / BEHIND_A_DOOR;
      draft.endpoint("e" + i, "10.%d.%d.%d:443".formatted(door >> 16, door >> 8 & 255, door & 255));
    }
    return draft.plan();
  }

  @BeforeAll
  void drive() {
    Duration now = Duration.ZERO;
    while (!isOver(now)) {
      for (Order order : run.ready(now)) {
        queue.add(jobs.of(order));
      }
      for (Optional<Job> job = queue.take(caps, now);
          job.isPresent();
          job = queue.take(caps, now)) {
        begin(job.get(), now);
      }
      now = next(now);
      while (!events.isEmpty() && events.peek().at().compareTo(now) <= 0) {
        over(events.remove());
      }
    }
  }

  private boolean isOver(Duration now) {
    return caps.underWay() == 0 && queue.isEmpty() && (run.finished() || run.next(now).isEmpty());
  }

  /** When something may happen next. */
  private Duration next(Duration now) {
    Duration next = now.plusSeconds(1);
    List<Optional<Duration>> all =
        List.of(Optional.ofNullable(events.peek()).map(Event::at), run.next(now), caps.wakeUp());
    for (Optional<Duration> each : all) {
      next = each.isPresent() && each.get().compareTo(next) < 0 ? each.get() : next;
    }
    return next.compareTo(now) > 0 ? next : now.plusMillis(1);
  }

  private void begin(Job job, Duration now) {
    caps.begin(job.use(), now);
    crowded |= !busy.add(job.use().server());
    job.use()
        .vantages()
        .forEach(vantage -> begun.computeIfAbsent(vantage, v -> new ArrayList<>()).add(now));
    Duration at = now;
    for (TrialOrder order : job.trials()) {
      FailureKind failure = fails(order) ? FailureKind.GENERIC_TIMEOUT_ERROR : null;
      Duration took = failure == null ? ANSWER : SILENCE;
      HostPort door = new HostPort(job.use().server(), 443);
      Measurement m = FakeStation.measured(order, NOON.plus(at), took, door, failure);
      at = at.plus(took);
      boolean last = order.equals(job.trials().getLast());
      events.add(new Event(at, numbers++, m, last ? job : null));
    }
  }

  private boolean fails(TrialOrder order) {
    return order.cell().vantage().equals(CARRIER)
        && (isSilent(order.cell().endpoint()) || random.nextInt(LOST_EACH) == 0);
  }

  private static boolean isSilent(String endpoint) {
    return Integer.parseInt(endpoint.substring(1)) % SILENT_EACH == 0;
  }

  private void over(Event event) {
    Measurement m = taints.mark(event.measurement());
    measured.add(m);
    run.add(m);
    jobs.contacted(m);
    if (event.over() != null) {
      caps.end(event.over().use());
      busy.remove(event.over().use().server());
    }
  }

  @Test
  void everyCellIsTriedAndEverySuspectExaminedToItsEnd() {
    assertTrue(run.finished());
    assertEquals(0, run.openSuspects());
    assertEquals(
        plan.cells().size(),
        measured.stream().filter(m -> m.purpose() == Purpose.SCREENING).count());
    Map<String, Integer> counted = new HashMap<>();
    measured.stream()
        .filter(m -> m.purpose() == Purpose.COUNTED && isSilent(m.endpoint()))
        .forEach(m -> counted.merge(m.cell(), 1, Integer::sum));
    assertTrue(counted.size() > ENDPOINTS / SILENT_EACH / 2, "of the silent " + counted.size());
  }

  /** Against the rule as it is written down, with every failure remembered. */
  @Test
  void residualWindowsAreExact() {
    record Failed(String endpoint, Instant ended) {}
    Map<String, List<Failed>> doors = new HashMap<>();
    int tainted = 0;
    for (Measurement m : measured) {
      if (m.succeeded()) {
        assertEquals(null, m.tainted(), m.id());
        continue;
      }
      List<Failed> here =
          doors.computeIfAbsent(m.vantage() + " " + m.address(), d -> new ArrayList<>());
      boolean others =
          here.stream()
              .anyMatch(other ->
                  !other.endpoint().equals(m.endpoint())
                      && !other.ended().plus(RESIDUAL).isBefore(m.started()));
      assertEquals(others ? "residual_window" : null, m.tainted(), m.id());
      tainted += others ? 1 : 0;
      here.add(new Failed(m.endpoint(), m.ended()));
    }
    assertTrue(tainted > 50, "only " + tainted + " were within a window");
  }

  @Test
  void oneTrialAtAServerAtATime() {
    assertFalse(crowded);
    Map<String, Instant> free = new HashMap<>();
    for (Measurement m : measured) {
      Instant before = free.put(String.valueOf(m.address()), m.ended());
      assertTrue(before == null || !m.started().isBefore(before), m.id());
    }
  }

  /** 200 flows a second on each line, and what a late wake-up may catch up on. */
  @Test
  void thePaceHoldsInEverySecond() {
    begun.forEach((vantage, times) -> {
      Deque<Duration> second = new ArrayDeque<>();
      for (Duration at : times) {
        second.add(at);
        while (second.element().plusSeconds(1).compareTo(at) <= 0) {
          second.remove();
        }
        assertTrue(second.size() <= Caps.FLOWS_PER_SECOND + 11, vantage + " at " + at);
      }
    });
  }

  @Test
  void roundsKeepTheirDistance() {
    Map<String, Instant> last = new HashMap<>();
    for (Measurement m : measured) {
      if (m.purpose() == Purpose.CONTROL_BEFORE) {
        Instant before = last.put(String.valueOf(m.serves()), m.started());
        assertTrue(
            before == null || !m.started().isBefore(before.plusSeconds(40)), m.id() + before);
      }
    }
  }
}
