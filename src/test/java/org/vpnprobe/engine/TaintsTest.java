package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Experiment;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Variation;

class TaintsTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final String DOOR = "192.0.2.1:443";

  private final Taints taints = new Taints(new Draft().pace(1).carrier("line").endpoints(1).plan());

  private @Nullable String taint(String endpoint, int second, String door, boolean answers) {
    return taints.mark(trial(endpoint, second, door, answers, Purpose.COUNTED)).tainted();
  }

  private static Measurement trial(
      String endpoint, int second, String door, boolean answers, Purpose purpose) {
    TrialOrder order = Draft.order(endpoint, Depth.HANDSHAKE, Duration.ofSeconds(10));
    return FakeStation.measured(
        new TrialOrder(
            order.id(),
            order.cell(),
            null,
            purpose,
            0,
            null,
            order.goal(),
            order.deadline(),
            purpose == Purpose.EXPERIMENT
                ? new Experiment("neutral_byte", 1, new Variation.Same())
                : null,
            1),
        NOON.plusSeconds(second),
        Duration.ofSeconds(1),
        HostPort.of(door),
        answers ? null : FailureKind.GENERIC_TIMEOUT_ERROR);
  }

  @Test
  void aFailureTaintsThoseOfOthersAtItsDoorForAWhile() {
    assertNull(taint("a", 0, DOOR, false));
    assertNull(taint("a", 40, DOOR, false), "its own it does not");
    assertEquals("residual_window", taint("b", 41, DOOR, false));
    assertNull(taint("c", 41, "192.0.2.1:80", false), "another port");
    assertNull(taint("c", 41, "192.0.2.2:443", false), "another address");
    assertNull(taint("d", 41 + 1 + 181, DOOR, false), "180 s after the last");
  }

  @Test
  void aSuccessIsNeverTaintedAndTaintsNobody() {
    assertNull(taint("a", 0, DOOR, true));
    assertNull(taint("b", 10, DOOR, false));
    assertNull(taint("c", 20, DOOR, true));
  }

  @Test
  void anExperimentTaintsItsOwnEndpointToo() {
    assertNull(taints.mark(trial("a", 0, DOOR, true, Purpose.EXPERIMENT)).tainted());
    assertEquals("residual_window", taint("a", 10, DOOR, false));
  }

  @Test
  void whatNeverReachedAnAddressTouchesNothing() {
    Measurement unresolved =
        FakeStation.measured(
            Draft.order("a", Depth.HANDSHAKE, Duration.ofSeconds(10)),
            NOON,
            Duration.ofSeconds(1),
            null,
            FailureKind.DNS_NXDOMAIN_ERROR);
    assertEquals(unresolved, taints.mark(unresolved));
  }

  /**
   * Against the rule as it is written down: anybody else's last touch, however many share a door.
   */
  @Test
  void aDoorOfManyIsJudgedAsIfEachTouchWereRemembered() {
    java.util.Random random = new java.util.Random(7);
    java.util.Map<String, Integer> last = new java.util.HashMap<>();
    int second = 0;
    for (int i = 0; i < 5000; i++) {
      second += random.nextInt(3) == 0 ? random.nextInt(400) : 0;
      // A few at a time, so that the same one often touches the door twice in a row.
      String endpoint = "e" + (i / 50 + random.nextInt(3));
      int at = second;
      boolean others =
          last.entrySet().stream()
              .anyMatch(touch -> !touch.getKey().equals(endpoint) && touch.getValue() + 180 >= at);
      assertEquals(
          others ? "residual_window" : null, taint(endpoint, at, DOOR, false), "trial " + i);
      last.merge(endpoint, at + 1, Math::max);
    }
  }

  /** If each trial looked at all others, these would be five thousand million looks. */
  @Test
  @org.junit.jupiter.api.Timeout(60)
  void aHundredThousandAtOneDoor() {
    for (int i = 0; i < 100_000; i++) {
      assertEquals(i == 0 ? null : "residual_window", taint("e" + i, i / 200, DOOR, false));
    }
  }
}
