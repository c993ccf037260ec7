package org.vpnprobe.lab;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.shadowsocks.Chunks;
import org.vpnprobe.protocol.shadowsocks.Method;

/** The server's side of a Shadowsocks stream (SIP004, SIP022 section 3.1). */
final class ShadowsocksServerStream {
  private final Method method;
  private final byte[] key;
  private final DataInputStream wire;
  private final byte[] salt;
  private final Chunks opening;
  private byte[] first = new byte[0];

  /** Reads the client's salt. */
  ShadowsocksServerStream(Method method, byte[] key, DataInputStream wire) throws IOException {
    this.method = method;
    this.key = key;
    this.wire = wire;
    this.salt = new byte[method.keyLength()];
    wire.readFully(salt);
    this.opening = new Chunks(method, key, salt);
  }

  byte[] salt() {
    return salt;
  }

  /**
   * Reads the request.
   *
   * @throws StepFailed when it was not made with our key, now, as it should
   */
  SocksAddress accept(Clock clock) throws IOException, StepFailed {
    if (!method.edition2022()) {
      ByteReader request = opened(opened(2).u16());
      SocksAddress asked = SocksAddress.read(request);
      first = request.rest();
      return asked;
    }
    ByteReader fixed = opened(1 + 8 + 2);
    fixed.expect(0, "type");
    if (Math.abs(fixed.u64() - clock.instant().getEpochSecond()) > 30) {
      throw fixed.malformed("time");
    }
    ByteReader request = opened(fixed.u16());
    SocksAddress asked = SocksAddress.read(request);
    int padding = request.u16();
    request.skip(padding);
    if (padding == 0 && !request.hasRemaining()) {
      throw request.malformed("neither padding nor data");
    }
    first = request.rest();
    return asked;
  }

  private ByteReader opened(int length) throws IOException, StepFailed {
    byte[] sealed = wire.readNBytes(length + Method.TAG);
    return new ByteReader(
        opening
            .open(sealed)
            .orElseThrow(() -> new StepFailed(FailureKind.AUTH_REJECTED, "another key")));
  }

  /** What the client says to the target. */
  InputStream in() {
    return new InputStream() {
      private InputStream chunk = new ByteArrayInputStream(first);

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        int count = chunk.read(buffer, offset, length);
        while (count < 0) {
          try {
            chunk = new ByteArrayInputStream(opened(opened(2).u16()).rest());
          } catch (StepFailed e) {
            return -1;
          }
          count = chunk.read(buffer, offset, length);
        }
        return count;
      }
    };
  }

  /** What the target says to the client. */
  OutputStream out(OutputStream raw) {
    byte[] ours = new byte[method.keyLength()];
    new SecureRandom().nextBytes(ours);
    Chunks sealing = new Chunks(method, key, ours);
    return new OutputStream() {
      private boolean begun;

      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        byte[] data = Arrays.copyOfRange(buffer, offset, offset + length);
        ByteWriter head = new ByteWriter();
        ByteWriter out = new ByteWriter();
        if (!begun) {
          out.bytes(ours);
          if (method.edition2022()) {
            head.u8(1).u64(Clock.systemUTC().instant().getEpochSecond()).bytes(salt);
          }
        }
        begun = true;
        out.bytes(sealing.seal(head.u16(length).toByteArray())).bytes(sealing.seal(data));
        raw.write(out.toByteArray());
      }

      @Override
      public void flush() throws IOException {
        raw.flush();
      }
    };
  }
}
