package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The negotiation with a SOCKS5 proxy (RFC 1928, login by RFC 1929). What the proxy itself does
 * wrong is {@code socks_error} and the vantage's fault; what it reports about the target is the
 * target's failure.
 */
final class Socks5 {
  static final int CONNECT = 1;
  static final int UDP_ASSOCIATE = 3;

  private static final int VERSION = 5;
  private static final int NO_LOGIN = 0;
  private static final int PASSWORD = 2;
  private static final int NONE_ACCEPTABLE = 0xff;
  private static final int IP4 = 1;
  private static final int NAME = 3;
  private static final int IP6 = 4;

  private final ByteStream stream;

  Socks5(ByteStream stream) {
    this.stream = stream;
  }

  /** Agrees on a method and logs in (RFC 1928 section 3). */
  void greet(@Nullable String user, @Nullable Secret password) throws StepFailed {
    try {
      ByteWriter hello = new ByteWriter().u8(VERSION);
      stream.write(
          user == null
              ? hello.u8(1).u8(NO_LOGIN).toByteArray()
              : hello.u8(2).u8(NO_LOGIN).u8(PASSWORD).toByteArray());
      ByteReader reply = new ByteReader(stream.readFully(2));
      if (reply.u8() != VERSION) {
        throw error("not_socks5", "the proxy does not speak SOCKS5");
      }
      int method = reply.u8();
      if (method == PASSWORD && user != null && password != null) {
        logIn(user, password);
      } else if (method != NO_LOGIN) {
        throw error(
            "login",
            method == NONE_ACCEPTABLE
                ? "the proxy accepts none of the ways to log in that we offer"
                : "the proxy chose a way to log in that we did not offer");
      }
    } catch (StepFailed e) {
      throw proxyFailed(e);
    }
  }

  /** RFC 1929 section 2. */
  private void logIn(String user, Secret password) throws StepFailed {
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    byte[] word = password.bytes();
    if (name.length > 255 || word.length > 255) {
      throw error("login", "user and password have at most 255 bytes each");
    }
    stream.write(
        new ByteWriter()
            .u8(1)
            .u8(name.length)
            .bytes(name)
            .u8(word.length)
            .bytes(word)
            .toByteArray());
    if (stream.readFully(2)[1] != 0) {
      throw error("login", "the proxy refused the user or the password");
    }
  }

  /**
   * Sends a request and reads its reply (RFC 1928 sections 4 and 6). Silence is the target's: a
   * proxy that has greeted us waits for it.
   *
   * @return the address that the proxy bound
   */
  InetSocketAddress request(int command, InetSocketAddress target) throws StepFailed {
    ByteWriter request = new ByteWriter().u8(VERSION).u8(command).u8(0);
    address(request, target);
    try {
      stream.write(request.toByteArray());
      ByteReader head = new ByteReader(stream.readFully(4));
      if (head.u8() != VERSION) {
        throw error("not_socks5", "the proxy's reply is not SOCKS5");
      }
      int reply = head.u8();
      if (reply != 0) {
        throw refused(reply);
      }
      head.skip(1);
      return bound(head.u8());
    } catch (StepFailed e) {
      if (e.kind() == FailureKind.EOF_ERROR || e.kind() == FailureKind.CONNECTION_RESET) {
        throw proxyFailed(e);
      }
      throw e;
    }
  }

  private InetSocketAddress bound(int type) throws StepFailed {
    byte[] address =
        switch (type) {
          case IP4 -> stream.readFully(4);
          case IP6 -> stream.readFully(16);
          case NAME -> stream.readFully(Byte.toUnsignedInt(stream.readFully(1)[0]));
          default -> throw error("not_socks5", "the proxy's reply has an unknown address type");
        };
    int port = new ByteReader(stream.readFully(2)).u16();
    if (type == NAME) {
      return InetSocketAddress.createUnresolved(
          new String(address, StandardCharsets.US_ASCII), port);
    }
    return new InetSocketAddress(literal(address), port);
  }

  /**
   * Writes a target as RFC 1928 section 5 has it. An unspecified address that carries a name stands
   * for the name (see {@link ProxyNames}).
   */
  static void address(ByteWriter out, InetSocketAddress target) throws StepFailed {
    InetAddress address = target.getAddress();
    boolean named =
        address == null
            || (address.isAnyLocalAddress() && Hosts.parse(target.getHostString()) == null);
    if (named) {
      byte[] name = Hosts.ascii(target.getHostString()).getBytes(StandardCharsets.US_ASCII);
      out.u8(NAME).u8(name.length).bytes(name);
    } else {
      out.u8(address.getAddress().length == 4 ? IP4 : IP6).bytes(address.getAddress());
    }
    out.u16(target.getPort());
  }

  /** Reads a source address; a name is skipped and gives null. */
  static @Nullable InetSocketAddress address(ByteReader in) throws StepFailed {
    byte[] address =
        switch (in.u8()) {
          case IP4 -> in.bytes(4);
          case IP6 -> in.bytes(16);
          case NAME -> {
            in.skip(in.u8());
            yield new byte[0];
          }
          default -> throw in.malformed("address type");
        };
    int port = in.u16();
    return address.length == 0 ? null : new InetSocketAddress(literal(address), port);
  }

  static StepFailed error(String argument, String detail) {
    return new StepFailed(FailureKind.SOCKS_ERROR, argument, detail);
  }

  /** A failure on the way to the proxy or of the proxy, as the vantage's. */
  static StepFailed proxyFailed(StepFailed e) {
    return switch (e.kind()) {
      case SOCKS_ERROR, INTERRUPTED -> e;
      default ->
          new StepFailed(
              FailureKind.SOCKS_ERROR,
              e.kind().id(),
              "the proxy failed: " + e.detail(),
              e.after(),
              e);
    };
  }

  /**
   * RFC 1928 section 6. "TTL expired" is what proxies say of a connect that timed out (Tor,
   * microsocks, Dante). A general failure or a rule of the proxy says nothing about the target.
   */
  private static StepFailed refused(int reply) {
    FailureKind kind =
        switch (reply) {
          case 3 -> FailureKind.NETWORK_UNREACHABLE;
          case 4 -> FailureKind.HOST_UNREACHABLE;
          case 5 -> FailureKind.CONNECTION_REFUSED;
          case 6 -> FailureKind.GENERIC_TIMEOUT_ERROR;
          default -> FailureKind.SOCKS_ERROR;
        };
    String argument = kind == FailureKind.SOCKS_ERROR ? "reply_" + reply : null;
    String meaning =
        switch (reply) {
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
    return new StepFailed(kind, argument, "the proxy reports: " + meaning);
  }

  private static InetAddress literal(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // 4 or 16 bytes.
    }
  }
}
