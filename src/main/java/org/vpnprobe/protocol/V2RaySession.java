package org.vpnprobe.protocol;

import java.util.Optional;
import org.vpnprobe.model.Depth;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A session that is a stream to its target.
 *
 * @param stream closed with the session
 * @param asked what answers at its end
 */
public record V2RaySession(ByteStream stream, Target asked)
    implements Session, Tunnel.StreamTunnel {
  /**
   * The session, after its target was asked where the goal is less than {@code tunnel}: the server
   * says nothing before the target does, so nothing else can prove anything.
   */
  public V2RaySession proved(Trial trial) throws StepFailed {
    if (trial.goal() == Depth.TUNNEL) {
      return this;
    }
    boolean done = false;
    try {
      TunnelCheck.run(this, trial);
      done = true;
      return this;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  @Override
  public Optional<Tunnel> tunnel() {
    return Optional.of(this);
  }

  @Override
  public void close() {
    stream.close();
  }
}
