package org.vpnprobe.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;

/**
 * One network device or one source address of this host. A source address is bound together with
 * the device that owns it, where the system can: otherwise the routing table might send the packets
 * through another carrier.
 */
final class BoundExit implements Exit {
  private static final String NOT_HERE =
      "binding to an interface needs Linux and Java started with --add-exports"
          + " java.base/sun.nio.ch=ALL-UNNAMED; use source: or proxy: instead";

  private final Exit sockets = new DirectExit();
  private final @Nullable InetAddress source;
  private final @Nullable String device;

  private BoundExit(@Nullable InetAddress source, @Nullable String device) {
    this.source = source;
    this.device = device;
  }

  static BoundExit device(String name) {
    return new BoundExit(null, name);
  }

  static BoundExit source(InetAddress address) {
    return new BoundExit(address, null);
  }

  @Override
  public String kind() {
    return source == null ? "interface" : "source";
  }

  @Override
  public SocketChannel stream(Family family) throws StepFailed {
    SocketChannel channel = sockets.stream(family);
    try {
      bindDevice(channel);
      if (source != null) {
        channel.bind(local(family));
      }
      return channel;
    } catch (IOException e) {
      throw close(channel, SocketFailure.of(e, "bind", List.of(), null));
    } catch (StepFailed e) {
      throw close(channel, e);
    }
  }

  @Override
  public DatagramChannel datagrams(Family family) throws StepFailed {
    DatagramChannel channel = sockets.datagrams(family);
    try {
      bindDevice(channel);
      if (source != null) {
        channel.bind(local(family));
      }
      return channel;
    } catch (IOException e) {
      throw close(channel, SocketFailure.of(e, "bind", List.of(), null));
    } catch (StepFailed e) {
      throw close(channel, e);
    }
  }

  /** Looks at the device, and binds a socket that sends nothing. */
  @Override
  public Optional<String> preflight() {
    try {
      String name = device == null ? owner() : device;
      NetworkInterface owner = name == null ? null : NetworkInterface.getByName(name);
      if (owner == null && device != null) {
        return Optional.of("there is no interface “" + device + "”; see the names with: ip link");
      }
      if (owner != null && !owner.isUp()) {
        return Optional.of("the interface " + owner.getName() + " is down");
      }
      if (owner != null && owner.inetAddresses().findAny().isEmpty()) {
        return Optional.of("the interface " + owner.getName() + " has no address");
      }
      return canBeBound();
    } catch (SocketException e) {
      return Optional.of("the interfaces of this host cannot be read");
    }
  }

  private Optional<String> canBeBound() {
    Family family = source instanceof Inet6Address ? Family.IP6 : Family.IP4;
    try (DatagramChannel channel = datagrams(family)) {
      return channel.isOpen() ? Optional.empty() : Optional.of("a socket was closed at once");
    } catch (StepFailed e) {
      return Optional.of(
          e.kind() == FailureKind.ADDRESS_NOT_AVAILABLE
              ? "no interface of this host has this source address; see them with: ip address"
              : e.detail());
    } catch (IOException e) {
      return Optional.of("a socket cannot be closed");
    }
  }

  private InetSocketAddress local(Family family) throws StepFailed {
    if (source == null || !Hosts.is(source, family)) {
      throw new StepFailed(
          FailureKind.ADDRESS_NOT_AVAILABLE,
          "the vantage's source address is not of the family " + family.id());
    }
    return new InetSocketAddress(source, 0);
  }

  /** Binds to the named device (must succeed) or to the owner of the source (where possible). */
  private void bindDevice(Channel channel) throws StepFailed {
    String name = device;
    boolean needed = name != null;
    if (name == null) {
      name = owner();
    }
    int descriptor = LinuxSocket.available() ? LinuxSocket.descriptor(channel) : -1;
    if (name == null || descriptor < 0) {
      if (needed) {
        throw new StepFailed(FailureKind.VANTAGE_ERROR, "interface_unsupported", NOT_HERE);
      }
      return;
    }
    try {
      LinuxSocket.bindToDevice(descriptor, name);
    } catch (LinuxSocket.Refused e) {
      throw refused(e, name);
    }
  }

  private static StepFailed refused(LinuxSocket.Refused e, String device) {
    if (e.errno() == LinuxSocket.EPERM) {
      return new StepFailed(
          FailureKind.PERMISSION_DENIED,
          "binding to the interface "
              + device
              + " is not permitted; run as root or grant CAP_NET_RAW");
    }
    return new StepFailed(
        FailureKind.VANTAGE_ERROR, "no_interface", "there is no interface “" + device + "”");
  }

  /** The name of the device that owns the source address, null when none does. */
  private @Nullable String owner() {
    try {
      NetworkInterface owner = source == null ? null : NetworkInterface.getByInetAddress(source);
      return owner == null ? null : owner.getName();
    } catch (SocketException e) {
      return null;
    }
  }

  private static StepFailed close(Channel channel, StepFailed failed) {
    try {
      channel.close();
    } catch (IOException e) {
      // It was never used.
    }
    return failed;
  }
}
