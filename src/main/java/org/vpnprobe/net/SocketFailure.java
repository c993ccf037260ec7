package org.vpnprobe.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;

/**
 * Turns what a socket throws into the failure vocabulary. Java's exception classes are too coarse
 * (a BindException may be an ICMPv6 "administratively prohibited"), so the error number decides,
 * found by the text the system has for it.
 */
final class SocketFailure {
  /** asm-generic/errno.h: the numbers of Linux and what they mean for a probe. */
  private static final Map<Integer, FailureKind> LINUX =
      Map.ofEntries(
          Map.entry(1, FailureKind.PERMISSION_DENIED), // EPERM: a local filter
          Map.entry(13, FailureKind.PERMISSION_DENIED), // EACCES
          Map.entry(19, FailureKind.VANTAGE_ERROR), // ENODEV
          Map.entry(22, FailureKind.INSTRUMENT_ERROR), // EINVAL
          Map.entry(24, FailureKind.INSTRUMENT_ERROR), // EMFILE
          Map.entry(32, FailureKind.CONNECTION_RESET), // EPIPE
          Map.entry(90, FailureKind.MESSAGE_SIZE), // EMSGSIZE
          Map.entry(92, FailureKind.CONNECTION_REFUSED), // ENOPROTOOPT: protocol unreachable
          Map.entry(98, FailureKind.ADDRESS_NOT_AVAILABLE), // EADDRINUSE
          Map.entry(99, FailureKind.ADDRESS_NOT_AVAILABLE), // EADDRNOTAVAIL
          Map.entry(100, FailureKind.NETWORK_DOWN), // ENETDOWN
          Map.entry(101, FailureKind.NETWORK_UNREACHABLE), // ENETUNREACH
          Map.entry(103, FailureKind.CONNECTION_ABORTED), // ECONNABORTED
          Map.entry(104, FailureKind.CONNECTION_RESET), // ECONNRESET
          Map.entry(110, FailureKind.GENERIC_TIMEOUT_ERROR), // ETIMEDOUT
          Map.entry(111, FailureKind.CONNECTION_REFUSED), // ECONNREFUSED
          Map.entry(112, FailureKind.HOST_UNREACHABLE), // EHOSTDOWN
          Map.entry(113, FailureKind.HOST_UNREACHABLE)); // EHOSTUNREACH

  /** Words of the JDK, of Windows and of macOS, tried in this order. */
  private static final List<Map.Entry<String, FailureKind>> WORDS =
      List.of(
          Map.entry("connection reset", FailureKind.CONNECTION_RESET),
          Map.entry("broken pipe", FailureKind.CONNECTION_RESET),
          Map.entry("forcibly closed", FailureKind.CONNECTION_RESET),
          Map.entry("abort", FailureKind.CONNECTION_ABORTED),
          Map.entry("refused", FailureKind.CONNECTION_REFUSED),
          Map.entry("timed out", FailureKind.GENERIC_TIMEOUT_ERROR),
          Map.entry("no route to host", FailureKind.HOST_UNREACHABLE),
          Map.entry("host is down", FailureKind.HOST_UNREACHABLE),
          Map.entry("host is unreachable", FailureKind.HOST_UNREACHABLE),
          Map.entry("unreachable host", FailureKind.HOST_UNREACHABLE),
          Map.entry("unreachable network", FailureKind.NETWORK_UNREACHABLE),
          Map.entry("network is unreachable", FailureKind.NETWORK_UNREACHABLE),
          Map.entry("network is down", FailureKind.NETWORK_DOWN),
          Map.entry("message too long", FailureKind.MESSAGE_SIZE),
          Map.entry("larger than", FailureKind.MESSAGE_SIZE),
          Map.entry("assign requested address", FailureKind.ADDRESS_NOT_AVAILABLE),
          Map.entry("not valid in its context", FailureKind.ADDRESS_NOT_AVAILABLE),
          Map.entry("permission", FailureKind.PERMISSION_DENIED),
          Map.entry("not permitted", FailureKind.PERMISSION_DENIED));

  private SocketFailure() {}

  /**
   * @param doing what was tried, for a person: "connect", "read"
   * @param icmp what the error queue held; its last final entry decides
   * @param after since our last write or the start of the connect
   */
  static StepFailed of(
      IOException e, String doing, List<IcmpError> icmp, @Nullable Duration after) {
    if (Thread.currentThread().isInterrupted()) {
      return new StepFailed(FailureKind.INTERRUPTED, null, doing + " was interrupted", after, e);
    }
    if (!icmp.isEmpty() && !(e instanceof SocketTimeoutException)) {
      IcmpError error = icmp.getLast();
      String family = error.six() ? "ICMPv6 " : "ICMP ";
      String detail = doing + " met " + family + error.type() + "/" + error.code();
      return new StepFailed(error.kind(), null, detail, after, e);
    }
    FailureKind kind = kind(e);
    String argument = kind == FailureKind.UNKNOWN_FAILURE ? e.getClass().getSimpleName() : null;
    return new StepFailed(kind, argument, doing + " failed: " + kind.id(), after, e);
  }

  /**
   * What Linux says when its own routes lead nowhere and no packet has left: no route
   * (ENETUNREACH), or one of type {@code unreachable} (EHOSTUNREACH) or {@code blackhole} (EINVAL;
   * ip-route(8)). With an ICMP error in the queue the first two are a router's.
   */
  static boolean isOfRoute(IOException e) {
    String message = String.valueOf(e.getMessage());
    return LinuxSocket.available()
        ? List.of(22, 101, 113).stream().anyMatch(n -> message.startsWith(LinuxSocket.text(n)))
        : kind(e) == FailureKind.NETWORK_UNREACHABLE;
  }

  private static FailureKind kind(IOException e) {
    if (e instanceof SocketTimeoutException) {
      return FailureKind.GENERIC_TIMEOUT_ERROR;
    }
    if (e instanceof PortUnreachableException) {
      return FailureKind.CONNECTION_REFUSED;
    }
    String message = String.valueOf(e.getMessage());
    if (e instanceof ClosedChannelException || message.equals("Socket closed")) {
      return FailureKind.INTERRUPTED;
    }
    if (LinuxSocket.available()) {
      for (var entry : LINUX.entrySet()) {
        if (message.startsWith(LinuxSocket.text(entry.getKey()))) {
          return entry.getValue();
        }
      }
    }
    String words = message.toLowerCase(Locale.ROOT);
    for (var entry : WORDS) {
      if (words.contains(entry.getKey())) {
        return entry.getValue();
      }
    }
    return switch (e) {
      case ConnectException refused -> FailureKind.CONNECTION_REFUSED;
      case NoRouteToHostException noRoute -> FailureKind.HOST_UNREACHABLE;
      case BindException bind -> FailureKind.ADDRESS_NOT_AVAILABLE;
      default -> FailureKind.UNKNOWN_FAILURE;
    };
  }
}
