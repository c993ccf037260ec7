package org.vpnprobe.layer.quic;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The first flight of a QUIC connection and nothing more, by our own codec: a packet, its repeats,
 * the server's answer, and a goodbye where one is due.
 */
public final class InitialExchange {
  /** The probe timeout of a client that knows no round trip: 3 × 333 ms (RFC 9002 section 6.2). */
  private static final Duration TIMEOUT = Duration.ofMillis(999);

  /** When a client sends again: the timeout doubles. */
  public static final List<Duration> REPEATS =
      List.of(TIMEOUT, TIMEOUT.multipliedBy(3), TIMEOUT.multipliedBy(7));

  /** RFC 9000 section 15: 0x?a?a?a?a is never spoken, to make servers negotiate. */
  private static final long RESERVED_VERSION = 0x1a2a3a4aL;

  private static final int OWN_ID = 8;

  /** RFC 9000 section 7.2: at least 8 bytes, unpredictable. */
  private static final int FIRST_DESTINATION = 8;

  private final Datagrams socket;
  private final RandomGenerator random;
  private final Answers answers = new Answers();
  private byte[] destination;
  private final byte[] source;
  private byte[] token = new byte[0];
  private boolean retried;
  private long next;

  private InitialExchange(Datagrams socket, RandomGenerator random) {
    this.socket = socket;
    this.random = random;
    this.destination = bytes(FIRST_DESTINATION);
    this.source = bytes(OWN_ID);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /**
   * Asks in a version that nobody speaks; the server keeps no state of it.
   *
   * @return the versions that the server named, in hexadecimal, in an answer that repeats both of
   *     our connection ids
   * @throws StepFailed {@code generic_timeout_error} and the socket's failures, {@code
   *     proto_malformed_reply}
   */
  public static String versions(Datagrams socket, RandomGenerator random) throws StepFailed {
    InitialExchange flight = new InitialExchange(socket, random);
    byte[] packet =
        new ByteWriter()
            .u8(0xc0 | random.nextInt(0x40))
            .u32(RESERVED_VERSION)
            .u8(flight.destination.length)
            .bytes(flight.destination)
            .u8(flight.source.length)
            .bytes(flight.source)
            .bytes(flight.bytes(Header.LEAST_DATAGRAM - 7 - FIRST_DESTINATION - OWN_ID))
            .toByteArray();
    for (Duration wait = TIMEOUT; ; wait = wait.multipliedBy(2)) {
      flight.send(packet);
      Answer answer = flight.await(wait);
      if (answer instanceof Answer.Versions named) {
        return text(named.versions());
      }
    }
  }

  /**
   * Sends a ClientHello and waits for an Initial packet that opens with this connection's keys and
   * acknowledges ours; follows a Retry; says goodbye.
   *
   * @param sni null to send none
   * @throws StepFailed {@code tls_alert:n} or {@code quic_closed:n} when the server ends it, {@code
   *     quic_incompatible_version}, {@code generic_timeout_error}, the socket's failures, {@code
   *     proto_malformed_reply}
   */
  public static void handshake(
      Datagrams socket, @Nullable String sni, List<String> alpn, RandomGenerator random)
      throws StepFailed {
    InitialExchange flight = new InitialExchange(socket, random);
    byte[] hello = Frames.crypto(ClientHello.of(sni, alpn, flight.source, random));
    Duration wait = TIMEOUT;
    while (true) {
      flight.initial(hello);
      Answer answer = flight.await(wait);
      if (answer instanceof Answer.Opened opened) {
        flight.judge(opened);
        return;
      }
      if (answer instanceof Answer.Versions named) {
        throw incompatible(named.versions());
      }
      if (answer == null) {
        wait = wait.multipliedBy(2);
      }
    }
  }

  /** The failure when the server named only versions that are not ours. */
  static StepFailed incompatible(List<Long> versions) {
    return new StepFailed(
        FailureKind.QUIC_INCOMPATIBLE_VERSION,
        "the server speaks only other versions of QUIC: " + text(versions));
  }

  /** The failure when the server ended the connection in the handshake. */
  static StepFailed closed(long code) {
    // RFC 9001 section 4.8: 0x0100 and a TLS alert.
    return code >= 0x100 && code <= 0x1ff
        ? new StepFailed(
            FailureKind.TLS_ALERT,
            Long.toString(code - 0x100),
            "the server sent the TLS alert " + (code - 0x100))
        : new StepFailed(
            FailureKind.QUIC_CLOSED,
            Long.toString(code),
            "the server ended the connection with the QUIC error " + code);
  }

  private static String text(List<Long> versions) {
    return versions.stream()
        .limit(16)
        .map(version -> String.format(Locale.ROOT, "%08x", version))
        .collect(Collectors.joining(" "));
  }

  private void initial(byte[] frames) throws StepFailed {
    send(
        InitialPacket.seal(
            PacketKeys.ofClient(destination), destination, source, token, next++, frames, true));
  }

  private void send(byte[] packet) throws StepFailed {
    answers.sent(packet);
    socket.send(packet);
  }

  /** The next answer that counts, null when none came in time; a Retry is followed at once. */
  private @Nullable Answer await(Duration wait) throws StepFailed {
    long end = System.nanoTime() + wait.toNanos();
    for (long left = wait.toNanos(); left > 0; left = end - System.nanoTime()) {
      byte[] datagram = socket.receive(Duration.ofNanos(left));
      if (datagram == null) {
        return null;
      }
      Answer answer = answers.received(datagram);
      if (answer instanceof Answer.Retry retry) {
        if (!retried) {
          retried = true;
          token = retry.packet().token();
          destination = retry.packet().source();
          answers.follow(destination);
          return answer;
        }
      } else if (answer instanceof Answer.Opened opened) {
        if (opened.acknowledges() || opened.closed().isPresent()) {
          return opened;
        }
      } else if (answer != null) {
        return answer;
      }
    }
    return null;
  }

  private void judge(Answer.Opened opened) throws StepFailed {
    OptionalLong closed = opened.closed();
    if (closed.isPresent() && closed.getAsLong() != 0) {
      throw closed(closed.getAsLong());
    }
    // Initial packets go on under the keys of the first destination (RFC 9001 section 5.2).
    socket.send(
        InitialPacket.seal(
            PacketKeys.ofClient(destination),
            opened.source(),
            source,
            token,
            next++,
            Frames.goodbye(opened.number()),
            true));
  }
}
