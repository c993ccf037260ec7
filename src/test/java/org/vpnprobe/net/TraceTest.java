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
  void timeSinceTheLastWrite() throws StepFailed {
    nanos.set(1_000_000);
    trace.sent(10);
    nanos.set(5_000_000);
    Failure failure = trace.failure(new StepFailed(FailureKind.EOF_ERROR, ""));
    assertEquals(Duration.ofMillis(4), failure.after());
    assertEquals(Duration.ofMillis(9995), trace.remaining());
  }

  @Test
  void aTrialReceivesAndSendsNoMoreThanItsBudget() throws StepFailed {
    trace.received(Trace.MOST_BYTES);
    StepFailed endless = assertThrows(StepFailed.class, () -> trace.received(1));
    assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, endless.kind());
    trace.sent(Trace.MOST_BYTES);
    StepFailed ours = assertThrows(StepFailed.class, () -> trace.sent(1));
    assertEquals(FailureKind.INSTRUMENT_ERROR, ours.kind());
  }

  @Test
  void aFloodOfDatagramsMeasuresNothing() throws StepFailed {
    for (int i = 0; i < Trace.MOST_DATAGRAMS; i++) {
      trace.receivedDatagram(1);
      trace.sentDatagram(1);
    }
    StepFailed flood = assertThrows(StepFailed.class, () -> trace.receivedDatagram(1));
    assertEquals(FailureKind.INSTRUMENT_ERROR, flood.kind());
    assertThrows(StepFailed.class, () -> trace.sentDatagram(1));
  }

  @Test
  void theNotebookHasAnEnd() {
    for (int i = 0; i < 10_000; i++) {
      trace.observe("icmp", "x".repeat(100_000));
    }
    assertEquals(Trace.MOST_OBSERVATIONS, trace.observations().size());
    assertEquals(Trace.LONGEST_TEXT + 1, trace.observations().getFirst().value().length());
    String long0 = "y".repeat(100_000);
    Failure failure = trace.failure(new StepFailed(FailureKind.TLS_ALERT, long0, long0));
    assertEquals(Trace.LONGEST_TEXT + 1, failure.detail().length());
    assertEquals(Trace.LONGEST_TEXT + 1, String.valueOf(failure.argument()).length());
  }

  private static Object fail() throws StepFailed {
    throw new StepFailed(FailureKind.EOF_ERROR, "");
  }
}
