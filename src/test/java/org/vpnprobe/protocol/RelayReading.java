package org.vpnprobe.protocol;

import org.vpnprobe.net.CannedStream;
import org.vpnprobe.net.StepFailed;

/** For the fuzzer: what a Hysteria 2 server says about a relayed connection. */
public final class RelayReading {
  private RelayReading() {}

  /** Reads the bytes as what the stream begins with. */
  public static void take(byte[] bytes) throws StepFailed {
    Hysteria2.granted(new CannedStream(bytes));
  }
}
