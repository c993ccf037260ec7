package org.vpnprobe.protocol.obfs4;

import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.ThroughStream;
import org.vpnprobe.net.wire.ByteWriter;

/** The stream inside the frames, after the handshake. Closing it closes the connection. */
final class Obfs4Stream extends ThroughStream {
  /** A server that sends so many frames without data has no end. */
  private static final int MOST_EMPTY = 1024;

  /** maxIATDelay of obfs4proxy: 100 steps of 100 µs. */
  private static final int LONGEST_PAUSE_STEPS = 100;

  private static final long PAUSE_STEP_NANOS = 100_000;

  private final Frames ours;
  private final Frames theirs;
  private final Pacing pacing;
  private final Lengths lengths;
  private final RandomGenerator random;
  private byte[] early;
  private byte[] payload = new byte[0];
  private int used;

  /**
   * @param early what came behind the server's hello
   * @param ours seals what we send
   * @param theirs opens what comes
   */
  Obfs4Stream(
      ByteStream wire,
      byte[] early,
      Frames ours,
      Frames theirs,
      Pacing pacing,
      RandomGenerator random) {
    super(wire);
    this.early = early;
    this.ours = ours;
    this.theirs = theirs;
    this.pacing = pacing;
    this.random = random;
    this.lengths = new Lengths(random, Frames.LONGEST_FRAME);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    if (length == 0) {
      return 0;
    }
    for (int empty = 0; used == payload.length; empty++) {
      if (empty > MOST_EMPTY) {
        throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "frames without data, endlessly");
      }
      if (early.length == 0 && !more()) {
        return -1;
      }
      Frames.Packet packet = theirs.open(take(theirs.length(take(Frames.LENGTH))));
      if (packet.type() == Frames.DATA) {
        payload = packet.payload();
        used = 0;
      }
    }
    int count = Math.min(length, payload.length - used);
    System.arraycopy(payload, used, buffer, offset, count);
    used += count;
    return count;
  }

  /** Between two frames the connection may end. */
  private boolean more() throws StepFailed {
    byte[] chunk = new byte[Frames.LONGEST_FRAME];
    int count = inner.read(chunk, 0, chunk.length);
    early = Arrays.copyOf(chunk, Math.max(count, 0));
    return count >= 0;
  }

  private byte[] take(int length) throws StepFailed {
    int there = Math.min(length, early.length);
    byte[] taken = Arrays.copyOf(early, length);
    early = Arrays.copyOfRange(early, there, early.length);
    if (there < length) {
      byte[] rest = inner.readFully(length - there);
      System.arraycopy(rest, 0, taken, there, rest.length);
    }
    return taken;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    ByteWriter burst = new ByteWriter();
    for (int at = 0; at < length; at += Frames.MOST_PAYLOAD) {
      int end = Math.min(length, at + Frames.MOST_PAYLOAD);
      byte[] piece = Arrays.copyOfRange(buffer, offset + at, offset + end);
      burst.bytes(ours.seal(Frames.DATA, piece, 0));
    }
    if (pacing != Pacing.RANDOM) {
      pad(burst, lengths.next());
    }
    switch (pacing) {
      case NONE -> inner.write(burst.toByteArray());
      case SEGMENTS -> inPieces(burst.toByteArray());
      case RANDOM -> inRandomPieces(burst);
    }
  }

  private void inPieces(byte[] burst) throws StepFailed {
    for (int at = 0; at < burst.length; at += Frames.LONGEST_FRAME) {
      inner.write(burst, at, Math.min(Frames.LONGEST_FRAME, burst.length - at));
      pause();
    }
  }

  private void inRandomPieces(ByteWriter burst) throws StepFailed {
    int at = 0;
    while (at < burst.size()) {
      int piece = lengths.next();
      int left = burst.size() - at;
      if (left < piece) {
        pad(burst, (at + piece) % Frames.LONGEST_FRAME);
        piece = Math.min(piece, burst.size() - at);
      }
      inner.write(burst.toByteArray(), at, piece);
      at += piece;
      pause();
    }
  }

  /**
   * Fills a burst up with empty frames until its length beyond whole segments is {@code wanted}.
   */
  private void pad(ByteWriter burst, int wanted) {
    int missing = Math.floorMod(wanted - burst.size(), Frames.LONGEST_FRAME);
    if (missing == 0) {
      return;
    }
    if (missing <= Frames.OVERHEAD) {
      burst.bytes(ours.seal(Frames.DATA, new byte[0], Frames.MOST_PAYLOAD));
      burst.bytes(ours.seal(Frames.DATA, new byte[0], missing));
    } else {
      burst.bytes(ours.seal(Frames.DATA, new byte[0], missing - Frames.OVERHEAD));
    }
  }

  private void pause() throws StepFailed {
    try {
      Thread.sleep(Duration.ofNanos(random.nextInt(LONGEST_PAUSE_STEPS + 1) * PAUSE_STEP_NANOS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed(FailureKind.INTERRUPTED, "the trial was broken off");
    }
  }
}
