package org.vpnprobe.net;

/** Opens vantages. */
public final class Vantages {
  private Vantages() {}

  /** The host's own routing and its own resolver. */
  public static Vantage direct() {
    return new LocalVantage(new DirectExit(), new HostNames());
  }
}
