package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vpnprobe.config.Limits;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.VantageFacts;

/** What a run does with stations that do as they are told. */
@Timeout(60)
class RunTest {
  private final List<Measurement> kept = new ArrayList<>();
  private final SteadyClock clock = SteadyClock.system(Instant.MIN);

  private Run run(Plan plan, FakeStation.World world) {
    return run(plan, Limits.NONE, List.of(), world, null);
  }

  private Run run(
      Plan plan,
      Limits limits,
      List<Measurement> done,
      FakeStation.World world,
      @Nullable Duration maxTime) {
    Map<String, Station> stations = new HashMap<>();
    for (VantageFacts vantage : plan.vantages()) {
      stations.put(vantage.name(), new FakeStation(plan, world, clock));
    }
    return new Run(plan, stations, limits, done, kept::add, Progress.NONE, clock, maxTime);
  }

  private List<String> ids() {
    return kept.stream().map(Measurement::id).toList();
  }

  private static CountDownLatch never() {
    return new CountDownLatch(1);
  }

  @Test
  void everyCellIsScreenedOnceInAnOrderThatTheSeedGives() throws IOException {
    Draft draft = new Draft().carrier("cm").endpoints(40);
    Limits oneByOne = new Limits(1, null, null);
    assertEquals(
        Run.Ending.FINISHED, run(draft.plan(), oneByOne, List.of(), o -> null, null).run());
    List<String> first = ids();
    kept.clear();
    run(draft.plan(), oneByOne, List.of(), o -> null, null).run();
    assertEquals(first, ids());
    assertEquals(40, new HashSet<>(first).size());
    kept.clear();
    run(draft.seed(8).plan(), oneByOne, List.of(), o -> null, null).run();
    assertNotEquals(first, ids());
    assertEquals(Set.copyOf(first), Set.copyOf(ids()));
  }

  /** Counts what is under way, and holds trials until as many are as there may be. */
  private static final class House {
    private final Map<String, Integer> inside = new HashMap<>();
    private final Map<String, Integer> most = new HashMap<>();
    private final CountDownLatch full;
    private final int room;

    House(int room) {
      this.room = room;
      this.full = new CountDownLatch(1);
    }

    void visit(Set<String> rooms) throws InterruptedException {
      synchronized (this) {
        for (String name : rooms) {
          most.merge(name, inside.merge(name, 1, Integer::sum), Math::max);
        }
        if (inside.getOrDefault("all", 0) >= room) {
          full.countDown();
        }
      }
      assertTrue(full.await(20, TimeUnit.SECONDS), "the house never gets full");
      Thread.yield();
      synchronized (this) {
        rooms.forEach(name -> inside.merge(name, -1, Integer::sum));
      }
    }

    synchronized int most(String name) {
      return most.getOrDefault(name, 0);
    }
  }

  private static Set<String> rooms(Plan plan, TrialOrder order) {
    EndpointFacts endpoint =
        plan.endpoints().stream()
            .filter(e -> e.name().equals(order.cell().endpoint()))
            .findFirst()
            .orElseThrow();
    Set<String> rooms = new HashSet<>(endpoint.exclusive());
    rooms.add("all");
    rooms.add(order.cell().vantage());
    rooms.add(HostPort.of(endpoint.address()).host());
    return rooms;
  }

  @Test
  void capsAreReachedAndNeverExceeded() throws IOException {
    Plan plan = new Draft().carrier("cm").carrier("cu").control("de").endpoints(60).plan();
    House house = new House(7);
    Limits limits = new Limits(7, 3, null);
    run(
            plan,
            limits,
            List.of(),
            order -> {
              house.visit(rooms(plan, order));
              return null;
            },
            null)
        .run();
    assertEquals(180, kept.size());
    assertEquals(7, house.most("all"));
    for (String vantage : List.of("cm", "cu", "de")) {
      assertTrue(house.most(vantage) <= 3, vantage);
    }
    for (EndpointFacts endpoint : plan.endpoints()) {
      assertEquals(1, house.most(HostPort.of(endpoint.address()).host()), endpoint.address());
    }
  }

  @Test
  void aServerHasOneTrialAtATimeOverAllPortsAndVantages() throws IOException {
    Draft draft = new Draft().carrier("cm").carrier("cu").control("de");
    for (int port = 1; port <= 10; port++) {
      draft.endpoint("a" + port, "192.0.2.1:" + port).endpoint("b" + port, "192.0.2.2:" + port);
    }
    Plan plan = draft.plan();
    House house = new House(2);
    run(
            plan,
            order -> {
              house.visit(rooms(plan, order));
              return null;
            })
        .run();
    assertEquals(60, kept.size());
    assertEquals(2, house.most("all"));
    assertEquals(1, house.most("192.0.2.1"));
    assertEquals(1, house.most("192.0.2.2"));
  }

  /** WireGuard: one key must not be used twice at a time, and its timestamps have to grow. */
  @Test
  void trialsThatShareAKeyFollowEachOther() throws IOException {
    Draft draft = new Draft().carrier("cm").control("de");
    for (int n = 1; n <= 6; n++) {
      draft.endpoint("w" + n, "192.0.2." + n + ":51820", "key");
    }
    Plan plan = draft.plan();
    House house = new House(1);
    run(
            plan,
            order -> {
              house.visit(rooms(plan, order));
              return null;
            })
        .run();
    assertEquals(12, kept.size());
    assertEquals(1, house.most("key"));
    for (int i = 1; i < kept.size(); i++) {
      // The step of a WireGuard server's view of a timestamp is 16.8 ms (TAI64N, 24 bits cut).
      Duration apart = Duration.between(kept.get(i - 1).started(), kept.get(i).started());
      assertTrue(apart.compareTo(Duration.ofMillis(17)) > 0, apart.toString());
    }
  }

  /** Screening fails on one carrier for one endpoint: control, carrier, contrast, control. */
  @Test
  void aSuspectIsExaminedInRoundsOnOneAddress() throws IOException {
    Draft draft = new Draft().pace(200).carrier("cm").control("de").endpoints(5);
    draft.endpoint("bad", "192.0.2.200:443").endpoint("beside", "192.0.2.200:80");
    Plan plan = draft.plan();
    FakeStation.World world =
        order -> order.cell().id().equals("bad@cm") ? FailureKind.GENERIC_TIMEOUT_ERROR : null;
    assertEquals(Run.Ending.FINISHED, run(plan, world).run());

    List<Measurement> rounds =
        kept.stream().filter(m -> m.round() > 0).filter(m -> suspect(m).equals("bad@cm")).toList();
    assertTrue(rounds.size() >= 16, rounds.size() + " trials in rounds");
    List<Purpose> order =
        List.of(Purpose.CONTROL_BEFORE, Purpose.COUNTED, Purpose.CONTRAST, Purpose.CONTROL_AFTER);
    for (int i = 0; i < rounds.size(); i++) {
      Measurement m = rounds.get(i);
      assertEquals(order.get(i % 4), m.purpose());
      assertEquals(1 + i / 4, m.round());
      assertTrue(Objects.requireNonNull(m.address()).startsWith("192.0.2.200:"), m.address());
      assertTrue(i == 0 || !m.started().isBefore(rounds.get(i - 1).ended()), "one at a time");
    }
    assertTrue(kept.stream().anyMatch(m -> m.purpose() == Purpose.WITNESS));
    assertTrue(kept.stream().noneMatch(m -> m.round() > 0 && !suspect(m).equals("bad@cm")));
  }

  private static String suspect(Measurement m) {
    return Objects.requireNonNullElse(m.serves(), m.cell());
  }

  @Test
  void theQuickProfileRepeatsWhatFailedOnce() throws IOException {
    Plan plan = new Draft().profile(Profile.QUICK).carrier("cm").endpoints(10).plan();
    run(plan, o -> o.cell().endpoint().equals("e3") ? FailureKind.CONNECTION_REFUSED : null).run();
    assertEquals(11, kept.size());
    assertEquals(
        List.of("e3@cm#screening.0.1", "e3@cm#repeat.0.1"),
        ids().stream().filter(id -> id.startsWith("e3@")).toList());
  }

  @Test
  void aControlThatRunsAloneKeepsLooking() throws IOException {
    Plan plan = new Draft().asControl().pace(500).control("de").endpoints(2).plan();
    run(plan, o -> null).run();
    assertEquals(2 * (1 + 6), kept.size());
    List<Measurement> surveys =
        kept.stream()
            .filter(m -> m.cell().equals("e1@de") && m.purpose() == Purpose.SURVEY)
            .toList();
    for (int i = 1; i < surveys.size(); i++) {
      Duration apart = Duration.between(surveys.get(i - 1).started(), surveys.get(i).started());
      assertTrue(apart.toMillis() > 20, "spread over the run, found " + apart);
    }
  }

  @Test
  void anInterruptEndsTheRunAndKeepsWhatIsMeasured() throws Exception {
    Plan plan = new Draft().carrier("cm").endpoints(50).plan();
    CountDownLatch half = new CountDownLatch(25);
    CountDownLatch stuck = new CountDownLatch(25);
    Run run =
        run(
            plan,
            order -> {
              if (Integer.parseInt(order.cell().endpoint().substring(1)) <= 25) {
                half.countDown();
                return null;
              }
              stuck.countDown();
              never().await();
              return null;
            });
    Thread stopper =
        Thread.ofVirtual()
            .start(() -> {
              try {
                half.await();
                stuck.await();
                run.interrupt();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    assertEquals(Run.Ending.INTERRUPTED, run.run());
    stopper.join();
    assertEquals(25, kept.size(), "those that ended, and none that was ended");
    assertTrue(kept.stream().allMatch(Measurement::succeeded));
  }

  @Test
  void theTimeOfARunIsBounded() throws IOException {
    Plan plan = new Draft().carrier("cm").endpoints(4).plan();
    Run run =
        run(
            plan,
            Limits.NONE,
            List.of(),
            order -> {
              if (!order.cell().endpoint().equals("e1")) {
                never().await();
              }
              return null;
            },
            Duration.ofSeconds(1));
    assertEquals(Run.Ending.OUT_OF_TIME, run.run());
    assertEquals(List.of("e1@cm#screening.0.1"), ids());
  }

  /**
   * Wherever a run is broken off, going on with it ends with the same trials, none of them twice.
   */
  @Test
  void aRunIsGoneOnWithFromEveryMeasurement() throws IOException {
    Plan plan = new Draft().carrier("cm").control("de").endpoints(4).plan();
    FakeStation.World world =
        o -> o.cell().id().equals("e2@cm") ? FailureKind.GENERIC_TIMEOUT_ERROR : null;
    run(plan, world).run();
    List<Measurement> whole = List.copyOf(kept);
    for (int broken = 0; broken <= whole.size(); broken += 3) {
      kept.clear();
      List<Measurement> done = whole.subList(0, broken);
      assertEquals(Run.Ending.FINISHED, run(plan, Limits.NONE, done, world, null).run());
      List<String> ids = new ArrayList<>(done.stream().map(Measurement::id).toList());
      ids.addAll(ids());
      assertEquals(ids.size(), new HashSet<>(ids).size(), "twice, broken off after " + broken);
      assertTrue(
          ids.containsAll(plan.cells().stream().map(c -> c.id() + "#screening.0.1").toList()));
    }
  }

  /** A round that was broken off counts as one, also when the next ones are numbered. */
  @Test
  void aRunThatIsBrokenOffTwiceWithinRoundsMakesNoTrialTwice() throws IOException {
    Plan plan = new Draft().carrier("cm").control("de").endpoints(4).plan();
    List<Measurement> done = new ArrayList<>();
    for (int sitting = 0; sitting < 3; sitting++) {
      kept.clear();
      int whole = sitting == 2 ? Integer.MAX_VALUE : sitting;
      AtomicInteger counted = new AtomicInteger();
      List<Run> runs = new ArrayList<>();
      runs.add(
          run(
              plan,
              Limits.NONE,
              done,
              order -> {
                if (order.purpose() == Purpose.COUNTED && counted.getAndIncrement() == whole) {
                  runs.getFirst().interrupt();
                  throw new InterruptedException();
                }
                return order.cell().id().equals("e2@cm") ? FailureKind.GENERIC_TIMEOUT_ERROR : null;
              },
              null));
      runs.getFirst().run();
      done.addAll(kept);
    }
    List<String> ids = done.stream().map(Measurement::id).toList();
    assertEquals(ids.size(), new HashSet<>(ids).size(), () -> "twice: " + ids);
    assertTrue(ids.contains("e2@cm#control_before.3.1"), ids::toString);
    assertFalse(ids.contains("e2@cm#counted.3.1"), "broken off there");
    assertTrue(ids.contains("e2@cm#counted.4.1"), ids::toString);
  }

  @Test
  void aStationThatBreaksDoesNotBreakTheRun() throws IOException {
    Plan plan = new Draft().carrier("cm").control("de").endpoints(6).plan();
    assertEquals(
        Run.Ending.FINISHED,
        run(
                plan,
                order -> {
                  if (order.cell().endpoint().equals("e1")) {
                    throw new IllegalStateException("private key AAAA");
                  }
                  return null;
                })
            .run());
    List<Measurement> broken = kept.stream().filter(m -> !m.succeeded()).toList();
    assertEquals(2, broken.size(), "one for each vantage: our fault is no suspicion");
    assertEquals(
        "java.lang.IllegalStateException",
        Objects.requireNonNull(broken.getFirst().failure()).detail());
  }

  @Test
  void withoutMemoryTheRunEnds() {
    Plan plan = new Draft().carrier("cm").endpoints(3).plan();
    Run run =
        run(
            plan,
            order -> {
              throw new OutOfMemoryError();
            });
    IllegalStateException e = assertThrows(IllegalStateException.class, run::run);
    assertTrue(e.getCause() instanceof OutOfMemoryError);
  }

  @Test
  void whatCannotBeKeptIsNotMeasured() {
    Plan plan = new Draft().carrier("cm").endpoints(30).plan();
    Station station = new FakeStation(plan, o -> null, clock);
    List<Measurement> asked = Collections.synchronizedList(new ArrayList<>());
    Run run =
        new Run(
            plan,
            Map.of("cm", station),
            new Limits(1, null, null),
            List.of(),
            m -> {
              asked.add(m);
              throw new IOException("disk full");
            },
            Progress.NONE,
            clock,
            null);
    assertEquals("disk full", assertThrows(IOException.class, run::run).getMessage());
    assertTrue(asked.size() <= 2, "the run ends");
  }

  @Test
  void twoEndpointsAtOneDoorTaintEachOther() throws IOException {
    Draft draft = new Draft().profile(Profile.QUICK).carrier("cm");
    draft.endpoint("one", "192.0.2.1:443").endpoint("two", "192.0.2.1:443");
    run(draft.plan(), o -> FailureKind.CONNECTION_RESET).run();
    assertEquals(4, kept.size());
    assertFalse(kept.getFirst().tainted() != null, "nobody was there before");
    assertNotNull(kept.get(1).tainted());
    assertNotEquals(kept.get(0).endpoint(), kept.get(1).endpoint());
  }

  @Test
  void progressCountsUpToTheEnd() throws IOException {
    Plan plan = new Draft().carrier("cm").endpoints(20).plan();
    List<Progress.State> states = new ArrayList<>();
    new Run(
            plan,
            Map.of("cm", new FakeStation(plan, o -> null, clock)),
            Limits.NONE,
            List.of(),
            kept::add,
            states::add,
            clock,
            null)
        .run();
    Progress.State last = states.getLast();
    assertEquals(20, last.screened());
    assertEquals(20, last.cells());
    assertEquals(20, last.trials());
    assertEquals(0, last.underWay());
    for (int i = 1; i < states.size(); i++) {
      assertTrue(states.get(i).trials() >= states.get(i - 1).trials());
    }
  }

  @Test
  void everyVantageNeedsAStation() {
    Plan plan = new Draft().carrier("cm").endpoints(1).plan();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Run(plan, Map.of(), Limits.NONE, List.of(), kept::add, Progress.NONE, clock, null));
  }

  @Test
  void cellsThatCannotBeTriedAreNot() throws IOException {
    Plan plan = new Draft().carrier("cm").endpoints(2).keysMissing("keyless").plan();
    assertEquals(Run.Ending.FINISHED, run(plan, o -> null).run());
    assertEquals(
        Set.of("e1@cm", "e2@cm"), Set.copyOf(kept.stream().map(Measurement::cell).toList()));
    assertTrue(plan.cells().stream().map(CellFacts::id).anyMatch("keyless@cm"::equals));
  }
}
