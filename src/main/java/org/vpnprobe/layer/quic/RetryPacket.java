package org.vpnprobe.layer.quic;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A Retry packet of QUIC version 1 (RFC 9000 section 17.2.5).
 *
 * @param source the connection id to send to from now on
 * @param token to send along
 */
record RetryPacket(byte[] source, byte[] token) {
  /** RFC 9001 section 5.8. */
  private static final byte[] KEY = HexFormat.of().parseHex("be0c690b9f66575a1d766b54e368c84e");

  private static final byte[] NONCE = HexFormat.of().parseHex("461599d35d632bf2239825bb");
  private static final int TAG = 16;

  /**
   * Reads a whole datagram that is a Retry.
   *
   * @param original the destination connection id of the packet that it answers
   * @return empty when it does not answer that packet: its tag is another
   */
  static Optional<RetryPacket> open(byte[] original, byte[] datagram) throws StepFailed {
    ByteReader in = new ByteReader(datagram);
    Header header = Header.read(in);
    if (in.remaining() <= TAG) {
      throw in.malformed("a Retry without a token");
    }
    byte[] token = in.bytes(in.remaining() - TAG);
    byte[] body = Arrays.copyOf(datagram, datagram.length - TAG);
    return MessageDigest.isEqual(tag(original, body), in.rest())
        ? Optional.of(new RetryPacket(header.source(), token))
        : Optional.empty();
  }

  /** The integrity tag over the Retry Pseudo-Packet. */
  static byte[] tag(byte[] original, byte[] withoutTag) {
    byte[] pseudo =
        new ByteWriter().u8(original.length).bytes(original).bytes(withoutTag).toByteArray();
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(TAG * 8, NONCE));
      cipher.updateAAD(pseudo);
      return cipher.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM takes any payload", e);
    }
  }
}
