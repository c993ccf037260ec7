package org.vpnprobe.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/** A UDP socket to a resolver of the lab, which answers at once: the carrier adds the time. */
final class LabResolverSocket implements Datagrams {
  private final LabDns dns;
  private final InetSocketAddress resolver;
  private final LabPath path;
  private final Deque<byte[]> answers = new ArrayDeque<>();

  LabResolverSocket(LabDns dns, InetSocketAddress resolver, LabPath path) {
    this.dns = dns;
    this.resolver = resolver;
    this.path = path;
  }

  @Override
  public void send(byte[] payload) {
    dns.truth(payload).ifPresent(answers::add);
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    byte[] answer = answers.poll();
    if (answer == null) {
      path.await(atMost);
    }
    return answer;
  }

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
  }

  @Override
  public InetSocketAddress remote() {
    return resolver;
  }

  @Override
  public void close() {}
}
