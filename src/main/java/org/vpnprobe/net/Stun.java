package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** Session Traversal Utilities for NAT, RFC 8489: which address does a server see. */
public final class Stun {
  /** RFC 8489 section 18.6. */
  private static final int STUN_PORT = 3478;

  /** RFC 8489 section 5: Binding is method 1; a request has class 00, a success response 10. */
  private static final int BINDING_REQUEST = 0x0001;

  private static final int BINDING_SUCCESS = 0x0101;
  private static final long MAGIC_COOKIE = 0x2112A442L;
  private static final int TRANSACTION = 12;

  /** RFC 8489 section 18.3. */
  private static final int MAPPED_ADDRESS = 0x0001;

  private static final int XOR_MAPPED_ADDRESS = 0x0020;

  /** RFC 8489 section 6.2.1: RTO, and how often at most. */
  private static final Duration FIRST_REPEAT = Duration.ofMillis(500);

  private static final int MOST_SENDS = 7;

  /** Datagrams that are not our answer. */
  private static final int MOST_STRANGERS = 100;

  private Stun() {}

  /**
   * Asks a STUN server (RFC 8489) for the address it sees.
   *
   * @param server port 3478 when it has none
   * @throws StepFailed when it does not answer as RFC 8489 says
   */
  public static InetAddress ask(Path path, HostPort server, Family family, RandomGenerator random)
      throws StepFailed {
    InetAddress address = path.resolve(server.host(), family).getFirst();
    int port = server.port() == 0 ? STUN_PORT : server.port();
    byte[] transaction = new byte[TRANSACTION];
    random.nextBytes(transaction);
    byte[] request =
        new ByteWriter()
            .u16(BINDING_REQUEST)
            .u16(0)
            .u32(MAGIC_COOKIE)
            .bytes(transaction)
            .toByteArray();
    try (Datagrams socket = path.udp(new InetSocketAddress(address, port))) {
      Duration wait = FIRST_REPEAT;
      int strangers = 0;
      for (int sends = 0; sends < MOST_SENDS; sends++) {
        socket.send(request);
        for (byte[] reply = socket.receive(wait);
            reply != null && strangers < MOST_STRANGERS;
            reply = socket.receive(wait)) {
          Optional<InetAddress> seen = answer(reply, transaction);
          if (seen.isPresent()) {
            return seen.get();
          }
          strangers++;
        }
        wait = wait.multipliedBy(2);
      }
      throw new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the STUN server did not answer");
    }
  }

  /**
   * The address in a Binding success response; empty for what does not answer our request.
   *
   * @throws StepFailed for an answer to our request that breaks RFC 8489
   */
  static Optional<InetAddress> answer(byte[] reply, byte[] transaction) throws StepFailed {
    ByteReader in = new ByteReader(reply);
    // 20 bytes are the header: RFC 8489 section 5.
    if (in.remaining() < 20) {
      return Optional.empty();
    }
    int type = in.u16();
    int length = in.u16();
    boolean ours = in.u32() == MAGIC_COOKIE && Arrays.equals(in.bytes(TRANSACTION), transaction);
    if (!ours) {
      return Optional.empty();
    }
    if (type != BINDING_SUCCESS) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY,
          "the STUN server answered with type 0x" + HexFormat.of().toHexDigits((short) type));
    }
    ByteReader attributes = in.slice(length);
    InetAddress plain = null;
    while (attributes.remaining() >= 4) {
      int attribute = attributes.u16();
      int size = attributes.u16();
      ByteReader value = attributes.slice(size);
      // Section 14: padded to a multiple of four.
      attributes.skip(Math.min(attributes.remaining(), (4 - size % 4) % 4));
      if (attribute == XOR_MAPPED_ADDRESS) {
        return Optional.of(address(value, mask(transaction)));
      }
      if (attribute == MAPPED_ADDRESS) {
        plain = address(value, new byte[16]);
      }
    }
    if (plain == null) {
      throw attributes.malformed("the STUN server's answer holds no address");
    }
    return Optional.of(plain);
  }

  /** Section 14.2: the cookie, and after it the transaction id. */
  private static byte[] mask(byte[] transaction) {
    return new ByteWriter().u32(MAGIC_COOKIE).bytes(transaction).toByteArray();
  }

  private static InetAddress address(ByteReader in, byte[] mask) throws StepFailed {
    in.skip(1);
    int family = in.u8();
    in.skip(2);
    int size = family == 1 ? 4 : family == 2 ? 16 : 0;
    if (size == 0) {
      throw in.malformed("address family " + family);
    }
    byte[] address = in.bytes(size);
    for (int i = 0; i < size; i++) {
      address[i] ^= mask[i];
    }
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }
}
