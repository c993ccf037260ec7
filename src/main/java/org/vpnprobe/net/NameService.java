package org.vpnprobe.net;

import java.net.InetAddress;
import java.util.List;
import org.vpnprobe.model.Family;

/** Finds the addresses of a name. */
public interface NameService {
  /** {@code host}, {@code proxy}, or the resolver's address or URL. */
  String label();

  /**
   * @param sockets how queries leave, and where observations go
   * @return at least one address
   */
  List<InetAddress> resolve(Sockets sockets, String host, Family family) throws StepFailed;
}
