package org.vpnprobe.protocol.ikev2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.layer.ike.IkeLink;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/** When requests go out, and what ends the wait; in made-up time. */
class IkeLinkTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** A socket that a silent server, or one that talks nonsense once, is behind. */
  private static final class Script extends Clock implements Datagrams {
    private final List<Duration> sends = new ArrayList<>();
    private final byte @Nullable [] nonsense;
    private boolean spoken;
    private Duration now = Duration.ZERO;

    Script(byte @Nullable [] nonsense) {
      this.nonsense = nonsense;
    }

    @Override
    public void send(byte[] payload) {
      sends.add(now);
    }

    @Override
    public byte @Nullable [] receive(Duration atMost) throws StepFailed {
      if (nonsense != null && !spoken) {
        spoken = true;
        return nonsense;
      }
      Duration left = DEADLINE.minus(now);
      now = now.plus(atMost.compareTo(left) < 0 ? atMost : left);
      if (now.equals(DEADLINE)) {
        throw new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "over");
      }
      return null;
    }

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(1);
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress(500);
    }

    @Override
    public void close() {}

    @Override
    public Instant instant() {
      return Instant.EPOCH.plus(now);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static StepFailed asked(Script script, boolean marked) {
    IkeLink link = new IkeLink(script, marked, script);
    return assertThrows(StepFailed.class, () -> link.ask(List.of(new byte[1]), IkeMessage::decode));
  }

  @Test
  void silenceIsATimeoutAfterThreeSends() {
    Script silent = new Script(null);
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, asked(silent, false).kind());
    assertEquals(
        List.of(Duration.ZERO, Duration.ofSeconds(4), Duration.ofMillis(11200)), silent.sends);
  }

  @Test
  void nonsenseIsRememberedButEndsNothing() {
    Script talker = new Script(new byte[] {1, 2, 3});
    assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, asked(talker, false).kind());
    assertEquals(3, talker.sends.size());
  }

  @Test
  void keepalivesBehindTheMarkerAreSkipped() {
    Script keepalive = new Script(new byte[] {(byte) 0xff});
    assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, asked(keepalive, true).kind());
  }
}
