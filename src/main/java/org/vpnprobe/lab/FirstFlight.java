package org.vpnprobe.lab;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.TrafficKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/**
 * What a middlebox makes of a packet, from its shape alone.
 *
 * @param protocol the id of a {@link TrafficKind}, empty when it is none of them
 * @param name the server name of a ClientHello, the host of an HTTP request, null when there is
 *     none
 */
record FirstFlight(String protocol, @Nullable String name) {
  /** The protocols that can be recognised. */
  static final List<String> PROTOCOLS =
      List.of("http", "http_connect", "ikev2", "openvpn", "quic", "ssh", "tls", "wireguard");

  /** Nothing that is known. */
  static final FirstFlight UNKNOWN = new FirstFlight("", null);

  /** WireGuard paper section 5.4.2: a handshake initiation, with its reserved zeros. */
  private static final int WIREGUARD_INITIATION = 148;

  /** RFC 7296 section 3.1. */
  private static final int IKE_HEADER = 28;

  private static final int IKE_SA_INIT = 34;

  /**
   * Lengths of a P_CONTROL_HARD_RESET_CLIENT_V2: plain; tls-auth with SHA1, SHA224, SHA256 (or
   * tls-crypt), SHA384, SHA512.
   */
  private static final Set<Integer> OPENVPN_RESETS = Set.of(14, 42, 50, 54, 70, 86);

  /** A P_CONTROL_HARD_RESET_CLIENT_V3 without its wrapped key. */
  private static final int OPENVPN_RESET_V3 = 54;

  /** RFC 8446 section 5.1: a record with a handshake message; RFC 6101 for the version's byte. */
  private static final int HANDSHAKE = 22;

  /** RFC 8446 section 4: the message's type. */
  private static final int CLIENT_HELLO = 1;

  private static final Pattern REQUEST =
      Pattern.compile("(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT) ([^ \r\n]*)");

  private static final Pattern HOST =
      Pattern.compile("\r\nhost:[ \t]*([^ \t\r\n]+)", Pattern.CASE_INSENSITIVE);

  /** One datagram. */
  static FirstFlight datagram(byte[] bytes) {
    try {
      if (isWireGuard(bytes)) {
        return new FirstFlight("wireguard", null);
      }
      if (isIke(new ByteReader(bytes)) || isMarkedIke(bytes)) {
        return new FirstFlight("ikev2", null);
      }
      if (isOpenVpn(bytes)) {
        return new FirstFlight("openvpn", null);
      }
      return QuicInitial.looksLike(bytes) ? quic(bytes) : UNKNOWN;
    } catch (StepFailed e) {
      return UNKNOWN; // Too short for what it began as.
    }
  }

  /** A TCP segment by itself: a hello that is cut shows what stands in its first piece. */
  static FirstFlight stream(byte[] bytes) {
    try {
      if (isFramedOpenVpn(bytes)) {
        return new FirstFlight("openvpn", null);
      }
    } catch (StepFailed e) {
      return UNKNOWN;
    }
    if (isClientHello(bytes)) {
      int record = (bytes[3] & 0xff) << 8 | (bytes[4] & 0xff);
      int end = Math.min(bytes.length, 5 + record);
      return new FirstFlight("tls", sni(Arrays.copyOfRange(bytes, 5, end)));
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (text.startsWith("SSH-")) {
      return new FirstFlight("ssh", null);
    }
    Matcher request = REQUEST.matcher(text);
    return request.lookingAt() ? http(request.group(1), request.group(2), text) : UNKNOWN;
  }

  /** The beginning of a stream, put together out of its segments and, for TLS, its records. */
  static FirstFlight reassembled(byte[] bytes) {
    if (!isClientHello(bytes)) {
      return stream(bytes);
    }
    byte[] messages = new byte[bytes.length];
    int length = 0;
    int at = 0;
    while (at + 5 <= bytes.length && bytes[at] == HANDSHAKE) {
      int record = (bytes[at + 3] & 0xff) << 8 | (bytes[at + 4] & 0xff);
      int count = Math.min(record, bytes.length - at - 5);
      System.arraycopy(bytes, at + 5, messages, length, count);
      length += count;
      at += 5 + record;
    }
    return new FirstFlight("tls", sni(Arrays.copyOf(messages, length)));
  }

  private static FirstFlight quic(byte[] bytes) {
    Optional<byte[]> hello = QuicInitial.clientHello(bytes);
    return new FirstFlight("quic", hello.map(FirstFlight::sni).orElse(null));
  }

  private static FirstFlight http(String method, String target, String text) {
    if (method.equals("CONNECT")) {
      return new FirstFlight("http_connect", withoutPort(target));
    }
    Matcher host = HOST.matcher(text);
    return new FirstFlight("http", host.find() ? withoutPort(host.group(1)) : null);
  }

  private static String withoutPort(String host) {
    return host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
  }

  private static boolean isWireGuard(byte[] bytes) throws StepFailed {
    return bytes.length == WIREGUARD_INITIATION && new ByteReader(bytes).u32le() == 1;
  }

  /** RFC 3948 section 2.2: on port 4500 four zeros come first. */
  private static boolean isMarkedIke(byte[] bytes) throws StepFailed {
    ByteReader reader = new ByteReader(bytes);
    return bytes.length > 4 && reader.u32() == 0 && isIke(reader);
  }

  private static boolean isIke(ByteReader reader) throws StepFailed {
    int length = reader.remaining();
    if (length < IKE_HEADER) {
      return false;
    }
    boolean initiator = reader.u64() != 0;
    boolean first = reader.u64() == 0;
    reader.skip(1);
    boolean version = reader.u8() == 0x20;
    boolean init = reader.u8() == IKE_SA_INIT;
    reader.skip(5);
    return initiator && first && version && init && reader.u32() == length;
  }

  private static boolean isOpenVpn(byte[] bytes) throws StepFailed {
    if (bytes.length == 0) {
      return false;
    }
    return switch (bytes[0] & 0xff) {
      case 7 << 3 -> OPENVPN_RESETS.contains(bytes.length);
      case 10 << 3 -> endsInItsLength(bytes);
      default -> false;
    };
  }

  /** A wrapped key ends in its own length. */
  private static boolean endsInItsLength(byte[] bytes) throws StepFailed {
    if (bytes.length < OPENVPN_RESET_V3 + 2) {
      return false;
    }
    ByteReader reader = new ByteReader(bytes);
    reader.skip(bytes.length - 2);
    return reader.u16() == bytes.length - OPENVPN_RESET_V3;
  }

  private static boolean isFramedOpenVpn(byte[] bytes) throws StepFailed {
    ByteReader reader = new ByteReader(bytes);
    return bytes.length > 2 && reader.u16() == reader.remaining() && isOpenVpn(reader.rest());
  }

  private static boolean isClientHello(byte[] bytes) {
    return bytes.length > 5 && bytes[0] == HANDSHAKE && bytes[1] == 3 && bytes[5] == CLIENT_HELLO;
  }

  /** The server name of a ClientHello (RFC 8446 section 4.1.2), null when it is not in there. */
  private static @Nullable String sni(byte[] message) {
    try {
      ByteReader hello = new ByteReader(message);
      if (hello.u8() != CLIENT_HELLO) {
        return null;
      }
      hello.skip(3 + 2 + 32);
      hello.skip(hello.u8());
      hello.skip(hello.u16());
      hello.skip(hello.u8());
      hello.skip(2);
      while (hello.hasRemaining()) {
        int type = hello.u16();
        int length = hello.u16();
        if (type == 0) {
          // RFC 6066 section 3: a list of names, each with its type.
          hello.skip(2);
          return hello.u8() == 0
              ? new String(hello.bytes(hello.u16()), StandardCharsets.ISO_8859_1)
              : null;
        }
        hello.skip(length);
      }
      return null;
    } catch (StepFailed e) {
      return null; // Cut off before the name.
    }
  }
}
