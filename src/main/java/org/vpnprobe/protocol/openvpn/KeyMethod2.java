package org.vpnprobe.protocol.openvpn;

import java.nio.charset.StandardCharsets;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The two messages of key method 2 (wire protocol draft, §6.1), each one unit of application data
 * in the TLS session: 4 zero bytes, method 2, random material, strings. A string is a 16-bit length
 * that includes its end, and the text with a zero byte.
 */
public final class KeyMethod2 {
  private static final int METHOD = 2;
  private static final int PREMASTER = 48;
  private static final int RANDOM = 32;

  private KeyMethod2() {}

  /**
   * What the client sends.
   *
   * @param preMaster 48 random bytes, used by the old key derivation only
   * @param options the options string that both sides compare
   * @param username empty when none
   * @param peerInfo lines of {@code NAME=value}
   */
  public record FromClient(
      byte[] preMaster,
      byte[] random1,
      byte[] random2,
      String options,
      String username,
      String password,
      String peerInfo) {

    public byte[] encode() {
      ByteWriter writer = begin().bytes(preMaster).bytes(random1).bytes(random2);
      string(writer, options);
      string(writer, username);
      string(writer, password);
      string(writer, peerInfo);
      return writer.toByteArray();
    }

    public static FromClient decode(byte[] unit) throws StepFailed {
      ByteReader reader = begin(unit);
      return new FromClient(
          reader.bytes(PREMASTER),
          reader.bytes(RANDOM),
          reader.bytes(RANDOM),
          string(reader),
          optionalString(reader),
          optionalString(reader),
          optionalString(reader));
    }

    @Override
    public String toString() {
      return "FromClient[«secret»]";
    }
  }

  /** What the server answers. Strings behind the options are of no use to a client. */
  public record FromServer(byte[] random1, byte[] random2, String options) {
    public byte[] encode() {
      ByteWriter writer = begin().bytes(random1).bytes(random2);
      string(writer, options);
      return writer.toByteArray();
    }

    public static FromServer decode(byte[] unit) throws StepFailed {
      ByteReader reader = begin(unit);
      return new FromServer(reader.bytes(RANDOM), reader.bytes(RANDOM), string(reader));
    }

    @Override
    public String toString() {
      return "FromServer[" + options + "]";
    }
  }

  private static ByteWriter begin() {
    return new ByteWriter().u32(0).u8(METHOD);
  }

  private static ByteReader begin(byte[] unit) throws StepFailed {
    ByteReader reader = new ByteReader(unit);
    reader.skip(4);
    reader.expect(METHOD, "the key method");
    return reader;
  }

  private static void string(ByteWriter writer, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) {
      writer.u16(0);
    } else {
      writer.u16(bytes.length + 1).bytes(bytes).u8(0);
    }
  }

  private static String optionalString(ByteReader reader) throws StepFailed {
    return reader.hasRemaining() ? string(reader) : "";
  }

  private static String string(ByteReader reader) throws StepFailed {
    int length = reader.u16();
    if (length == 0) {
      return "";
    }
    String text = new String(reader.bytes(length - 1), StandardCharsets.UTF_8);
    reader.expect(0, "the end of a string");
    return text;
  }
}
