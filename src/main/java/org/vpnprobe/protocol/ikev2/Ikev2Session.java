package org.vpnprobe.protocol.ikev2;

import java.util.Optional;
import org.vpnprobe.layer.ike.IkeLink;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Tunnel;

/** A session after IKE_AUTH: deletes the IKE SA when it ends. */
final class Ikev2Session implements Session {
  private final IkeSa sa;
  private final IkeLink link;
  private final boolean established;
  private final Optional<Tunnel> tunnel;
  private boolean closed;

  /**
   * @param established the server holds an SA that can be deleted
   */
  Ikev2Session(IkeSa sa, IkeLink link, boolean established, Optional<Tunnel> tunnel) {
    this.sa = sa;
    this.link = link;
    this.established = established;
    this.tunnel = tunnel;
  }

  @Override
  public Optional<Tunnel> tunnel() {
    return tunnel;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (established) {
      sa.leave();
    }
    link.socket().close();
  }
}
