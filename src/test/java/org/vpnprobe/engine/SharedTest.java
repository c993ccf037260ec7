package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;

class SharedTest {
  private static Measurement trial(int number, @Nullable Failure failure) {
    return new Measurement(
        "e@c#counted." + number,
        text("e@c"),
        text("e@c"),
        text("e"),
        text("c"),
        Family.IP4,
        Purpose.COUNTED,
        number,
        Instant.EPOCH.plusSeconds(number),
        Duration.ofMillis(900),
        text("192.0.2.1:443"),
        Duration.ofSeconds(10),
        Depth.HANDSHAKE,
        failure == null ? Depth.HANDSHAKE : null,
        failure == null ? text("an answer") : null,
        failure,
        failure == null ? Duration.ofMillis(900) : null,
        List.of(
            new Step(StepName.TLS, Duration.ofNanos(0), Duration.ofMillis(900), 1, 2, 3, 4, null)),
        List.of(new Observation(Duration.ofMillis(5), text("icmp"), text("a\u001bvalue"))),
        number % 2 == 0 ? text("residual_window") : null);
  }

  /** The same text, but another object, as a reader makes it. */
  private static String text(String value) {
    return new String(value.toCharArray());
  }

  @Test
  void nothingIsChanged() {
    Shared shared = new Shared();
    for (int i = 0; i < 4; i++) {
      for (Duration after : new Duration[] {null, Duration.ofMillis(900), Duration.ofMillis(3)}) {
        Failure failure =
            new Failure(StepName.TLS, FailureKind.TLS_ALERT, text("40"), text("refused"), after);
        assertEquals(trial(i, failure), shared.of(trial(i, failure)));
      }
      assertEquals(trial(i, null), shared.of(trial(i, null)));
    }
  }

  @Test
  void whatIsSaidAlikeIsKeptOnce() {
    Shared shared = new Shared();
    Measurement one = shared.of(trial(1, null));
    Measurement two = shared.of(trial(2, null));
    assertSame(one.cell(), two.cell());
    assertSame(one.address(), two.address());
    assertSame(one.deadline(), two.deadline());
    assertSame(one.observations().getFirst().value(), two.observations().getFirst().value());
    assertSame(one.latency(), one.steps().getFirst().took());
  }
}
