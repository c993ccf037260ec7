package org.vpnprobe.protocol.vmess;

import java.util.Arrays;
import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * What a server says before the target's bytes: a sealed length and a sealed header, with keys of
 * the session (v2ray-core, proxy/vmess/encoding/client.go, DecodeResponseHeader).
 */
public final class ResponseHeader {
  /** Bytes of the sealed length. */
  static final int LENGTH = 2 + Aead.TAG;

  /** v2ray-core, proxy/vmess/aead/consts.go. */
  private static final byte[] LENGTH_KEY = Kdf.bytes("AEAD Resp Header Len Key");

  private static final byte[] LENGTH_IV = Kdf.bytes("AEAD Resp Header Len IV");
  private static final byte[] HEADER_KEY = Kdf.bytes("AEAD Resp Header Key");
  private static final byte[] HEADER_IV = Kdf.bytes("AEAD Resp Header IV");
  private static final byte[] NOTHING = new byte[0];

  private ResponseHeader() {}

  /**
   * Opens the length.
   *
   * @return bytes of the sealed header that follows
   * @throws StepFailed {@code proto_unexpected_reply} when it is not sealed for our session
   */
  static int length(Keys keys, byte[] sealed) throws StepFailed {
    byte[] length =
        opened(keys, LENGTH_KEY, LENGTH_IV, sealed)
            .orElseThrow(() ->
                new StepFailed(
                    FailureKind.PROTO_UNEXPECTED_REPLY,
                    "the answer is not VMess: another server, or another answers for it"));
    return new ByteReader(length).u16() + Aead.TAG;
  }

  /**
   * Checks the header itself. What it may ask for (another port from now on) is not followed.
   *
   * @throws StepFailed {@code proto_malformed_reply}
   */
  static void check(Keys keys, byte[] sealed) throws StepFailed {
    Optional<byte[]> header = opened(keys, HEADER_KEY, HEADER_IV, sealed);
    if (header.isEmpty()) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "the response header is not sealed with our keys");
    }
    ByteReader reader = new ByteReader(header.get());
    reader.expect(keys.check(), "the response's first byte");
    reader.skip(2); // Options, of which there are none yet, and a command.
    reader.skip(reader.u8());
  }

  /** The server's side: a header without a command. */
  public static byte[] seal(Keys keys) {
    byte[] header = {(byte) keys.check(), 0, 0, 0};
    byte[] length = new ByteWriter().u16(header.length).toByteArray();
    return new ByteWriter()
        .bytes(sealed(keys, LENGTH_KEY, LENGTH_IV, length))
        .bytes(sealed(keys, HEADER_KEY, HEADER_IV, header))
        .toByteArray();
  }

  private static Optional<byte[]> opened(Keys keys, byte[] key, byte[] iv, byte[] sealed) {
    return Aead.AES_128_GCM.open(
        Kdf.derive16(keys.responseKey(), key), nonce(keys, iv), sealed, NOTHING);
  }

  private static byte[] sealed(Keys keys, byte[] key, byte[] iv, byte[] plain) {
    return Aead.AES_128_GCM.seal(
        Kdf.derive16(keys.responseKey(), key), nonce(keys, iv), plain, NOTHING);
  }

  private static byte[] nonce(Keys keys, byte[] iv) {
    return Arrays.copyOf(Kdf.derive(keys.responseIv(), iv), 12);
  }
}
