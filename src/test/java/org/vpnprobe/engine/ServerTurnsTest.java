package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ServerTurnsTest {
  private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.1");
  private final ServerTurns turns = new ServerTurns();

  @Test
  void oneAtATime() throws Exception {
    try (ServerTurns.Taken other = turns.turn()) {
      ServerTurns.Taken first = turns.turn();
      assertFalse(first.take(SERVER), "nobody was there");
      assertFalse(other.take(InetAddress.ofLiteral("192.0.2.2")), "another server");
      ServerTurns.Taken second = turns.turn();
      CountDownLatch running = new CountDownLatch(1);
      FutureTask<Boolean> waited =
          new FutureTask<>(() -> {
            running.countDown();
            return second.take(SERVER);
          });
      Thread thread = Thread.ofVirtual().start(waited);
      running.await();
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertFalse(waited.isDone());
      first.close();
      assertTrue(waited.get(), "it must begin again");
      second.close();
      assertFalse(turns.turn().take(SERVER), "all gave it back");
    }
  }

  @Test
  void theTimeOfATrialThatWaitsDoesNotRun() throws Exception {
    ServerTurns.Taken first = turns.turn();
    assertFalse(first.take(SERVER));
    ServerTurns.Taken second = turns.turn();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                second.take(SERVER);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    Duration limit = Duration.ofNanos(1);
    assertTrue(second.left(limit).equals(limit), "all of it is left");
    assertTrue(first.left(limit).isNegative(), "of one that runs nothing is");
    thread.interrupt();
    thread.join();
    first.close();
    assertFalse(turns.turn().take(SERVER), "who gave up waiting holds nothing");
  }

  @Test
  void aTrialHasOneServer() throws Exception {
    ServerTurns.Taken turn = turns.turn();
    assertFalse(turn.take(SERVER));
    assertThrows(IllegalStateException.class, () -> turn.take(InetAddress.ofLiteral("::1")));
  }

  @Test
  void namesThatAProxyResolvesAreNoServer() throws Exception {
    assertFalse(turns.turn().take(InetAddress.ofLiteral("0.0.0.0")));
    assertFalse(turns.turn().take(InetAddress.ofLiteral("0.0.0.0")));
  }
}
