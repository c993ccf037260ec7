package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;

@Timeout(20)
class OverseerTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private final Overseer overseer = new Overseer(Clock.systemUTC(), SHORT, SHORT);
  private final TrialOrder order = Draft.order("e", Depth.HANDSHAKE, SHORT);

  private Measurement of(FakeStation.World world) throws InterruptedException {
    return overseer.measure(station(world), order);
  }

  private static Station station(FakeStation.World world) {
    return new FakeStation(
        new Draft().carrier("line").endpoint("e", "192.0.2.1:443").plan(),
        world,
        Clock.systemUTC());
  }

  private static void isOurFault(Measurement m, String detail) {
    assertNotNull(m.failure());
    assertEquals(FailureKind.INSTRUMENT_ERROR, m.failure().kind());
    assertEquals(detail, m.failure().detail());
    assertEquals("e@line#screening.0.1", m.id());
  }

  @Test
  void givesWhatTheStationGives() throws Exception {
    assertTrue(of(o -> null).succeeded());
    assertEquals(
        FailureKind.CONNECTION_RESET,
        assertNotNullFailure(of(o -> FailureKind.CONNECTION_RESET)).kind());
  }

  private static org.vpnprobe.model.Failure assertNotNullFailure(Measurement m) {
    assertNotNull(m.failure());
    return m.failure();
  }

  @Test
  void aStationThatHangsIsInterrupted() throws Exception {
    isOurFault(
        of(o -> {
          new CountDownLatch(1).await();
          return null;
        }),
        "the trial went on beyond its deadline and was ended");
  }

  @Test
  void aStationThatDoesNotHearTheInterruptIsLeftBehind() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    isOurFault(
        of(o -> {
          boolean over = false;
          while (!over) {
            try {
              end.await();
              over = true;
            } catch (InterruptedException e) {
              // Deaf.
            }
          }
          return null;
        }),
        "the trial went on beyond its deadline and was ended");
    assertTrue(of(o -> null).succeeded(), "the server's turn is free again");
    end.countDown();
  }

  @Test
  void whatWasProvedBeforeALongGoodbyeStands() throws Exception {
    Measurement m =
        of(o -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            // The goodbye was cut short.
          }
          return null;
        });
    assertTrue(m.succeeded());
  }

  @Test
  void whatAStationThrowsIsNamedByItsClassAlone() throws Exception {
    isOurFault(
        of(o -> {
          throw new IllegalStateException("private key AAAA");
        }),
        "java.lang.IllegalStateException");
    isOurFault(
        of(o -> {
          throw new StackOverflowError();
        }),
        "java.lang.StackOverflowError");
  }

  @Test
  void withoutMemoryNothingGoesOn() {
    assertThrows(
        OutOfMemoryError.class,
        () ->
            of(o -> {
              throw new OutOfMemoryError();
            }));
  }

  @Test
  void anInterruptEndsTheTrialToo() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    TrialOrder endless = Draft.order("e", Depth.HANDSHAKE, Duration.ofHours(1));
    Station station =
        station(o -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            ended.countDown();
          }
          return null;
        });
    FutureTask<Measurement> task = new FutureTask<>(() -> overseer.measure(station, endless));
    Thread thread = Thread.ofVirtual().start(task);
    begun.await();
    thread.interrupt();
    ended.await();
    assertTrue(
        assertThrows(java.util.concurrent.ExecutionException.class, task::get).getCause()
            instanceof InterruptedException);
  }
}
