package org.vpnprobe.protocol.openvpn;

/** For tests in other packages: OpenVPN as a client before 2.6 speaks it. */
public final class OldClient {
  private OldClient() {}

  public static OpenVpn protocol() {
    return new OpenVpn(false);
  }
}
