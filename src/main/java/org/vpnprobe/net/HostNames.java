package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
  /** netdb.h of glibc: EAI_AGAIN, EAI_NODATA. */
  private static final String[] TEMPORARY = {"temporary failure", "try again"};

  private static final String[] NO_DATA = {"no address associated", "no data"};

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
      return found;
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
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (Arrays.stream(TEMPORARY).anyMatch(message::contains)) {
      return new StepFailed(
          FailureKind.DNS_TEMPORARY_FAILURE, "the host's resolver could not answer");
    }
    if (Arrays.stream(NO_DATA).anyMatch(message::contains)) {
      return new StepFailed(FailureKind.DNS_NO_ANSWER, "the name has no address");
    }
    return new StepFailed(FailureKind.DNS_NXDOMAIN_ERROR, "the host's resolver knows no such name");
  }
}
