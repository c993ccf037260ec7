package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;

/**
 * Leaves names to the proxy: the address is unspecified ({@code 0.0.0.0} or {@code ::}) and carries
 * the name, which the path sends when it connects. Which family the proxy then takes is its own
 * choice.
 */
final class ProxyNames implements NameService {
  @Override
  public String label() {
    return "proxy";
  }

  @Override
  public List<InetAddress> resolve(Sockets sockets, String host, Family family) throws StepFailed {
    try {
      return List.of(InetAddress.getByAddress(host, new byte[family == Family.IP6 ? 16 : 4]));
    } catch (UnknownHostException e) {
      throw new StepFailed(FailureKind.INSTRUMENT_ERROR, "no unspecified address");
    }
  }
}
