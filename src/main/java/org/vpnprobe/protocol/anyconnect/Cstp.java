package org.vpnprobe.protocol.anyconnect;

import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A packet of the tunnel in TLS (draft-mavrogiannopoulos-openconnect-04 section 2.2.1).
 *
 * @param type one of the constants
 */
public record Cstp(int type, byte[] payload) {
  public static final int DATA = 0;
  public static final int DPD_REQUEST = 3;
  public static final int DPD_RESPONSE = 4;
  public static final int DISCONNECT = 5;
  public static final int KEEPALIVE = 7;
  public static final int TERMINATE = 9;

  /** "STF", 1, a length of two bytes, a type and a zero. */
  public static final int HEADER = 8;

  /** The packet as it goes over the wire. */
  public byte[] encoded() {
    return new ByteWriter()
        .u8('S')
        .u8('T')
        .u8('F')
        .u8(1)
        .u16(payload.length)
        .u8(type)
        .u8(0)
        .bytes(payload)
        .toByteArray();
  }

  /**
   * The length of a packet's payload.
   *
   * @throws StepFailed when it is no header of CSTP
   */
  public static int length(byte[] header) throws StepFailed {
    ByteReader reader = new ByteReader(header);
    reader.expect('S', "first byte");
    reader.expect('T', "second byte");
    reader.expect('F', "third byte");
    reader.expect(1, "fourth byte");
    return reader.u16();
  }

  /** The type that a header names. */
  public static int type(byte[] header) {
    return header[6] & 0xff;
  }
}
