package org.vpnprobe.protocol.ikev2;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.MD4Digest;
import org.bouncycastle.crypto.engines.DESEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.vpnprobe.net.wire.ByteWriter;

/** MS-CHAP-V2 (RFC 2759) and the keys made from it (RFC 3079). */
public final class MsChapV2 {
  private static final byte[] SERVER_SIGNING = ascii("Magic server to client signing constant");
  private static final byte[] SERVER_PAD = ascii("Pad to make it do more than one iteration");
  private static final byte[] MASTER = ascii("This is the MPPE Master Key");
  private static final byte[] CLIENT_SEND =
      ascii("On the client side, this is the send key; on the server side, it is the receive key.");
  private static final byte[] CLIENT_RECEIVE =
      ascii("On the client side, this is the receive key; on the server side, it is the send key.");
  private static final int MSK = 64;

  private final byte[] response;
  private final String authenticator;

  /**
   * @param challenge the authenticator's, 16 bytes
   * @param peer ours, 16 bytes
   */
  public MsChapV2(String username, String password, byte[] challenge, byte[] peer) {
    byte[] hash =
        Arrays.copyOf(
            Certificates.digest(
                "SHA-1", peer, challenge, username.getBytes(StandardCharsets.UTF_8)),
            8);
    byte[] password16 = hash(password);
    byte[] keys = Arrays.copyOf(password16, 21);
    response =
        new ByteWriter()
            .bytes(des(Arrays.copyOfRange(keys, 0, 7), hash))
            .bytes(des(Arrays.copyOfRange(keys, 7, 14), hash))
            .bytes(des(Arrays.copyOfRange(keys, 14, 21), hash))
            .toByteArray();
    byte[] digest = Certificates.digest("SHA-1", md4(password16), response, SERVER_SIGNING);
    authenticator =
        "S="
            + HexFormat.of()
                .withUpperCase()
                .formatHex(Certificates.digest("SHA-1", digest, hash, SERVER_PAD));
  }

  /** NT-Response, 24 bytes. */
  public byte[] ntResponse() {
    return response.clone();
  }

  /** What a server that knows the password answers: {@code S=} and 40 hexadecimal digits. */
  public String authenticatorResponse() {
    return authenticator;
  }

  /** The MSK: the client's send key, its receive key, padded to 64 bytes. */
  public static byte[] key(String password, byte[] ntResponse) {
    byte[] master =
        Arrays.copyOf(Certificates.digest("SHA-1", md4(hash(password)), ntResponse, MASTER), 16);
    return Arrays.copyOf(
        new ByteWriter()
            .bytes(asymmetric(master, CLIENT_SEND))
            .bytes(asymmetric(master, CLIENT_RECEIVE))
            .toByteArray(),
        MSK);
  }

  private static byte[] asymmetric(byte[] master, byte[] purpose) {
    byte[] pad1 = new byte[40];
    byte[] pad2 = new byte[40];
    Arrays.fill(pad2, (byte) 0xf2);
    return Arrays.copyOf(Certificates.digest("SHA-1", master, pad1, purpose, pad2), 16);
  }

  private static byte[] hash(String password) {
    return md4(password.getBytes(StandardCharsets.UTF_16LE));
  }

  private static byte[] md4(byte[] input) {
    MD4Digest digest = new MD4Digest();
    digest.update(input, 0, input.length);
    byte[] output = new byte[digest.getDigestSize()];
    digest.doFinal(output, 0);
    return output;
  }

  /** DES with a key of 7 bytes, whose parity bits are put in between. */
  private static byte[] des(byte[] key7, byte[] block) {
    long bits = 0;
    for (byte b : key7) {
      bits = bits << 8 | (b & 0xff);
    }
    byte[] key = new byte[8];
    for (int i = 0; i < 8; i++) {
      key[i] = (byte) ((bits >>> (49 - 7 * i) & 0x7f) << 1);
    }
    DESEngine engine = new DESEngine();
    engine.init(true, new KeyParameter(key));
    byte[] output = new byte[8];
    engine.processBlock(block, 0, output, 0);
    return output;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
