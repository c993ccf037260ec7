package org.vpnprobe.lab;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.quic.ClientInitial;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/**
 * What a middlebox makes of the first bytes of a flow, from their shape alone.
 *
 * @param protocol {@code wireguard openvpn ikev2 quic tls}, empty when it is none of them
 * @param sni the server name of a ClientHello, null when there is none
 */
record FirstFlight(String protocol, @Nullable String sni) {
  /** What can be recognised. */
  static final List<String> PROTOCOLS = List.of("ikev2", "openvpn", "quic", "tls", "wireguard");

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

  /** One datagram. */
  static FirstFlight datagram(byte[] bytes) {
    try {
      if (isWireGuard(bytes)) {
        return new FirstFlight("wireguard", null);
      }
      if (isIke(new ByteReader(bytes)) || isMarkedIke(bytes)) {
        return new FirstFlight("ikev2", null);
      }
      if (ClientInitial.looksLikeOne(bytes)) {
        byte[] hello = ClientInitial.handshake(bytes);
        String sni = hello == null ? null : message(new ByteReader(hello)).sni();
        return new FirstFlight("quic", sni);
      }
      return isOpenVpn(bytes) ? new FirstFlight("openvpn", null) : UNKNOWN;
    } catch (StepFailed e) {
      return UNKNOWN; // Too short for what it began as.
    }
  }

  /** The beginning of a stream; unknown also while too little of it has come. */
  static FirstFlight stream(byte[] bytes) {
    try {
      if (isFramedOpenVpn(bytes)) {
        return new FirstFlight("openvpn", null);
      }
      return bytes.length > 0 && bytes[0] == 22 ? clientHello(new ByteReader(bytes)) : UNKNOWN;
    } catch (StepFailed e) {
      return UNKNOWN;
    }
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

  /** RFC 8446 sections 5.1, 4.1.2; a hello cut into several records is not put together. */
  private static FirstFlight clientHello(ByteReader reader) throws StepFailed {
    reader.skip(1);
    boolean version = reader.u8() == 3;
    reader.skip(1);
    ByteReader record = reader.slice(reader.u16());
    return version ? message(record) : UNKNOWN;
  }

  /** RFC 8446 section 4.1.2, without its record. */
  private static FirstFlight message(ByteReader record) throws StepFailed {
    if (record.u8() != 1) {
      return UNKNOWN;
    }
    ByteReader hello = record.slice(record.u24());
    hello.skip(2 + 32);
    hello.skip(hello.u8());
    hello.skip(hello.u16());
    hello.skip(hello.u8());
    return new FirstFlight("tls", hello.hasRemaining() ? sni(hello.slice(hello.u16())) : null);
  }

  /** RFC 6066 section 3. */
  private static @Nullable String sni(ByteReader extensions) throws StepFailed {
    while (extensions.hasRemaining()) {
      int type = extensions.u16();
      ByteReader extension = extensions.slice(extensions.u16());
      if (type == 0) {
        ByteReader names = extension.slice(extension.u16());
        return names.u8() == 0
            ? new String(names.bytes(names.u16()), StandardCharsets.ISO_8859_1)
            : null;
      }
    }
    return null;
  }
}
