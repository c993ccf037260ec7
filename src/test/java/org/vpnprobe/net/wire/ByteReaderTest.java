package org.vpnprobe.net.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

class ByteReaderTest {
  @Test
  void readsWhatTheWriterWrote() throws StepFailed {
    byte[] bytes =
        new ByteWriter()
            .u8(0xfe)
            .u16(0xfedc)
            .u24(0xfedcba)
            .u32(0xfedcba98L)
            .u64(0xfedcba9876543210L)
            .u32le(0xfedcba98L)
            .u64le(0x0123456789abcdefL)
            .bytes(new byte[] {1, 2, 3})
            .zeros(2)
            .toByteArray();
    ByteReader reader = new ByteReader(bytes);
    assertEquals(0xfe, reader.u8());
    assertEquals(0xfedc, reader.u16());
    assertEquals(0xfedcba, reader.u24());
    assertEquals(0xfedcba98L, reader.u32());
    assertEquals(0xfedcba9876543210L, reader.u64());
    assertEquals(0xfedcba98L, reader.u32le());
    assertEquals(0x0123456789abcdefL, reader.u64le());
    assertArrayEquals(new byte[] {1, 2, 3}, reader.slice(3).rest());
    assertArrayEquals(new byte[] {0, 0}, reader.rest());
  }

  @Test
  void aLengthBeyondTheEndFailsBeforeAnythingIsAllocated() {
    ByteReader reader = new ByteReader(new byte[4]);
    StepFailed failed = assertThrows(StepFailed.class, () -> reader.bytes(Integer.MAX_VALUE));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, failed.kind());
    assertThrows(StepFailed.class, () -> reader.skip(-1));
  }
}
