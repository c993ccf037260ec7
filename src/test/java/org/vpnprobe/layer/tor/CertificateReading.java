package org.vpnprobe.layer.tor;

import org.vpnprobe.net.StepFailed;

/** For the fuzzer: what a relay says before it is trusted. */
public final class CertificateReading {
  private CertificateReading() {}

  /** The first byte says which cell, the others are its payload. */
  public static void take(byte[] bytes) throws StepFailed {
    if (bytes.length == 0) {
      return;
    }
    byte[] payload = java.util.Arrays.copyOfRange(bytes, 1, bytes.length);
    switch (bytes[0] & 3) {
      case 0 -> RelayCertificates.parse(payload);
      case 1 -> OrLink.checkChallenge(payload);
      case 2 -> OrLink.readNetinfo(payload);
      default -> OrLink.agreed(payload);
    }
  }
}
