package org.vpnprobe.layer.tor;

import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One cell of a Tor link (tor-spec, "Cell packet format").
 *
 * @param circuit the circuit's number, 0 for the link itself
 * @param command what it says
 * @param payload 509 bytes in a fixed-length cell
 */
public record Cell(long circuit, int command, byte[] payload) {
  /** Filler of fixed length. */
  public static final int PADDING = 0;

  /** Time and addresses. */
  public static final int NETINFO = 8;

  /** The link protocols a side knows. */
  public static final int VERSIONS = 7;

  /** Filler of variable length. */
  public static final int VPADDING = 128;

  /** The responder's certificates. */
  public static final int CERTS = 129;

  /** What an initiator with an identity would have to answer. */
  public static final int AUTH_CHALLENGE = 130;

  /** CELL_BODY_LEN. */
  public static final int FIXED_PAYLOAD = 509;

  /** CIRCID_LEN before a version was agreed on, and in link protocol 3. */
  static final int SHORT_CIRCUIT = 2;

  /** CIRCID_LEN of a link protocol: 4 since version 4. */
  public static int circuitLength(int version) {
    return version >= 4 ? 4 : SHORT_CIRCUIT;
  }

  /** Only VERSIONS and commands from 128 on say their length. */
  public static boolean isVariable(int command) {
    return command == VERSIONS || command >= 128;
  }

  /**
   * The cell's bytes; a fixed-length one is padded with zeros.
   *
   * @param circuitLength 2 or 4
   */
  public byte[] encode(int circuitLength) {
    ByteWriter out = new ByteWriter();
    if (circuitLength == SHORT_CIRCUIT) {
      out.u16((int) circuit);
    } else {
      out.u32(circuit);
    }
    out.u8(command);
    if (isVariable(command)) {
      return out.u16(payload.length).bytes(payload).toByteArray();
    }
    return out.bytes(payload).zeros(FIXED_PAYLOAD - payload.length).toByteArray();
  }

  /**
   * Reads the next cell.
   *
   * @param circuitLength 2 or 4
   * @throws StepFailed the stream's failures
   */
  static Cell read(ByteStream stream, int circuitLength) throws StepFailed {
    ByteReader head = new ByteReader(stream.readFully(circuitLength + 1));
    long circuit = circuitLength == SHORT_CIRCUIT ? head.u16() : head.u32();
    int command = head.u8();
    int length = isVariable(command) ? new ByteReader(stream.readFully(2)).u16() : FIXED_PAYLOAD;
    return new Cell(circuit, command, stream.readFully(length));
  }

  /**
   * Reads the server's first cell.
   *
   * @throws StepFailed {@code proto_unexpected_reply} when it is no VERSIONS cell
   */
  static Cell readVersions(ByteStream stream) throws StepFailed {
    ByteReader head = new ByteReader(stream.readFully(SHORT_CIRCUIT + 3));
    if (head.u16() != 0 || head.u8() != VERSIONS) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the server's answer is no VERSIONS cell of Tor");
    }
    return new Cell(0, VERSIONS, stream.readFully(head.u16()));
  }
}
