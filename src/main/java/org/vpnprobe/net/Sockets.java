package org.vpnprobe.net;

import java.net.InetSocketAddress;

/**
 * A path's sockets without its steps, for what happens inside a step: a name service, a proxy's
 * negotiation.
 */
public interface Sockets {
  Trace trace();

  ByteStream stream(InetSocketAddress server) throws StepFailed;

  Datagrams datagrams(InetSocketAddress server) throws StepFailed;

  /** Something to look at once more before the path closes its sockets. */
  void atEnd(Runnable look);
}
