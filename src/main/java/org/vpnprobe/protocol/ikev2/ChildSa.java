package org.vpnprobe.protocol.ikev2;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The first child SA, made along with the IKE SA, and the payloads that ask for it.
 *
 * @param ourSpi of packets to us
 * @param theirSpi of packets to the server
 * @param out keys of packets to the server
 * @param in keys of packets to us
 * @param inner our address inside, empty when the server gave none
 */
record ChildSa(
    long ourSpi, long theirSpi, Protection out, Protection in, Optional<InetAddress> inner) {
  private static final int CFG_REQUEST = 1;
  private static final int CFG_REPLY = 2;
  private static final int INTERNAL_IP4_ADDRESS = 1;
  private static final int INTERNAL_IP4_DNS = 3;
  private static final int INTERNAL_IP6_ADDRESS = 8;
  private static final int TS_IPV4_ADDR_RANGE = 7;
  private static final int TS_IPV6_ADDR_RANGE = 8;
  private static final int MAX_ATTRIBUTES = 64;

  /** What a roadwarrior asks for: an inner address, and everything through the tunnel. */
  static List<Payload> request(byte[] spi) {
    ByteWriter cp = new ByteWriter().u8(CFG_REQUEST).zeros(3);
    for (int wanted : new int[] {INTERNAL_IP4_ADDRESS, INTERNAL_IP4_DNS, INTERNAL_IP6_ADDRESS}) {
      cp.u16(wanted).u16(0);
    }
    return List.of(
        new Payload(Ike.CP, cp.toByteArray()),
        new Payload(Ike.SA, Proposal.encode(Proposals.esp(spi))),
        new Payload(Ike.TS_I, everything()),
        new Payload(Ike.TS_R, everything()));
  }

  private static byte[] everything() {
    byte[] ones = new byte[16];
    Arrays.fill(ones, (byte) 0xff);
    ByteWriter out = new ByteWriter().u8(2).zeros(3);
    out.u8(TS_IPV4_ADDR_RANGE)
        .u8(0)
        .u16(16)
        .u16(0)
        .u16(0xffff)
        .zeros(4)
        .bytes(Arrays.copyOf(ones, 4));
    out.u8(TS_IPV6_ADDR_RANGE).u8(0).u16(40).u16(0).u16(0xffff).zeros(16).bytes(ones);
    return out.toByteArray();
  }

  /**
   * The child SA of a last IKE_AUTH message, empty when the server made none.
   *
   * @param initiator true on our side of it
   */
  static Optional<ChildSa> of(List<Payload> payloads, byte[] ourSpi, SaInit.Done ike)
      throws StepFailed {
    Optional<Payload> sa = Payload.find(payloads, Ike.SA);
    if (sa.isEmpty()) {
      return Optional.empty();
    }
    List<Proposal> chosen = Proposal.decode(sa.get().body());
    Proposal choice = chosen.getFirst();
    if (choice.spi().length != 4
        || Proposals.esp(ourSpi).stream().noneMatch(offer -> Chosen.fits(choice, offer))) {
      throw Suite.unusable();
    }
    Suite suite = Suite.of(choice);
    int encryption = suite.encryptionKey();
    int integrity = suite.integrityKey();
    byte[] keys =
        ike.chosen().prf().plus(ike.keys().d(), ike.nonces(), 2 * (encryption + integrity));
    return Optional.of(
        new ChildSa(
            new ByteReader(ourSpi).u32(),
            new ByteReader(choice.spi()).u32(),
            protection(suite, keys, 0),
            protection(suite, keys, encryption + integrity),
            inner(payloads)));
  }

  /** Keys as RFC 7296 section 2.17 takes them: encryption, then integrity. */
  private static Protection protection(Suite suite, byte[] keys, int at) {
    int middle = at + suite.encryptionKey();
    return new Protection(
        suite,
        Arrays.copyOfRange(keys, at, middle),
        Arrays.copyOfRange(keys, middle, middle + suite.integrityKey()));
  }

  /** The inner address of a CFG_REPLY; IPv4 before IPv6. */
  private static Optional<InetAddress> inner(List<Payload> payloads) throws StepFailed {
    Optional<Payload> cp = Payload.find(payloads, Ike.CP);
    if (cp.isEmpty()) {
      return Optional.empty();
    }
    ByteReader in = new ByteReader(cp.get().body());
    if (in.u8() != CFG_REPLY) {
      return Optional.empty();
    }
    in.skip(3);
    Optional<InetAddress> found = Optional.empty();
    for (int i = 0; in.hasRemaining() && i < MAX_ATTRIBUTES; i++) {
      int type = in.u16() & 0x7fff;
      byte[] value = in.bytes(in.u16());
      if (type == INTERNAL_IP4_ADDRESS && value.length == 4) {
        return Optional.of(address(value));
      }
      if (type == INTERNAL_IP6_ADDRESS && value.length >= 16) {
        found = Optional.of(address(Arrays.copyOf(value, 16)));
      }
    }
    return found;
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  @Override
  public String toString() {
    return "ChildSa[" + inner + "]";
  }
}
