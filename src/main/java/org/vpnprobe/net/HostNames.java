package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;

/**
 * The host's own resolver through the system library. It loses the rcode, duplicate answers and
 * their times, so nothing about DNS can be concluded from it.
 */
final class HostNames implements NameService {
  /** netdb.h of glibc: EAI_NONAME, EAI_AGAIN, EAI_NODATA. */
  private static final Map<Integer, FailureKind> LINUX =
      Map.of(
          -2,
          FailureKind.DNS_NXDOMAIN_ERROR,
          -3,
          FailureKind.DNS_TEMPORARY_FAILURE,
          -5,
          FailureKind.DNS_NO_ANSWER);

  @Override
  public String label() {
    return "host";
  }

  @Override
  public List<InetAddress> resolve(Sockets sockets, String host, Family family) throws StepFailed {
    FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(host));
    // A platform thread: the system's lookup would hold a virtual thread's carrier.
    Thread.ofPlatform().daemon().name("lookup").start(lookup);
    Duration left = sockets.trace().remaining();
    try {
      List<InetAddress> found =
          Arrays.stream(lookup.get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS))
              .filter(address -> Hosts.is(address, family))
              .toList();
      if (found.isEmpty()) {
        throw new StepFailed(
            FailureKind.DNS_NO_ANSWER, "the name has no address of the family " + family.id());
      }
      sockets.trace().observe("dns_answer", DnsReply.describe("host", found));
      return Bogons.judge(sockets.trace(), found);
    } catch (TimeoutException e) {
      throw LocalPath.timeIsOver(null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(FailureKind.INTERRUPTED, "the lookup was interrupted");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static StepFailed failure(@Nullable Throwable cause) {
    if (!(cause instanceof UnknownHostException)) {
      return new StepFailed(FailureKind.INSTRUMENT_ERROR, "the lookup failed");
    }
    FailureKind kind = kind(String.valueOf(cause.getMessage()));
    return new StepFailed(kind, "the host's resolver says: " + kind.id());
  }

  private static FailureKind kind(String message) {
    if (LinuxSocket.available()) {
      for (var entry : LINUX.entrySet()) {
        if (message.contains(LinuxSocket.lookupText(entry.getKey()))) {
          return entry.getValue();
        }
      }
    }
    String words = message.toLowerCase(Locale.ROOT);
    // macOS: "nodename nor servname provided, or not known"; Windows: "No such host is known".
    return words.contains("not known") || words.contains("no such host")
        ? FailureKind.DNS_NXDOMAIN_ERROR
        : FailureKind.DNS_TEMPORARY_FAILURE;
  }
}
