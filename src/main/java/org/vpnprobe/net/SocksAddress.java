package org.vpnprobe.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * An address and port as SOCKS5 has them (RFC 1928 section 5); Shadowsocks and Trojan took the form
 * over. A name stays a name: nothing is looked up.
 *
 * @param address null when it is a name
 * @param name the name, empty when it is an address
 */
public record SocksAddress(@Nullable InetAddress address, String name, int port) {
  private static final int IP4 = 1;
  private static final int NAME = 3;
  private static final int IP6 = 4;

  /**
   * What a user names, for a proxy to look up.
   *
   * @throws StepFailed {@code config_error} for what cannot be a host name
   */
  public static SocksAddress of(HostPort server) throws StepFailed {
    InetAddress literal = Hosts.parse(server.host());
    return literal != null
        ? new SocksAddress(literal, "", server.port())
        : new SocksAddress(null, Hosts.ascii(server.host()), server.port());
  }

  /**
   * The same of a socket's address. An unspecified address that carries a name stands for the name
   * (see {@link ProxyNames}).
   */
  static SocksAddress of(InetSocketAddress target) throws StepFailed {
    InetAddress address = target.getAddress();
    boolean named =
        address == null
            || (address.isAnyLocalAddress() && Hosts.parse(target.getHostString()) == null);
    return named
        ? new SocksAddress(null, Hosts.ascii(target.getHostString()), target.getPort())
        : new SocksAddress(address, "", target.getPort());
  }

  /** {@code 0.0.0.0:0}, or its like in the family of this address. */
  public static SocksAddress unspecified(InetAddress like) {
    int length = like.getAddress().length;
    return new SocksAddress(InetAddress.ofLiteral(length == 4 ? "0.0.0.0" : "::"), "", 0);
  }

  /** Appends type, address or name, and port. */
  public ByteWriter write(ByteWriter out) {
    if (address != null) {
      byte[] bytes = address.getAddress();
      return out.u8(bytes.length == 4 ? IP4 : IP6).bytes(bytes).u16(port);
    }
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    return out.u8(NAME).u8(bytes.length).bytes(bytes).u16(port);
  }

  /**
   * Reads one from a message.
   *
   * @throws StepFailed {@code proto_malformed_reply}
   */
  public static SocksAddress read(ByteReader in) throws StepFailed {
    int type = in.u8();
    return switch (type) {
      case IP4 -> new SocksAddress(literal(in.bytes(4)), "", in.u16());
      case IP6 -> new SocksAddress(literal(in.bytes(16)), "", in.u16());
      case NAME -> new SocksAddress(null, in.ascii(in.u8()), in.u16());
      default -> throw in.malformed("address type " + type);
    };
  }

  /** Reads one from a stream, and not a byte more. */
  public static SocksAddress read(ByteStream stream) throws StepFailed {
    byte[] type = stream.readFully(1);
    byte[] length = type[0] == NAME ? stream.readFully(1) : new byte[0];
    int rest =
        switch (type[0]) {
          case IP4 -> 4 + 2;
          case IP6 -> 16 + 2;
          case NAME -> Byte.toUnsignedInt(length[0]) + 2;
          default -> 0;
        };
    return read(
        new ByteReader(
            new ByteWriter()
                .bytes(type)
                .bytes(length)
                .bytes(stream.readFully(rest))
                .toByteArray()));
  }

  private static InetAddress literal(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // 4 or 16 bytes.
    }
  }
}
