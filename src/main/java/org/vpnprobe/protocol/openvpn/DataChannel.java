package org.vpnprobe.protocol.openvpn;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The AEAD data channel. DATA_V2: first byte, peer id 3, packet id 4, tag 16, ciphertext; the nonce
 * is the packet id and the implicit IV, and what precedes the tag is authenticated. DATA_V1 has no
 * peer id and authenticates the packet id alone. Not thread-safe.
 */
public final class DataChannel {
  private static final HexFormat HEX = HexFormat.of();

  /** What a keepalive carries instead of a packet (ping.c). */
  private static final byte[] PING = HEX.parseHex("2a187bf3641eb4cb07ed2d0a981fc748");

  /** OCC_EXIT behind its magic (occ.c): tells a server of an old client that we leave. */
  private static final byte[] EXIT = HEX.parseHex("287f346bd4ef7a812d56b8d3afc5459c06");

  private final DataCipher cipher;
  private final DataKeys.OneWay send;
  private final DataKeys.OneWay receive;
  private final OptionalInt peerId;
  private long packetId;

  private DataChannel(
      DataCipher cipher, DataKeys.OneWay send, DataKeys.OneWay receive, OptionalInt peerId) {
    this.cipher = cipher;
    this.send = send;
    this.receive = receive;
    this.peerId = peerId;
  }

  /**
   * The client's side.
   *
   * @param peerId what the server pushed; empty means DATA_V1
   */
  public static DataChannel client(DataCipher cipher, DataKeys keys, OptionalInt peerId) {
    return new DataChannel(
        cipher, keys.clientToServer(cipher), keys.serverToClient(cipher), peerId);
  }

  /** The server's side. */
  public static DataChannel server(DataCipher cipher, DataKeys keys, OptionalInt peerId) {
    return new DataChannel(
        cipher, keys.serverToClient(cipher), keys.clientToServer(cipher), peerId);
  }

  /** The data packet that carries this IP packet. */
  public byte[] seal(byte[] packet) {
    byte[] id = new ByteWriter().u32(++packetId).toByteArray();
    ByteWriter head = new ByteWriter();
    if (peerId.isPresent()) {
      head.u8(Opcode.DATA_V2.firstByte(0)).u24(peerId.getAsInt());
    } else {
      head.u8(Opcode.DATA_V1.firstByte(0));
    }
    byte[] authenticated = authenticated(head.toByteArray(), id);
    try {
      Cipher aead = cipher.start(Cipher.ENCRYPT_MODE, send.key(), nonce(id, send.implicitIv()));
      aead.updateAAD(authenticated);
      byte[] sealed = aead.doFinal(packet);
      int length = sealed.length - DataCipher.TAG;
      return head.bytes(id)
          .bytes(Arrays.copyOfRange(sealed, length, sealed.length))
          .bytes(Arrays.copyOf(sealed, length))
          .toByteArray();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + cipher, e);
    }
  }

  /**
   * The IP packet in this data packet.
   *
   * @throws StepFailed {@code proto_malformed_reply} when it is too short or no data packet, {@code
   *     auth_wrong_server_key} when it does not verify
   */
  public byte[] open(byte[] packet) throws StepFailed {
    ByteReader reader = new ByteReader(packet);
    Opcode opcode = Opcode.of(reader.u8()).filter(Opcode::isData).orElse(null);
    if (opcode == null) {
      throw reader.malformed("no data packet");
    }
    if (opcode == Opcode.DATA_V2) {
      reader.skip(3);
    }
    byte[] head = Arrays.copyOf(packet, reader.position());
    byte[] id = reader.bytes(4);
    byte[] tag = reader.bytes(DataCipher.TAG);
    byte[] sealed = new ByteWriter().bytes(reader.rest()).bytes(tag).toByteArray();
    try {
      Cipher aead =
          cipher.start(Cipher.DECRYPT_MODE, receive.key(), nonce(id, receive.implicitIv()));
      aead.updateAAD(authenticated(head, id));
      return aead.doFinal(sealed);
    } catch (AEADBadTagException e) {
      throw new StepFailed(
          FailureKind.AUTH_WRONG_SERVER_KEY, "a data packet does not verify under the data key");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + cipher, e);
    }
  }

  /** The message that tells the other side that we leave ({@code explicit-exit-notify}). */
  public static byte[] exit() {
    return EXIT.clone();
  }

  /** The message of a keepalive. */
  public static byte[] ping() {
    return PING.clone();
  }

  /** True when an opened packet is a keepalive and no IP packet. */
  public static boolean isPing(byte[] opened) {
    return Arrays.equals(opened, PING);
  }

  /** True when an opened packet says that the other side leaves. */
  public static boolean isExit(byte[] opened) {
    return Arrays.equals(opened, EXIT);
  }

  private static byte[] authenticated(byte[] head, byte[] id) {
    return head.length == 1 ? id : new ByteWriter().bytes(head).bytes(id).toByteArray();
  }

  private static byte[] nonce(byte[] id, byte[] implicitIv) {
    return new ByteWriter().bytes(id).bytes(implicitIv).toByteArray();
  }
}
