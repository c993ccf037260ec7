package org.vpnprobe.net;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The messages of a SOCKS5 client (RFC 1928, login by RFC 1929) and those that it gets. What does
 * not begin as SOCKS5 does is {@code proto_unexpected_reply}.
 */
public final class SocksMessages {
  public static final int NO_LOGIN = 0;
  public static final int PASSWORD = 2;
  public static final int NONE_ACCEPTABLE = 0xff;
  public static final int CONNECT = 1;
  public static final int UDP_ASSOCIATE = 3;

  /** RFC 1929 section 2: user and password have one byte for their length. */
  public static final int LONGEST_LOGIN = 255;

  private static final int VERSION = 5;

  /**
   * The answer to a request.
   *
   * @param code 0 when it was granted, else see {@link SocksMessages#meaning}
   * @param bound what the proxy uses for it, null when it was refused
   */
  public record Reply(int code, @Nullable SocksAddress bound) {}

  /** A datagram that came through a relay, and from whom. */
  public record Relayed(SocksAddress source, byte[] payload) {}

  private SocksMessages() {}

  /** The ways to log in that we offer (RFC 1928 section 3). */
  public static byte[] methods(int... methods) {
    ByteWriter hello = new ByteWriter().u8(VERSION).u8(methods.length);
    for (int method : methods) {
      hello.u8(method);
    }
    return hello.toByteArray();
  }

  /** The way to log in that the proxy chose. */
  public static int chosen(ByteStream stream) throws StepFailed {
    ByteReader reply = new ByteReader(stream.readFully(2));
    version(reply);
    return reply.u8();
  }

  /**
   * User and password (RFC 1929 section 2).
   *
   * @throws StepFailed {@code config_error} when one has no room
   */
  public static byte[] login(String user, Secret password) throws StepFailed {
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    byte[] word = password.bytes();
    if (name.length > LONGEST_LOGIN || word.length > LONGEST_LOGIN) {
      throw new StepFailed(
          FailureKind.CONFIG_ERROR, "login", "user and password have at most 255 bytes each");
    }
    return new ByteWriter()
        .u8(1)
        .u8(name.length)
        .bytes(name)
        .u8(word.length)
        .bytes(word)
        .toByteArray();
  }

  /** Whether the proxy let us in. Its first byte is 1, and with some proxies 5. */
  public static boolean accepted(ByteStream stream) throws StepFailed {
    byte[] reply = stream.readFully(2);
    if (reply[0] != 1 && reply[0] != VERSION) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the server's answer to a login is not SOCKS5");
    }
    return reply[1] == 0;
  }

  /** A request (RFC 1928 section 4). */
  public static byte[] request(int command, SocksAddress target) {
    return target.write(new ByteWriter().u8(VERSION).u8(command).u8(0)).toByteArray();
  }

  /** The answer to it (section 6). Some proxies cut refusals short, so no address is read there. */
  public static Reply reply(ByteStream stream) throws StepFailed {
    ByteReader head = new ByteReader(stream.readFully(3));
    version(head);
    int code = head.u8();
    return new Reply(code, code == 0 ? SocksAddress.read(stream) : null);
  }

  /** A refusal in words (section 6). "TTL expired" is what proxies say of a connect timed out. */
  public static String meaning(int code) {
    return switch (code) {
      case 1 -> "general failure";
      case 2 -> "not allowed by its rules";
      case 3 -> "network unreachable";
      case 4 -> "host unreachable";
      case 5 -> "connection refused";
      case 6 -> "time or TTL expired";
      case 7 -> "command not supported";
      case 8 -> "address type not supported";
      default -> "unknown reply";
    };
  }

  /** A datagram for the relay (section 7). */
  public static byte[] datagram(SocksAddress target, byte[] payload) {
    return target.write(new ByteWriter().u16(0).u8(0)).bytes(payload).toByteArray();
  }

  /** What a relay sent; null for fragments, which nobody has to support, and for rubbish. */
  public static @Nullable Relayed relayed(byte[] datagram) {
    try {
      ByteReader in = new ByteReader(datagram);
      in.skip(2);
      int fragment = in.u8();
      SocksAddress source = SocksAddress.read(in);
      return fragment == 0 ? new Relayed(source, in.rest()) : null;
    } catch (StepFailed e) {
      return null;
    }
  }

  private static void version(ByteReader reply) throws StepFailed {
    if (reply.u8() != VERSION) {
      throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the server's answer is not SOCKS5");
    }
  }
}
