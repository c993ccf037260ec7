package org.vpnprobe.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** wireguard-go in the server's namespace, with one peer; its inner address answers pings. */
final class WireGuardServer implements AutoCloseable {
  private final Daemon daemon;

  /**
   * @param number tells several servers of one world apart: device, port and inner network
   * @param peer the client's public key
   * @param presharedKey null for none
   */
  WireGuardServer(
      TestNet net,
      Path directory,
      int number,
      String privateKey,
      String peer,
      @org.jspecify.annotations.Nullable String presharedKey)
      throws IOException {
    String device = "wg" + number;
    daemon =
        Daemon.start(
            net.server(),
            directory,
            java.util.Map.of("WG_PROCESS_FOREGROUND", "1"),
            "wireguard-go",
            "-f",
            device);
    Path socket = Path.of("/run/wireguard", device + ".sock");
    daemon.await(() -> Files.exists(socket), "control socket");
    Path configuration = directory.resolve(device + ".conf");
    Files.writeString(
        configuration,
        "[Interface]\nPrivateKey = "
            + privateKey
            + "\nListenPort = "
            + port(number)
            + "\n[Peer]\nPublicKey = "
            + peer
            + "\nAllowedIPs = 10.66."
            + number
            + ".2/32\n"
            + (presharedKey == null ? "" : "PresharedKey = " + presharedKey + "\n"));
    net.exec(net.server(), "wg", "setconf", device, configuration.toString());
    net.exec(net.server(), "ip", "addr", "add", "10.66." + number + ".1/24", "dev", device);
    net.exec(net.server(), "ip", "link", "set", device, "up");
  }

  static int port(int number) {
    return 51800 + number;
  }

  @Override
  public void close() {
    daemon.close();
  }
}
