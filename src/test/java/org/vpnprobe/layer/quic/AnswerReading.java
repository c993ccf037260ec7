package org.vpnprobe.layer.quic;

import java.util.Arrays;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;

/** For the fuzzer: a packet's header, or what is in a packet that has been opened. */
public final class AnswerReading {
  private AnswerReading() {}

  /** The first byte says which of the two. */
  public static void take(byte[] bytes) throws StepFailed {
    if (bytes.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    if (bytes[0] % 2 == 0) {
      ByteReader in = new ByteReader(rest);
      Header.read(in);
      Header.versions(in);
      return;
    }
    Header header = new Header(0xc0, Header.VERSION_1, new byte[8], new byte[8]);
    Frames.read(new InitialPacket(header, new byte[0], 1, rest), 5);
  }
}
