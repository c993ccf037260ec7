package org.vpnprobe.protocol.ikev2;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The first child SA, made along with the IKE SA, as its initiator sees it, and the payloads that
 * ask for it.
 *
 * @param inner our addresses inside, none when the server gave none
 */
record ChildSa(Esp esp, List<InetAddress> inner) {
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

  /** The child SA of a last IKE_AUTH message, empty when the server made none. */
  static Optional<ChildSa> of(
      List<Payload> payloads, byte[] ourSpi, SaInit.Done ike, RandomGenerator random)
      throws StepFailed {
    Optional<Payload> sa = Payload.find(payloads, Ike.SA);
    if (sa.isEmpty()) {
      return Optional.empty();
    }
    Proposal choice = Proposal.decode(sa.get().body()).getFirst();
    if (choice.spi().length != 4
        || Proposals.esp(ourSpi).stream().noneMatch(offer -> Chosen.fits(choice, offer))) {
      throw Suite.unusable();
    }
    long ours = new ByteReader(ourSpi).u32();
    long theirs = new ByteReader(choice.spi()).u32();
    Esp.Keys keys = Esp.Keys.derive(Suite.of(choice), ike.chosen().prf(), ike.keys(), ike.nonces());
    return Optional.of(
        new ChildSa(
            new Esp(keys.fromInitiator(), theirs, keys.fromResponder(), ours, random),
            inner(payloads)));
  }

  /** Our inner address of the family of another one. */
  Optional<InetAddress> innerLike(InetAddress other) {
    return inner.stream().filter(own -> own.getClass() == other.getClass()).findFirst();
  }

  /** The inner addresses of a CFG_REPLY (RFC 7296 section 3.15.1). */
  private static List<InetAddress> inner(List<Payload> payloads) throws StepFailed {
    List<InetAddress> found = new ArrayList<>();
    Optional<Payload> cp = Payload.find(payloads, Ike.CP);
    if (cp.isEmpty()) {
      return found;
    }
    ByteReader in = new ByteReader(cp.get().body());
    boolean reply = in.u8() == CFG_REPLY;
    in.skip(3);
    for (int i = 0; reply && in.hasRemaining() && i < MAX_ATTRIBUTES; i++) {
      int type = in.u16() & 0x7fff;
      byte[] value = in.bytes(in.u16());
      if (type == INTERNAL_IP4_ADDRESS && value.length == 4) {
        found.add(address(value));
      } else if (type == INTERNAL_IP6_ADDRESS && value.length >= 16) {
        found.add(address(Arrays.copyOf(value, 16)));
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
}
