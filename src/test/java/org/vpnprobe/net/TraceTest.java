package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;

class TraceTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Trace trace =
      new Trace(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), nanos::get, Duration.ofSeconds(10));

  @Test
  void aFailureBelongsToTheInnermostStep() {
    StepFailed e =
        assertThrows(
            StepFailed.class,
            () -> trace.step(StepName.TLS, () -> trace.step(StepName.AUTH, TraceTest::fail)));
    assertEquals(StepName.AUTH, trace.failure(e).step());
    assertEquals("eof_error", trace.steps().getLast().failure());
  }

  @Test
  void aFailureThatWasGotOverDoesNotNameALaterStep() {
    assertThrows(StepFailed.class, () -> trace.step(StepName.CONNECT, TraceTest::fail));
    StepFailed e =
        assertThrows(StepFailed.class, () -> trace.step(StepName.HANDSHAKE, TraceTest::fail));
    assertEquals(StepName.HANDSHAKE, trace.failure(e).step());
  }

  @Test
  void timeSinceTheLastWrite() {
    nanos.set(1_000_000);
    trace.sent(10);
    nanos.set(5_000_000);
    Failure failure = trace.failure(new StepFailed(FailureKind.EOF_ERROR, ""));
    assertEquals(Duration.ofMillis(4), failure.after());
    assertEquals(Duration.ofMillis(9995), trace.remaining());
  }

  private static Object fail() throws StepFailed {
    throw new StepFailed(FailureKind.EOF_ERROR, "");
  }
}
