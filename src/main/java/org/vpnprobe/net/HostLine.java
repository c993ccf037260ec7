package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A network interface of this host that is up, as a person looks at it who wonders which of them
 * could be a carrier's line. Looking sends nothing.
 *
 * @param name as the system calls it
 * @param kind what its name says it is
 * @param pointToPoint a line to one other end, as modems have
 * @param addresses its own, without those that are for the link alone
 */
public record HostLine(String name, Kind kind, boolean pointToPoint, List<InetAddress> addresses) {

  /** What an interface is. Modems, wireless and wired ones can be carriers' lines. */
  public enum Kind {
    MODEM("a modem"),
    WIRELESS("wireless"),
    WIRED("wired"),
    TUNNEL("a tunnel: what goes into it leaves through another line"),
    BRIDGE("between programs of this host: it leads to no carrier"),
    OTHER("of a kind that is not known");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** For a person. */
    public String words() {
      return words;
    }
  }

  /** systemd.net-naming-scheme(7), and what Android and the usual USB modems have. */
  private static final Pattern MODEM = Pattern.compile("(wwan|wwp|wwx|wws|rmnet|ccmni|ppp|usb).*");

  private static final Pattern WIRELESS = Pattern.compile("(wlan|wlp|wlx|wls|wlo|ath).*");

  private static final Pattern WIRED = Pattern.compile("(eth|enp|ens|eno|enx|en)\\d?.*");

  /** Containers, virtual machines, and Linux devices that only rearrange packets. */
  private static final Pattern BRIDGE =
      Pattern.compile(
          "(docker|br-|br\\d|bridge|virbr|veth|lxc|lxd|cni|flannel|cali|podman|vmnet|vboxnet|vnet"
              + "|dummy|ifb|nlmon|awdl|llw|ap\\d).*");

  public HostLine {
    addresses = List.copyOf(addresses);
  }

  /** Those of this host that are up, have an address, and are not the loopback. */
  public static List<HostLine> all() {
    try {
      return NetworkInterface.networkInterfaces().filter(HostLine::isUp).map(HostLine::of).toList();
    } catch (SocketException e) {
      return List.of(); // Whoever asks goes on with the host's own routing.
    }
  }

  /** True when it could be the line of a carrier. */
  public boolean couldBeACarrier() {
    return kind == Kind.MODEM || kind == Kind.WIRELESS || kind == Kind.WIRED;
  }

  /** True when sockets can be bound to an interface here; else only to its address. */
  public static boolean canBeBound() {
    return LinuxSocket.available();
  }

  /** What a name says; interfaces of tunnels are also known by their type. */
  static Kind kind(String name, boolean tunnel) {
    if (MODEM.matcher(name).matches()) {
      return Kind.MODEM;
    }
    if (tunnel) {
      return Kind.TUNNEL;
    }
    if (BRIDGE.matcher(name).matches()) {
      return Kind.BRIDGE;
    }
    if (WIRELESS.matcher(name).matches()) {
      return Kind.WIRELESS;
    }
    return WIRED.matcher(name).matches() ? Kind.WIRED : Kind.OTHER;
  }

  private static boolean isUp(NetworkInterface each) {
    try {
      return each.isUp() && !each.isLoopback() && each.inetAddresses().anyMatch(HostLine::isOwn);
    } catch (SocketException e) {
      return false; // It went away meanwhile.
    }
  }

  private static boolean isOwn(InetAddress address) {
    return !address.isLinkLocalAddress() && !address.isLoopbackAddress();
  }

  private static HostLine of(NetworkInterface each) {
    return new HostLine(
        each.getName(),
        kind(each.getName(), OwnTunnel.isTunnel(each.getName())),
        isPointToPoint(each),
        each.inetAddresses().filter(HostLine::isOwn).toList());
  }

  private static boolean isPointToPoint(NetworkInterface each) {
    try {
      return each.isPointToPoint();
    } catch (SocketException e) {
      return false;
    }
  }
}
