package org.vpnprobe.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether another VPN of this host carries its packets: then the carrier is not the one named. */
public final class OwnTunnel {
  /** Names that the usual clients give, on systems that do not tell an interface's type. */
  private static final Pattern NAMES =
      Pattern.compile("(utun|tun|tap|wg|ipsec|nordlynx|proton|tailscale|zt|warp)[0-9a-z._-]*");

  /** Modems of mobile networks show the same type as a tunnel. */
  private static final Pattern MODEMS = Pattern.compile("(wwan|rmnet|ccmni|ppp)[0-9a-z._-]*");

  /** linux/if_arp.h ARPHRD_NONE: what tun and WireGuard interfaces have. */
  private static final String NONE = "65534";

  private OwnTunnel() {}

  /** The name of the tunnel interface that owns this source address, empty when none does. */
  public static Optional<String> of(InetAddress source) {
    try {
      NetworkInterface owner = NetworkInterface.getByInetAddress(source);
      return owner != null && isTunnel(owner.getName())
          ? Optional.of(owner.getName())
          : Optional.empty();
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  static boolean isTunnel(String name) {
    if (MODEMS.matcher(name).matches() || !name.matches("[A-Za-z0-9._-]+")) {
      return false;
    }
    if (NAMES.matcher(name).matches()) {
      return true;
    }
    try {
      java.nio.file.Path type = java.nio.file.Path.of("/sys/class/net", name, "type");
      return Files.isReadable(type) && Files.readString(type).strip().equals(NONE);
    } catch (IOException e) {
      return false;
    }
  }
}
