package org.vpnprobe.engine.exercise;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Trial;

/**
 * Random datagrams before the first one: what AmneziaWG does with {@code Jc}. A middlebox that
 * judges a flow by its first packets sees no protocol in it; servers of WireGuard and OpenVPN throw
 * them away unanswered.
 */
final class JunkFirst implements Datagrams {
  /** As AmneziaWG's documentation recommends: Jc 3 to 10. */
  private static final int DATAGRAMS = 5;

  /** Within the recommended Jmin and Jmax, and no length of a WireGuard or OpenVPN message. */
  private static final int SHORTEST = 61;

  private static final int SPREAD = 25;

  private final Datagrams inner;
  private final Trial trial;
  private boolean begun;

  JunkFirst(Datagrams inner, Trial trial) {
    this.inner = inner;
    this.trial = trial;
  }

  @Override
  public void send(byte[] payload) throws StepFailed {
    if (!begun) {
      begun = true;
      for (int i = 0; i < DATAGRAMS; i++) {
        byte[] junk = new byte[SHORTEST + trial.random().nextInt(SPREAD)];
        trial.random().nextBytes(junk);
        // Types 1 to 4 are WireGuard's, opcodes 1 to 11 in the upper five bits OpenVPN's.
        junk[0] = (byte) (0xc0 | junk[0]);
        inner.send(junk);
      }
    }
    inner.send(payload);
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    return inner.receive(atMost);
  }

  @Override
  public InetSocketAddress local() {
    return inner.local();
  }

  @Override
  public InetSocketAddress remote() {
    return inner.remote();
  }

  @Override
  public void close() {
    inner.close();
  }
}
