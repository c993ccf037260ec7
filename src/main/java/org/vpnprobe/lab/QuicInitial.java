package org.vpnprobe.lab;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The first datagram of a QUIC connection. Its keys come from what everybody on the path can read
 * (RFC 9001 section 5.2), so a middlebox opens it like anybody else.
 */
final class QuicInitial {
  private static final int VERSION_1 = 1;

  /** RFC 9369 section 3.1. */
  private static final int VERSION_2 = 0x6b3343cf;

  /** RFC 9000 section 17.2: no connection id is longer. */
  private static final int LONGEST_ID = 20;

  /** RFC 9001 section 5.2, of version 1. */
  private static final byte[] SALT =
      HexFormat.of().parseHex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");

  private static final int TAG = 16;

  private QuicInitial() {}

  /** True for a long header of a client's first packet. */
  static boolean looksLike(byte[] datagram) {
    if (datagram.length < 7 || (datagram[0] & 0xc0) != 0xc0) {
      return false;
    }
    int version = version(datagram);
    // RFC 9000 section 17.2.2, RFC 9369 section 3.2: the Initial's type differs.
    int type = (datagram[0] & 0x30) >> 4;
    return (version == VERSION_1 && type == 0) || (version == VERSION_2 && type == 1);
  }

  private static int version(byte[] datagram) {
    return (datagram[1] & 0xff) << 24
        | (datagram[2] & 0xff) << 16
        | (datagram[3] & 0xff) << 8
        | (datagram[4] & 0xff);
  }

  /** The beginning of the CRYPTO stream in a version 1 Initial; empty when it does not open. */
  static Optional<byte[]> clientHello(byte[] datagram) {
    if (version(datagram) != VERSION_1) {
      return Optional.empty();
    }
    try {
      return Optional.of(crypto(new ByteReader(opened(datagram)), datagram.length));
    } catch (StepFailed | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static byte[] opened(byte[] datagram) throws StepFailed, GeneralSecurityException {
    ByteReader reader = new ByteReader(datagram);
    reader.skip(5);
    int idLength = reader.u8();
    if (idLength > LONGEST_ID) {
      throw reader.malformed("connection id");
    }
    byte[] id = reader.bytes(idLength);
    reader.skip(reader.u8());
    reader.skip(varint(reader));
    int length = varint(reader);
    int numberAt = reader.position();
    byte[] rest = reader.bytes(length);
    if (rest.length < 4 + TAG) {
      throw reader.malformed("length");
    }
    byte[] secret = expand(HKDFParameterSpec.ofExtract().addIKM(id).addSalt(SALT), "client in", 32);
    Cipher mask = Cipher.getInstance("AES/ECB/NoPadding");
    mask.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(expand(secret, "quic hp", 16), "AES"));
    byte[] bits = mask.doFinal(rest, 4, 16);
    byte first = (byte) (datagram[0] ^ (bits[0] & 0x0f));
    int numberLength = (first & 3) + 1;
    byte[] header = Arrays.copyOf(datagram, numberAt + numberLength);
    header[0] = first;
    byte[] nonce = expand(secret, "quic iv", 12);
    for (int i = 0; i < numberLength; i++) {
      header[numberAt + i] ^= bits[1 + i];
      nonce[12 - numberLength + i] ^= header[numberAt + i];
    }
    Cipher opener = Cipher.getInstance("AES/GCM/NoPadding");
    opener.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(expand(secret, "quic key", 16), "AES"),
        new GCMParameterSpec(8 * TAG, nonce));
    opener.updateAAD(header);
    return opener.doFinal(rest, numberLength, rest.length - numberLength);
  }

  /** RFC 8446 section 7.1: HKDF-Expand-Label without context. */
  private static byte[] label(String label, int length) {
    byte[] text = ("tls13 " + label).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return new ByteWriter().u16(length).u8(text.length).bytes(text).u8(0).toByteArray();
  }

  private static byte[] expand(byte[] secret, String label, int length)
      throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.expandOnly(
                new SecretKeySpec(secret, "Generic"), label(label, length), length));
  }

  private static byte[] expand(HKDFParameterSpec.Builder extract, String label, int length)
      throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(extract.thenExpand(label(label, length), length));
  }

  /** RFC 9000 section 19.6: the pieces of the stream, which clients send in any order. */
  private static byte[] crypto(ByteReader frames, int most) throws StepFailed {
    byte[] stream = new byte[most];
    boolean[] known = new boolean[most];
    while (frames.hasRemaining()) {
      int type = frames.u8();
      if (type == 0 || type == 1) {
        continue; // PADDING, PING
      }
      if (type != 6) {
        break;
      }
      int offset = varint(frames);
      byte[] data = frames.bytes(varint(frames));
      for (int i = 0; i < data.length && offset + i < most; i++) {
        stream[offset + i] = data[i];
        known[offset + i] = true;
      }
    }
    int length = 0;
    while (length < most && known[length]) {
      length++;
    }
    return Arrays.copyOf(stream, length);
  }

  /** RFC 9000 section 16; what is longer than a datagram is malformed here. */
  private static int varint(ByteReader reader) throws StepFailed {
    int first = reader.u8();
    long value = first & 0x3f;
    for (int more = (1 << (first >> 6)) - 1; more > 0; more--) {
      value = value << 8 | reader.u8();
    }
    if (value < 0 || value > 65535) {
      throw reader.malformed("length");
    }
    return (int) value;
  }
}
