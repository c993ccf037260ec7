package org.vpnprobe.protocol.ikev2;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** One side of a child SA: ESP packets in tunnel mode (RFC 4303), as they stand in UDP. */
public final class Esp {
  private static final int HEADER = 8;
  private static final int TRAILER = 2;
  private static final int WORD = 4;
  private static final int IPV4 = 4;
  private static final int IPV6 = 41;

  /** The keys of both directions (RFC 7296 section 2.17). */
  public static final class Keys {
    private final Suite suite;
    private final byte[] material;

    private Keys(Suite suite, byte[] material) {
      this.suite = suite;
      this.material = material;
    }

    /**
     * Derives them.
     *
     * @param nonces Ni | Nr
     */
    public static Keys derive(Suite suite, Prf prf, IkeKeys ike, byte[] nonces) {
      int length = 2 * (suite.encryptionKey() + suite.integrityKey());
      return new Keys(suite, prf.plus(ike.d(), nonces, length));
    }

    Protection fromInitiator() {
      return at(0);
    }

    Protection fromResponder() {
      return at(suite.encryptionKey() + suite.integrityKey());
    }

    private Protection at(int start) {
      int middle = start + suite.encryptionKey();
      return new Protection(
          suite,
          Arrays.copyOfRange(material, start, middle),
          Arrays.copyOfRange(material, middle, middle + suite.integrityKey()));
    }
  }

  private final Protection out;
  private final long outSpi;
  private final Protection in;
  private final long inSpi;
  private final RandomGenerator random;
  private long sequence;

  /**
   * @param outSpi of packets to the other side
   * @param inSpi of packets to us
   */
  Esp(Protection out, long outSpi, Protection in, long inSpi, RandomGenerator random) {
    this.out = out;
    this.outSpi = outSpi;
    this.in = in;
    this.inSpi = inSpi;
    this.random = random;
  }

  /** The responder's side. */
  public static Esp responder(Keys keys, long initiatorSpi, long ourSpi, RandomGenerator random) {
    return new Esp(keys.fromResponder(), initiatorSpi, keys.fromInitiator(), ourSpi, random);
  }

  /** The ESP packet of a whole IP packet. */
  public byte[] seal(byte[] packet) {
    int align = Math.max(out.block(), WORD);
    int padding = (align - (packet.length + TRAILER) % align) % align;
    ByteWriter inner = new ByteWriter().bytes(packet);
    for (int i = 1; i <= padding; i++) {
      inner.u8(i); // RFC 4303 section 2.4.
    }
    inner.u8(padding).u8((packet[0] & 0xf0) == 0x60 ? IPV6 : IPV4);
    byte[] header = new ByteWriter().u32(outSpi).u32(++sequence).toByteArray();
    return new ByteWriter()
        .bytes(header)
        .bytes(out.seal(header, inner.toByteArray(), random))
        .toByteArray();
  }

  /**
   * The IP packet of an ESP packet.
   *
   * @return null when it belongs to another SA
   * @throws StepFailed {@code proto_malformed_reply} when it does not verify
   */
  public byte @Nullable [] open(byte[] datagram) throws StepFailed {
    ByteReader reader = new ByteReader(datagram);
    byte[] header = reader.bytes(HEADER);
    if (new ByteReader(header).u32() != inSpi) {
      return null;
    }
    byte[] inner = in.open(header, reader.rest());
    if (inner.length < TRAILER) {
      throw reader.malformed("an ESP packet without trailer");
    }
    int padding = inner[inner.length - TRAILER] & 0xff;
    return new ByteReader(inner).bytes(inner.length - TRAILER - padding);
  }
}
