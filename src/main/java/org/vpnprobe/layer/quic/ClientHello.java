package org.vpnprobe.layer.quic;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.wire.ByteWriter;

/** A ClientHello of TLS 1.3 for QUIC (RFC 8446 section 4.1.2, RFC 9001 section 8). */
final class ClientHello {
  private static final int SERVER_NAME = 0;
  private static final int SUPPORTED_GROUPS = 10;
  private static final int SIGNATURE_ALGORITHMS = 13;
  private static final int ALPN = 16;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int PSK_KEY_EXCHANGE_MODES = 45;
  private static final int KEY_SHARE = 51;

  /** RFC 9001 section 8.2. */
  private static final int QUIC_TRANSPORT_PARAMETERS = 57;

  private static final int X25519_GROUP = 0x001d;
  private static final int SECP256R1 = 0x0017;
  private static final int SECP384R1 = 0x0018;

  /** TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256. */
  private static final List<Integer> CIPHERS = List.of(0x1301, 0x1302, 0x1303);

  /** Those of RFC 8446 section 4.2.3 that browsers offer. */
  private static final List<Integer> SIGNATURES =
      List.of(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601);

  private ClientHello() {}

  /**
   * @param sni null to send none
   * @param source our connection id, which the transport parameters repeat
   */
  static byte[] of(@Nullable String sni, List<String> alpn, byte[] source, RandomGenerator random) {
    byte[] nonce = new byte[32];
    random.nextBytes(nonce);
    ByteWriter body = new ByteWriter().u16(0x0303).bytes(nonce).u8(0);
    body.bytes(list(CIPHERS)).u8(1).u8(0);
    ByteWriter extensions = new ByteWriter();
    if (sni != null) {
      byte[] name = sni.getBytes(StandardCharsets.US_ASCII);
      byte[] entry = new ByteWriter().u8(0).u16(name.length).bytes(name).toByteArray();
      extension(extensions, SERVER_NAME, sized(entry));
    }
    extension(extensions, SUPPORTED_GROUPS, list(List.of(X25519_GROUP, SECP256R1, SECP384R1)));
    extension(extensions, SIGNATURE_ALGORITHMS, list(SIGNATURES));
    if (!alpn.isEmpty()) {
      ByteWriter names = new ByteWriter();
      for (String name : alpn) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        names.u8(bytes.length).bytes(bytes);
      }
      extension(extensions, ALPN, sized(names.toByteArray()));
    }
    extension(extensions, SUPPORTED_VERSIONS, new byte[] {2, 3, 4});
    extension(extensions, PSK_KEY_EXCHANGE_MODES, new byte[] {1, 1});
    byte[] share = new ByteWriter().u16(X25519_GROUP).bytes(sized(point(random))).toByteArray();
    extension(extensions, KEY_SHARE, sized(share));
    extension(extensions, QUIC_TRANSPORT_PARAMETERS, parameters(source));
    body.bytes(sized(extensions.toByteArray()));
    return new ByteWriter().u8(1).u24(body.size()).bytes(body.toByteArray()).toByteArray();
  }

  /** Its secret half is thrown away: the handshake ends with the server's first answer. */
  private static byte[] point(RandomGenerator random) {
    byte[] secret = new byte[X25519.SCALAR_SIZE];
    random.nextBytes(secret);
    byte[] point = new byte[X25519.POINT_SIZE];
    X25519.scalarMultBase(secret, 0, point, 0);
    return point;
  }

  /** RFC 9000 section 18.2: what any client says. */
  private static byte[] parameters(byte[] source) {
    ByteWriter parameters = new ByteWriter();
    parameter(parameters, 0x01, new ByteWriter().varint(30_000)); // max_idle_timeout, ms
    parameter(parameters, 0x04, new ByteWriter().varint(1 << 20)); // initial_max_data
    parameter(parameters, 0x05, new ByteWriter().varint(1 << 18)); // …_stream_data_bidi_local
    parameter(parameters, 0x06, new ByteWriter().varint(1 << 18)); // …_stream_data_bidi_remote
    parameter(parameters, 0x07, new ByteWriter().varint(1 << 18)); // …_stream_data_uni
    parameter(parameters, 0x08, new ByteWriter().varint(100)); // initial_max_streams_bidi
    parameter(parameters, 0x09, new ByteWriter().varint(100)); // initial_max_streams_uni
    parameter(parameters, 0x0f, new ByteWriter().bytes(source)); // initial_source_connection_id
    return parameters.toByteArray();
  }

  private static void parameter(ByteWriter to, int id, ByteWriter value) {
    to.varint(id).varint(value.size()).bytes(value.toByteArray());
  }

  private static void extension(ByteWriter to, int type, byte[] content) {
    to.u16(type).bytes(sized(content));
  }

  private static byte[] sized(byte[] content) {
    return new ByteWriter().u16(content.length).bytes(content).toByteArray();
  }

  private static byte[] list(List<Integer> values) {
    ByteWriter list = new ByteWriter().u16(values.size() * 2);
    values.forEach(list::u16);
    return list.toByteArray();
  }
}
