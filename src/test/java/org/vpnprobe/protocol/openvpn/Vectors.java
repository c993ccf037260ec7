package org.vpnprobe.protocol.openvpn;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.vpnprobe.net.wire.ByteWriter;

/** The reference implementation's own vectors (tests/unit_tests/openvpn), and keys for tests. */
final class Vectors {
  static final HexFormat HEX = HexFormat.of();

  /** test_pkt.c: static_key. */
  static final String KEY_HEX =
      """
      37268ea8f95d7f71f9fb8fc03770c460daf714a483d815c013ce0a537efc18f2
      8f4f172669d9e6a413bac6741d8ea05400f49b7fd6326470f23798c606bf53d4
      de63ebc64ec59d57ce5d04d5b62e68b53ca6e5354351097fa370446c4d269f18
      7bb6ae54af2dc70ff7317fe2f8754b8282aad4202f9fa42c8640245d883e2c54
      a0c1c489a036cf3a8964d8d289c1583b9447c262b1da5fd167a5d27bd5ac5143
      17bc2343a31a2efc38dd920d910375f51c2e27f3afd36c49269da079f7ce466e
      bb0f9ad13e9bbb4665974e6bc24b513c5700393bf4a3e7f967e2f384069ac8a8
      e78b18b15604993fd16515cce9c0f3e42b4126b999005ade802797b0eeb8b9e6
      """;

  static final String KEY_FILE =
      "#\n# 2048 bit OpenVPN static key\n#\n-----BEGIN OpenVPN Static key V1-----\n"
          + KEY_HEX
          + "-----END OpenVPN Static key V1-----\n";

  static final String PLAIN_RESET = "386891923fa31034370000000000";

  /** HMAC-SHA1 with the slot at 192; packet id 1, time 0x61d3bf6c. */
  static final String TLS_AUTH_RESET =
      "38de694c5c7bfba27493537c1ded4e781529ae7cfe4b8c6d6b2b51f05a0000000161d3bf6c0000000000";

  static final String TLS_CRYPT_RESET =
      "38f419cb12d1f9e48f0000000161d3f8e1330206f56802be44fbed905064e3db43416bec5e526719462b7eb90c"
          + "96defc9b05c44879f7";

  private Vectors() {}

  static StaticKey key() {
    return StaticKey.parse("tls_auth", KEY_FILE);
  }

  /** A client key file around {@link #key()} with a wrapped key that no server need open. */
  static String clientKeyFile() {
    byte[] wrapped = new byte[299];
    Arrays.fill(wrapped, (byte) 0x5a);
    byte[] file =
        new ByteWriter()
            .bytes(HEX.parseHex(KEY_HEX.replaceAll("\\s", "")))
            .bytes(Arrays.copyOf(wrapped, 297))
            .u16(299)
            .toByteArray();
    return "-----BEGIN OpenVPN tls-crypt-v2 client key-----\n"
        + Base64.getMimeEncoder().encodeToString(file)
        + "\n-----END OpenVPN tls-crypt-v2 client key-----\n";
  }

  static Clock at(long unixSeconds) {
    return Clock.fixed(Instant.ofEpochSecond(unixSeconds), ZoneOffset.UTC);
  }
}
