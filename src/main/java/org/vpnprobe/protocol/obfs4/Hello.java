package org.vpnprobe.protocol.obfs4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/** The two messages of the handshake (obfs4-spec section 4). */
public final class Hello {
  /**
   * A server's hello.
   *
   * @param serverKey its Y
   * @param auth its AUTH
   * @param length where it ends in what came; frames may follow at once
   */
  record Answer(byte[] serverKey, byte[] auth, int length) {}

  /**
   * A client's hello.
   *
   * @param clientKey its X
   * @param hour the hour it was made in, as its MAC has it
   * @param mac for a filter of replays
   */
  public record Question(byte[] clientKey, long hour, byte[] mac) {}

  /** MaxHandshakeLength. */
  public static final int LONGEST = 8192;

  private static final int REPRESENTATIVE = 32;
  private static final int AUTH = 32;
  private static final int MARK = 16;
  private static final int MAC = 16;

  /** ClientMinPadLength: a hello may be no shorter than a server's with its first frame. */
  private static final int CLIENT_LEAST_PADDING = 85;

  /** ServerMaxPadLength, less the seed's frame that follows at once. */
  private static final int SERVER_MOST_PADDING = 8051;

  private static final int SECONDS_OF_AN_HOUR = 3600;

  private Hello() {}

  /** The hour since 1970 that goes into the MACs. */
  public static long hour(Instant now) {
    return now.getEpochSecond() / SECONDS_OF_AN_HOUR;
  }

  /** A client's hello with padding of a random length. */
  static byte[] client(byte[] representative, BridgeKey bridge, long hour, RandomGenerator random) {
    int most = LONGEST - REPRESENTATIVE - MARK - MAC;
    byte[] padding = new byte[random.nextInt(CLIENT_LEAST_PADDING, most + 1)];
    random.nextBytes(padding);
    return client(representative, padding, bridge, hour);
  }

  static byte[] client(byte[] representative, byte[] padding, BridgeKey bridge, long hour) {
    return sealed(representative, new byte[0], padding, bridge, hour);
  }

  /** A server's hello in answer to a client's of that hour. */
  public static byte[] server(
      byte[] representative, byte[] auth, BridgeKey bridge, long hour, RandomGenerator random) {
    byte[] padding = new byte[random.nextInt(SERVER_MOST_PADDING + 1)];
    random.nextBytes(padding);
    return sealed(representative, auth, padding, bridge, hour);
  }

  private static byte[] sealed(
      byte[] representative, byte[] auth, byte[] padding, BridgeKey bridge, long hour) {
    byte[] key = key(bridge);
    ByteWriter out =
        new ByteWriter()
            .bytes(representative)
            .bytes(auth)
            .bytes(padding)
            .bytes(mark(key, representative));
    return out.bytes(mac(key, out.toByteArray(), hour)).toByteArray();
  }

  /** B | NODEID. */
  private static byte[] key(BridgeKey bridge) {
    return new ByteWriter().bytes(bridge.publicKey()).bytes(bridge.nodeId()).toByteArray();
  }

  private static byte[] mark(byte[] key, byte[] representative) {
    return Arrays.copyOf(Ntor.hmac(key, representative), MARK);
  }

  private static byte[] mac(byte[] key, byte[] message, long hour) {
    byte[] digits = Long.toString(hour).getBytes(StandardCharsets.US_ASCII);
    return Arrays.copyOf(Ntor.hmac(key, message, digits), MAC);
  }

  /**
   * Looks for a server's hello in what came so far.
   *
   * @param hour that of our hello: the server answers with the client's
   * @return empty when more has to come
   * @throws StepFailed {@code proto_unexpected_reply} when there is none in as many bytes as it may
   *     have, {@code proto_malformed_reply} when its MAC is wrong
   */
  static Optional<Answer> answer(byte[] came, BridgeKey bridge, long hour) throws StepFailed {
    if (came.length < REPRESENTATIVE + AUTH + MARK + MAC) {
      return Optional.empty();
    }
    byte[] key = key(bridge);
    byte[] representative = Arrays.copyOf(came, REPRESENTATIVE);
    int at = find(mark(key, representative), came, REPRESENTATIVE + AUTH);
    if (at < 0) {
      if (came.length >= LONGEST) {
        throw new StepFailed(
            FailureKind.PROTO_UNEXPECTED_REPLY, "what the server sent is no answer of this bridge");
      }
      return Optional.empty();
    }
    if (came.length < at + MARK + MAC) {
      return Optional.empty();
    }
    byte[] mac = Arrays.copyOfRange(came, at + MARK, at + MARK + MAC);
    if (!MessageDigest.isEqual(mac, mac(key, Arrays.copyOf(came, at + MARK), hour))) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "mac", "the MAC of the bridge's answer is wrong");
    }
    return Optional.of(
        new Answer(
            Elligator2.publicKey(representative),
            Arrays.copyOfRange(came, REPRESENTATIVE, REPRESENTATIVE + AUTH),
            at + MARK + MAC));
  }

  /** Where the mark begins, -1 when it has not come within the longest hello. */
  private static int find(byte[] mark, byte[] came, int from) {
    int last = Math.min(came.length, LONGEST) - mark.length;
    for (int at = from; at <= last; at++) {
      if (Arrays.equals(came, at, at + mark.length, mark, 0, mark.length)) {
        return at;
      }
    }
    return -1;
  }

  /**
   * What a server makes of the bytes that came: a client's hello ends them.
   *
   * @param now a clock of ours; the client's may be up to an hour off
   * @return empty when more has to come, or nothing can be made of them
   */
  public static Optional<Question> question(byte[] came, BridgeKey bridge, Instant now) {
    int at = came.length - MARK - MAC;
    if (at < REPRESENTATIVE || came.length > LONGEST) {
      return Optional.empty();
    }
    byte[] key = key(bridge);
    byte[] representative = Arrays.copyOf(came, REPRESENTATIVE);
    byte[] mark = mark(key, representative);
    if (!Arrays.equals(came, at, at + MARK, mark, 0, MARK)) {
      return Optional.empty();
    }
    byte[] mac = Arrays.copyOfRange(came, at + MARK, came.length);
    byte[] sealed = Arrays.copyOf(came, at + MARK);
    for (long hour = hour(now) - 1; hour <= hour(now) + 1; hour++) {
      if (MessageDigest.isEqual(mac, mac(key, sealed, hour))) {
        return Optional.of(new Question(Elligator2.publicKey(representative), hour, mac));
      }
    }
    return Optional.empty();
  }
}
