package org.vpnprobe.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Family;

/**
 * The error queue of a socket on Linux (ip(7), IP_RECVERR): which ICMP error a packet met and who
 * sent it, where Java gives a word alone. Elsewhere, or where the descriptor is not shown, it is
 * absent and the word is what there is.
 */
final class ErrorQueue implements AutoCloseable {
  /** linux/in.h and linux/in6.h. */
  private static final int IPPROTO_IP = 0;

  private static final int IP_RECVERR = 11;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_RECVERR = 25;

  /** linux/socket.h. */
  private static final int MSG_ERRQUEUE = 0x2000;

  private static final int MSG_DONTWAIT = 0x40;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  /** linux/errqueue.h, ee_origin. */
  private static final int ORIGIN_ICMP = 2;

  private static final int ORIGIN_ICMP6 = 3;

  /** struct msghdr of 64-bit Linux: name, iov, control and flags. */
  private static final int MSGHDR = 56;

  private static final int CONTROL = 512;

  /** struct cmsghdr of 64-bit Linux. */
  private static final int CMSGHDR = 16;

  /** struct sock_extended_err. */
  private static final int EXTENDED_ERROR = 16;

  /** More would be a flood; what is left is read with the next error. */
  private static final int AT_MOST = 16;

  private final int descriptor;
  private final boolean six;
  private boolean closed;

  private ErrorQueue(int descriptor, boolean six) {
    this.descriptor = descriptor;
    this.six = six;
  }

  /**
   * Asks the kernel to keep errors for this socket. Holds a descriptor of its own, since Java
   * closes a channel at once when its connect fails.
   *
   * @return null where the system has no such queue
   */
  static @Nullable ErrorQueue of(Channel channel, Family family) {
    if (!LinuxSocket.available()) {
      return null;
    }
    int descriptor = LinuxSocket.descriptor(channel);
    if (descriptor < 0) {
      return null;
    }
    try {
      ErrorQueue queue = new ErrorQueue(LinuxSocket.duplicate(descriptor), family == Family.IP6);
      queue.listen(true);
      return queue;
    } catch (LinuxSocket.Refused e) {
      return null;
    }
  }

  /** Takes all errors out of the queue. */
  synchronized List<IcmpError> drain() {
    List<IcmpError> errors = new ArrayList<>();
    if (closed) {
      return errors;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment control = arena.allocate(CONTROL, 8);
      MemorySegment header = arena.allocate(MSGHDR, 8);
      for (int i = 0; i < AT_MOST; i++) {
        header.fill((byte) 0);
        header.set(ValueLayout.ADDRESS, 32, control);
        header.set(ValueLayout.JAVA_LONG, 40, CONTROL);
        if (LinuxSocket.receiveMessage(descriptor, header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
          break;
        }
        parse(control, Math.min(CONTROL, header.get(ValueLayout.JAVA_LONG, 40)), errors);
      }
    }
    return errors;
  }

  /** Stops or starts the kernel's keeping of errors. */
  synchronized void listen(boolean on) {
    if (closed) {
      return;
    }
    try {
      LinuxSocket.option(
          descriptor, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_RECVERR : IP_RECVERR, on ? 1 : 0);
    } catch (LinuxSocket.Refused e) {
      // Then the queue stays empty and Java's word is all there is.
    }
  }

  @Override
  public synchronized void close() {
    // Once: the number may belong to another socket by then.
    if (!closed) {
      closed = true;
      LinuxSocket.close(descriptor);
    }
  }

  /** Walks the control messages (cmsg(3)); every step moves on by at least one header. */
  private static void parse(MemorySegment control, long length, List<IcmpError> into) {
    long at = 0;
    while (at + CMSGHDR + EXTENDED_ERROR <= length) {
      long size = control.get(ValueLayout.JAVA_LONG, at);
      int level = control.get(ValueLayout.JAVA_INT, at + 8);
      int type = control.get(ValueLayout.JAVA_INT, at + 12);
      boolean error =
          (level == IPPROTO_IP && type == IP_RECVERR)
              || (level == IPPROTO_IPV6 && type == IPV6_RECVERR);
      if (size < CMSGHDR || size > length - at) {
        return;
      }
      if (error && size >= CMSGHDR + EXTENDED_ERROR) {
        add(control.asSlice(at + CMSGHDR, size - CMSGHDR), into);
      }
      at += (size + 7) & ~7L;
    }
  }

  /** Reads sock_extended_err and the offender's address behind it. */
  private static void add(MemorySegment error, List<IcmpError> into) {
    int origin = error.get(ValueLayout.JAVA_BYTE, 4);
    if (origin == ORIGIN_ICMP || origin == ORIGIN_ICMP6) {
      into.add(
          new IcmpError(
              origin == ORIGIN_ICMP6,
              Byte.toUnsignedInt(error.get(ValueLayout.JAVA_BYTE, 5)),
              Byte.toUnsignedInt(error.get(ValueLayout.JAVA_BYTE, 6)),
              address(error.asSlice(EXTENDED_ERROR))));
    }
  }

  private static @Nullable InetAddress address(MemorySegment socketAddress) {
    if (socketAddress.byteSize() < 8) {
      return null;
    }
    int family = socketAddress.get(ValueLayout.JAVA_SHORT, 0);
    int offset = family == AF_INET ? 4 : 8;
    int length = family == AF_INET ? 4 : 16;
    if ((family != AF_INET && family != AF_INET6) || socketAddress.byteSize() < offset + length) {
      return null;
    }
    try {
      return InetAddress.getByAddress(
          socketAddress.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
