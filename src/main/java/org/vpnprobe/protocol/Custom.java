package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/**
 * A dialogue that the user writes, for a protocol that has no probe of its own. {@code handshake}:
 * all expected answers came. How much that proves is up to who wrote them.
 */
public final class Custom implements Protocol<CustomSettings> {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** Over UDP, what a client without a timer of its own waits: those of RFC 8489 and others. */
  private static final List<Duration> WAITS =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));

  @Override
  public String name() {
    return "custom";
  }

  @Override
  public String summary() {
    return "A dialogue of your own: send and expect, in text, hexadecimal or regular expressions,"
        + " over TCP, TLS or UDP";
  }

  @Override
  public About about() {
    return new About(
        "handshake",
        "-",
        "what the steps say",
        "what the steps do",
        "the user's own knowledge",
        """
        - name: own-service
          protocol: custom
          address: 192.0.2.20:7000
          transport: tcp
          steps:
            - send_hex: 01 00 0a
            - expect_hex: 01 01 ?? ??
            - send: "hello\\r\\n"
            - expect_regex: "(200|250) [^\\r]*\\r\\n"
        """);
  }

  @Override
  public Class<CustomSettings> settings() {
    return CustomSettings.class;
  }

  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public Facts facts(CustomSettings settings) {
    boolean udp = settings.carrier() == CustomSettings.Transport.UDP;
    return Facts.answering(
        udp ? Transport.UDP : Transport.TCP,
        Depth.HANDSHAKE,
        DEADLINE,
        udp ? List.of(WAITS.get(0), WAITS.get(0).plus(WAITS.get(1))) : Tcp.REPEATS);
  }

  @Override
  public Session open(CustomSettings settings, Trial trial) throws StepFailed {
    if (settings.carrier() == CustomSettings.Transport.UDP) {
      return trial.step(StepName.HANDSHAKE, () -> overUdp(settings.steps(), trial));
    }
    ByteStream wire = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return wire::close;
    }
    boolean done = false;
    try {
      ByteStream stream =
          settings.secured()
              ? trial.step(
                  StepName.TLS,
                  () -> Tls.handshake(wire, settings.offer(trial.host()), trial, null))
              : wire;
      trial.step(StepName.HANDSHAKE, () -> overStream(settings.steps(), trial, stream));
      done = true;
      return stream::close;
    } finally {
      if (!done) {
        wire.close();
      }
    }
  }

  private static int overStream(List<CustomSettings.Step> steps, Trial trial, ByteStream stream)
      throws StepFailed {
    byte[] came = new byte[0];
    for (int i = 0; i < steps.size(); i++) {
      CustomSettings.Step step = steps.get(i);
      if (step.sends()) {
        stream.write(step.bytes());
      } else {
        came = taken(stream, step.pattern(), came, i + 1);
      }
    }
    trial.reached(Depth.HANDSHAKE, "all expected answers came");
    return steps.size();
  }

  /** Reads until the beginning of what came fits, and returns what is left over. */
  private static byte[] taken(ByteStream stream, ReplyPattern pattern, byte[] before, int number)
      throws StepFailed {
    byte[] came = before;
    byte[] chunk = new byte[ReplyPattern.WINDOW];
    while (true) {
      int fits = came.length == 0 ? ReplyPattern.MORE : pattern.fits(came);
      if (fits > 0) {
        return Arrays.copyOfRange(came, fits, came.length);
      }
      if (fits == ReplyPattern.NEVER) {
        throw unexpected(number);
      }
      int count = stream.read(chunk, 0, chunk.length);
      if (count < 0) {
        throw new StepFailed(
            FailureKind.EOF_ERROR,
            "the server closed the connection before the answer of step " + number);
      }
      byte[] joined = Arrays.copyOf(came, came.length + count);
      System.arraycopy(chunk, 0, joined, came.length, count);
      came = joined;
    }
  }

  private static StepFailed unexpected(int number) {
    return new StepFailed(
        FailureKind.PROTO_UNEXPECTED_REPLY,
        "step_" + number,
        "the answer is not the one that step " + number + " expects");
  }

  private static Session overUdp(List<CustomSettings.Step> steps, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    boolean done = false;
    try {
      byte[] last = new byte[0];
      for (int i = 0; i < steps.size(); i++) {
        CustomSettings.Step step = steps.get(i);
        if (step.sends()) {
          last = step.bytes();
          socket.send(last);
        } else {
          await(socket, step.pattern(), last, i + 1);
        }
      }
      trial.reached(Depth.HANDSHAKE, "all expected answers came");
      done = true;
      return socket::close;
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  /** Waits for a datagram that fits, and says the last words again meanwhile. */
  private static void await(Datagrams socket, ReplyPattern pattern, byte[] last, int number)
      throws StepFailed {
    boolean others = false;
    try {
      for (Duration wait : WAITS) {
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0; left = end - System.nanoTime()) {
          byte[] datagram = socket.receive(Duration.ofNanos(left));
          if (datagram == null) {
            break;
          }
          int looked = Math.min(datagram.length, ReplyPattern.WINDOW);
          if (pattern.fits(Arrays.copyOf(datagram, looked)) > 0) {
            return;
          }
          others = true;
        }
        socket.send(last);
      }
    } catch (StepFailed e) {
      throw others && e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR ? unexpected(number) : e;
    }
    throw others
        ? unexpected(number)
        : new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "no answer came for step " + number);
  }
}
