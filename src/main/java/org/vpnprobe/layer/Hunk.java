package org.vpnprobe.layer;

import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The messages in which v2ray and Xray carry bytes over gRPC (v2ray-core,
 * transport/internet/grpc/encoding/stream.proto), in the encoding of Protocol Buffers.
 */
final class Hunk {
  private Hunk() {}

  /** A message of gRPC: a flag, a length, and bytes as field 1. */
  static byte[] message(byte[] buffer, int offset, int length) {
    // Field 1, length-delimited (Protocol Buffers encoding, "Length-Delimited Records").
    ByteWriter hunk = new ByteWriter().u8(1 << 3 | 2);
    for (int rest = length; ; rest >>>= 7) {
      if (rest < 0x80) {
        hunk.u8(rest);
        break;
      }
      hunk.u8(rest & 0x7f | 0x80);
    }
    for (int i = 0; i < length; i++) {
      hunk.u8(buffer[offset + i]);
    }
    return new ByteWriter().u8(0).u32(hunk.size()).bytes(hunk.toByteArray()).toByteArray();
  }

  /**
   * The bytes in all fields 1 of a message; other fields are skipped.
   *
   * @throws StepFailed {@code proto_malformed_reply}
   */
  static byte[] bytes(byte[] message) throws StepFailed {
    ByteReader reader = new ByteReader(message);
    ByteWriter data = new ByteWriter();
    while (reader.hasRemaining()) {
      long tag = varint(reader);
      switch ((int) (tag & 7)) {
        case 0 -> varint(reader);
        case 1 -> reader.skip(8);
        case 2 -> {
          long length = varint(reader);
          if (length < 0 || length > reader.remaining()) {
            throw reader.malformed("a field is longer than its message");
          }
          byte[] field = reader.bytes((int) length);
          if (tag >>> 3 == 1) {
            data.bytes(field);
          }
        }
        case 5 -> reader.skip(4);
        default -> throw reader.malformed("a field is of no known type");
      }
    }
    return data.toByteArray();
  }

  private static long varint(ByteReader reader) throws StepFailed {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = reader.u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw reader.malformed("a number has no end");
  }
}
