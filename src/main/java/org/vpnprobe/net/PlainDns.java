package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A stub resolver over the path's own sockets, so that queries leave where the trial's packets
 * leave. Every answer that comes is kept, also a second one that comes later, since an injected
 * answer comes before the true one.
 */
final class PlainDns implements NameService {
  /** Waits of one query over UDP: those of c-ares (ares_init_options(3): 2 s doubling, 3 tries). */
  private static final List<Duration> WAITS =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));

  /** A look for what has already come. */
  private static final Duration LOOK = Duration.ofMillis(1);

  /** More messages than this to one query are not looked at. */
  private static final int AT_MOST = 64;

  private final InetSocketAddress resolver;
  private final boolean tcpOnly;
  private final RandomGenerator random;
  private final Predicate<InetAddress> innocent;

  /**
   * @param tcpOnly for a place that may not carry datagrams
   * @param random for message ids, hard to guess
   * @param innocent addresses that are no bogons here
   */
  PlainDns(
      InetSocketAddress resolver,
      boolean tcpOnly,
      RandomGenerator random,
      Predicate<InetAddress> innocent) {
    this.resolver = resolver;
    this.tcpOnly = tcpOnly;
    this.random = random;
    this.innocent = innocent;
  }

  @Override
  public String label() {
    String host = resolver.getAddress().getHostAddress();
    return resolver.getPort() == 53 ? host : host + " port " + resolver.getPort();
  }

  @Override
  public List<InetAddress> resolve(Sockets sockets, String host, Family family) throws StepFailed {
    DnsQuestion question = DnsQuestion.of(host, family, random);
    DnsReply reply = tcpOnly ? overTcp(sockets, question) : overUdp(sockets, question);
    return Bogons.judge(sockets.trace(), reply.result(), innocent);
  }

  private DnsReply overUdp(Sockets sockets, DnsQuestion question) throws StepFailed {
    Datagrams socket = sockets.datagrams(resolver);
    Inbox inbox = new Inbox(sockets.trace(), socket, question);
    for (Duration wait : WAITS) {
      socket.send(question.bytes());
      inbox.asked++;
      DnsReply reply = inbox.next(wait);
      if (reply != null) {
        sockets.atEnd(inbox::rest);
        inbox.rest();
        if (reply.truncated()) {
          sockets.trace().observe("dns_truncated", "retried over TCP");
          return overTcp(sockets, question);
        }
        return reply;
      }
    }
    throw inbox.rubbish
        ? new StepFailed(
            FailureKind.DNS_SERVER_MISBEHAVING, "nothing came but messages that are no answer")
        : new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the resolver did not answer");
  }

  /** RFC 7766. */
  private DnsReply overTcp(Sockets sockets, DnsQuestion question) throws StepFailed {
    try (ByteStream stream = sockets.stream(resolver)) {
      stream.write(
          new ByteWriter().u16(question.bytes().length).bytes(question.bytes()).toByteArray());
      byte[] length = stream.readFully(2);
      byte[] message =
          stream.readFully(Byte.toUnsignedInt(length[0]) << 8 | Byte.toUnsignedInt(length[1]));
      DnsReply reply = DnsReply.parse(message, question);
      sockets.trace().observe("dns_answer", reply.describe());
      return reply;
    } catch (DnsReply.NotOurs e) {
      sockets.trace().observe(e.reason(), "over TCP");
      throw new StepFailed(
          FailureKind.DNS_SERVER_MISBEHAVING, "the resolver's message is no answer");
    }
  }

  /** What comes to one query. */
  private static final class Inbox {
    private final Trace trace;
    private final Datagrams socket;
    private final DnsQuestion question;
    private final List<DnsReply> replies = new ArrayList<>();
    private int asked;
    private int messages;
    private boolean rubbish;

    Inbox(Trace trace, Datagrams socket, DnsQuestion question) {
      this.trace = trace;
      this.socket = socket;
      this.question = question;
    }

    /** Waits for an answer; what is none is noted and passed over. */
    @Nullable DnsReply next(Duration atMost) throws StepFailed {
      Duration end = trace.elapsed().plus(atMost);
      while (messages < AT_MOST) {
        Duration left = end.minus(trace.elapsed());
        byte[] message = socket.receive(left.isNegative() ? Duration.ZERO : left);
        if (message == null) {
          return null;
        }
        messages++;
        try {
          DnsReply reply = DnsReply.parse(message, question);
          trace.observe(role(), reply.describe());
          replies.add(reply);
          return reply;
        } catch (DnsReply.NotOurs e) {
          rubbish = true;
          trace.observe(e.reason(), message.length + " bytes");
        }
      }
      return null;
    }

    /**
     * More answers than queries are somebody else's. A slow resolver answers each of several sends,
     * and may name other addresses, or the same ones in turn.
     */
    private String role() {
      if (replies.isEmpty()) {
        return "dns_answer";
      }
      return replies.size() < asked ? "dns_repeated_answer" : "dns_second_answer";
    }

    /** Notes what has come meanwhile. */
    void rest() {
      try {
        while (next(LOOK) != null) {
          // Noted by next().
        }
      } catch (StepFailed e) {
        // The first answer has been given; what fails later changes nothing.
      }
    }
  }
}
