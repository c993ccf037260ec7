package org.vpnprobe.protocol.sstp;

import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A packet of SSTP ([MS-SSTP] section 2.2.1).
 *
 * @param control a message of SSTP's own, else a frame of PPP
 * @param content what follows the header
 */
public record SstpPacket(boolean control, byte[] content) {
  /** [MS-SSTP] section 2.2.2. */
  public static final int CALL_CONNECT_REQUEST = 1;

  public static final int CALL_CONNECT_ACK = 2;
  public static final int CALL_CONNECT_NAK = 3;
  public static final int CALL_ABORT = 5;
  public static final int CALL_DISCONNECT = 6;
  public static final int ECHO_REQUEST = 8;
  public static final int ECHO_RESPONSE = 9;

  /** Section 2.2.4: attributes. */
  public static final int ENCAPSULATED_PROTOCOL = 1;

  public static final int STATUS_INFO = 2;
  public static final int CRYPTO_BINDING_REQUEST = 4;

  /** Section 2.2.7: the nonce of a Call Connect Acknowledge. */
  public static final int NONCE = 32;

  /** What the URI of every server is (section 3.2.4.1). */
  public static final String TARGET = "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/";

  /** ULONGLONG_MAX: the stream has no end. */
  public static final String ENDLESS = "Content-Length: 18446744073709551615";

  private static final int VERSION = 0x10;
  private static final int HEADER = 4;

  /** A message without or with one attribute. */
  public static SstpPacket message(int type, int attribute, byte[] value) {
    return new SstpPacket(
        true,
        new ByteWriter()
            .u16(type)
            .u16(1)
            .u8(0)
            .u8(attribute)
            .u16(HEADER + value.length)
            .bytes(value)
            .toByteArray());
  }

  /** A message without attributes. */
  public static SstpPacket message(int type) {
    return new SstpPacket(true, new ByteWriter().u16(type).u16(0).toByteArray());
  }

  /** The packet as it goes over the wire; the length has 12 bits. */
  public byte[] encoded() {
    return new ByteWriter()
        .u8(VERSION)
        .u8(control ? 1 : 0)
        .u16(HEADER + content.length)
        .bytes(content)
        .toByteArray();
  }

  /**
   * Reads the next packet.
   *
   * @throws StepFailed {@code proto_malformed_reply}, {@code eof_error}, and the stream's
   */
  public static SstpPacket read(ByteStream stream) throws StepFailed {
    ByteReader header = new ByteReader(stream.readFully(HEADER));
    header.expect(VERSION, "version");
    int kind = header.u8();
    int length = header.u16() & 0xfff;
    if (kind > 1 || length < HEADER || (kind == 1 && length < HEADER + 4)) {
      throw header.malformed("no packet of SSTP");
    }
    return new SstpPacket(kind == 1, stream.readFully(length - HEADER));
  }

  /** A control message's type. */
  public int type() throws StepFailed {
    return new ByteReader(content).u16();
  }

  /**
   * The value of a control message's attribute.
   *
   * @throws StepFailed {@code proto_malformed_reply} when it is not there
   */
  public byte[] attribute(int wanted) throws StepFailed {
    ByteReader reader = new ByteReader(content);
    reader.u16();
    int count = reader.u16();
    for (int i = 0; i < count; i++) {
      reader.u8();
      int id = reader.u8();
      int length = (reader.u16() & 0xfff) - HEADER;
      byte[] value = reader.bytes(length);
      if (id == wanted) {
        return value;
      }
    }
    throw reader.malformed("attribute " + wanted + " is missing");
  }
}
