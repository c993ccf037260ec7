package org.vpnprobe.protocol.shadowsocks;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.ThroughStream;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Trial;

/**
 * The client's side of a stream to a target (SIP004 "TCP", SIP022 section 3.1). Salt, address and
 * the first data leave in one write, as clients send them.
 */
final class SealedStream extends ThroughStream {
  /** SIP004: a payload has at most 0x3FFF bytes; SIP022 allows 0xFFFF. */
  private static final int LARGEST = 0x3fff;

  /** SIP022 section 3.1.3. */
  private static final int MOST_PADDING = 900;

  /** SIP022 section 3.1.3: more difference is a replay. */
  static final long CLOCK_TOLERANCE = 30;

  /** What is further off is no time, seconds: a century. */
  private static final long FURTHEST = 50L * 366 * 86_400;

  private final Method method;
  private final byte[] key;
  private final SocksAddress target;
  private final Trial trial;
  private final byte[] salt;
  private final Chunks sending;
  private boolean begun;
  private boolean opened;
  private @Nullable Chunks receiving;
  private byte[] plain = new byte[0];
  private int consumed;

  SealedStream(
      ByteStream wire, ShadowsocksSettings settings, byte[] key, SocksAddress target, Trial trial) {
    super(wire);
    this.method = settings.cipher();
    this.key = key;
    this.target = target;
    this.trial = trial;
    this.salt = new byte[method.keyLength()];
    trial.random().nextBytes(salt);
    byte[] prefix = settings.saltPrefix();
    System.arraycopy(prefix, 0, salt, 0, prefix.length);
    this.sending = new Chunks(method, key, salt);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    if (length > LARGEST / 2) {
      throw new IllegalArgumentException("a probe says little");
    }
    byte[] data = Arrays.copyOfRange(buffer, offset, offset + length);
    ByteWriter out = new ByteWriter();
    if (begun) {
      chunk(out, data);
    } else {
      begin(out, data);
    }
    inner.write(out.toByteArray());
  }

  private void begin(ByteWriter out, byte[] data) {
    begun = true;
    out.bytes(salt);
    ByteWriter header = target.write(new ByteWriter());
    if (!method.edition2022()) {
      chunk(out, header.bytes(data).toByteArray());
      return;
    }
    // Padding has to be there when no data is.
    byte[] padding = new byte[data.length > 0 ? 0 : 1 + trial.random().nextInt(MOST_PADDING)];
    trial.random().nextBytes(padding);
    byte[] rest = header.u16(padding.length).bytes(padding).bytes(data).toByteArray();
    trial.needsRightClock(Duration.ofSeconds(CLOCK_TOLERANCE));
    byte[] fixed =
        new ByteWriter()
            .u8(0)
            .u64(trial.clock().instant().getEpochSecond())
            .u16(rest.length)
            .toByteArray();
    out.bytes(sending.seal(fixed)).bytes(sending.seal(rest));
  }

  private void chunk(ByteWriter out, byte[] data) {
    out.bytes(sending.seal(new ByteWriter().u16(data.length).toByteArray()))
        .bytes(sending.seal(data));
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    if (length == 0) {
      return 0;
    }
    if (!begun) {
      write(new byte[0], 0, 0); // The target speaks first.
    }
    while (consumed == plain.length) {
      int next = receiving == null ? first() : following(receiving);
      if (next < 0 || receiving == null) {
        return -1;
      }
      opened = true;
      trial.reached(Depth.AUTHENTICATED, "a reply opened with the password's key");
      plain = opened(receiving, next).rest();
      consumed = 0;
    }
    int count = Math.min(length, plain.length - consumed);
    System.arraycopy(plain, consumed, buffer, offset, count);
    consumed += count;
    return count;
  }

  /**
   * The beginning of the server's stream.
   *
   * @return the length of the first payload, -1 when the stream ends before
   */
  private int first() throws StepFailed {
    byte[] theirs = readOrEnd(method.keyLength());
    if (theirs.length == 0) {
      return -1;
    }
    if (Arrays.equals(theirs, salt)) {
      throw foreign("the server sent our own salt back");
    }
    Chunks chunks = new Chunks(method, key, theirs);
    receiving = chunks;
    if (!method.edition2022()) {
      return length(opened(chunks, 2));
    }
    ByteReader header = opened(chunks, 1 + 8 + salt.length + 2);
    header.expect(1, "type");
    checkClock(header.u64(), trial);
    if (!Arrays.equals(header.bytes(salt.length), salt)) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "salt", "the reply belongs to another request");
    }
    return header.u16();
  }

  /** SIP022 sections 3.1.3 and 3.2.3. */
  static void checkClock(long theirs, Trial trial) throws StepFailed {
    long ours = trial.clock().instant().getEpochSecond();
    boolean near = theirs > ours - CLOCK_TOLERANCE && theirs < ours + CLOCK_TOLERANCE;
    if (!near) {
      if (Math.abs(theirs / 2 - ours / 2) < FURTHEST) {
        trial.observe("server_clock", Instant.ofEpochSecond(theirs).toString());
      }
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY,
          "clock",
          "the reply's time differs by 30 seconds or more from ours");
    }
  }

  /** The length of the next payload, -1 at the end of the stream. */
  private int following(Chunks chunks) throws StepFailed {
    byte[] sealed = readOrEnd(2 + Method.TAG);
    return sealed.length == 0 ? -1 : length(opened(chunks, sealed));
  }

  private int length(ByteReader chunk) throws StepFailed {
    int length = chunk.u16();
    if (length > LARGEST && !method.edition2022()) {
      throw chunk.malformed("payload of " + length + " bytes");
    }
    return length;
  }

  /** So many bytes; none at the end of the stream. */
  private byte[] readOrEnd(int length) throws StepFailed {
    byte[] first = new byte[1];
    if (inner.read(first, 0, 1) < 0) {
      return new byte[0];
    }
    return new ByteWriter().bytes(first).bytes(inner.readFully(length - 1)).toByteArray();
  }

  private ByteReader opened(Chunks chunks, int length) throws StepFailed {
    return opened(chunks, inner.readFully(length + Method.TAG));
  }

  private static ByteReader opened(Chunks chunks, byte[] sealed) throws StepFailed {
    return new ByteReader(
        chunks
            .open(sealed)
            .orElseThrow(() -> foreign("what the server sent does not open with this password")));
  }

  /** True when a reply opened. */
  boolean opened() {
    return opened;
  }

  private static StepFailed foreign(String detail) {
    return new StepFailed(FailureKind.AUTH_WRONG_SERVER_KEY, detail);
  }
}
