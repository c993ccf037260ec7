package org.vpnprobe.protocol.ikev2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.ike.NonEsp;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * Turns messages into SK or SKF payloads and back (RFC 7296 section 3.14, RFC 7383). One side of
 * one IKE SA; fragments of one message at a time are put together.
 */
public final class Encrypted {
  /** IPv6's minimum MTU without its header and UDP's: what passes everywhere unfragmented. */
  private static final int MAX_DATAGRAM = 1280 - 40 - 8 - NonEsp.MARKER;

  private static final int MAX_FRAGMENTS = 64;
  private static final int FRAGMENT_FIELDS = 4;

  private final Protection ours;
  private final Protection theirs;
  private final RandomGenerator random;
  private final SortedMap<Integer, byte[]> fragments = new TreeMap<>();
  private long fragmentsOf = -1;
  private int fragmentsTotal;
  private int fragmentsFirst;

  private Encrypted(Protection ours, Protection theirs, RandomGenerator random) {
    this.ours = ours;
    this.theirs = theirs;
    this.random = random;
  }

  public static Encrypted initiator(Chosen chosen, IkeKeys keys, RandomGenerator random) {
    return new Encrypted(
        new Protection(chosen.suite(), keys.ei(), keys.ai()),
        new Protection(chosen.suite(), keys.er(), keys.ar()),
        random);
  }

  public static Encrypted responder(Chosen chosen, IkeKeys keys, RandomGenerator random) {
    return new Encrypted(
        new Protection(chosen.suite(), keys.er(), keys.ar()),
        new Protection(chosen.suite(), keys.ei(), keys.ai()),
        random);
  }

  /**
   * The datagrams that carry a message, without non-ESP marker.
   *
   * @param fragment both sides support fragmentation: a large message becomes several
   */
  public List<byte[]> seal(IkeMessage message, boolean fragment) {
    byte[] chain = Payload.encode(message.payloads());
    int first = Payload.first(message.payloads());
    int fixed = IkeHeader.LENGTH + Payload.HEADER + ours.overhead() + ours.block();
    if (!fragment || fixed + chain.length <= MAX_DATAGRAM) {
      return List.of(seal(message.header(), first, chain, 0, 0));
    }
    int size = MAX_DATAGRAM - fixed - FRAGMENT_FIELDS;
    int total = (chain.length + size - 1) / size;
    List<byte[]> datagrams = new ArrayList<>(total);
    for (int i = 0; i < total; i++) {
      byte[] part = Arrays.copyOfRange(chain, i * size, Math.min(chain.length, (i + 1) * size));
      datagrams.add(seal(message.header(), i == 0 ? first : 0, part, i + 1, total));
    }
    return datagrams;
  }

  private byte[] seal(IkeHeader header, int first, byte[] chain, int number, int total) {
    int padding = (ours.block() - (chain.length + 1) % ours.block()) % ours.block();
    byte[] plaintext = new ByteWriter().bytes(chain).zeros(padding).u8(padding).toByteArray();
    int fields = total == 0 ? 0 : FRAGMENT_FIELDS;
    int length = Payload.HEADER + fields + plaintext.length + ours.overhead();
    ByteWriter out = new ByteWriter();
    header.withFirst(total == 0 ? Ike.SK : Ike.SKF).encode(out, IkeHeader.LENGTH + length);
    out.u8(first).u8(0).u16(length);
    if (total != 0) {
      out.u16(number).u16(total);
    }
    return out.bytes(ours.seal(out.toByteArray(), plaintext, random)).toByteArray();
  }

  /**
   * Opens a datagram.
   *
   * @return the message, null while fragments of it are missing
   * @throws StepFailed {@code proto_malformed_reply} for what is not encrypted or does not verify
   */
  public @Nullable IkeMessage open(byte[] datagram) throws StepFailed {
    ByteReader in = new ByteReader(datagram);
    IkeHeader header = IkeHeader.decode(in);
    boolean fragment = header.first() == Ike.SKF;
    if (!fragment && header.first() != Ike.SK) {
      throw in.malformed("the message is not encrypted");
    }
    int first = in.u8();
    in.skip(1);
    int length = in.u16();
    if (length != datagram.length - IkeHeader.LENGTH) {
      throw in.malformed("the encrypted payload is not the only one");
    }
    int number = fragment ? in.u16() : 0;
    int total = fragment ? in.u16() : 0;
    byte[] aad = Arrays.copyOf(datagram, in.position());
    byte[] plaintext = theirs.open(aad, in.rest());
    byte[] chain = unpad(plaintext);
    if (!fragment) {
      return new IkeMessage(header, Payload.decode(first, new ByteReader(chain)));
    }
    return collect(header, first, number, total, chain);
  }

  private @Nullable IkeMessage collect(
      IkeHeader header, int first, int number, int total, byte[] chain) throws StepFailed {
    if (number < 1 || number > total || total > MAX_FRAGMENTS) {
      throw new ByteReader(chain).malformed("fragment " + number + " of " + total);
    }
    if (fragmentsOf != header.messageId() || fragmentsTotal != total) {
      fragments.clear();
      fragmentsOf = header.messageId();
      fragmentsTotal = total;
    }
    fragments.put(number, chain);
    if (number == 1) {
      fragmentsFirst = first;
    }
    if (fragments.size() < total) {
      return null;
    }
    ByteWriter whole = new ByteWriter();
    fragments.values().forEach(whole::bytes);
    fragments.clear();
    fragmentsOf = -1;
    return new IkeMessage(
        header, Payload.decode(fragmentsFirst, new ByteReader(whole.toByteArray())));
  }

  private static byte[] unpad(byte[] plaintext) throws StepFailed {
    ByteReader in = new ByteReader(plaintext);
    if (plaintext.length == 0) {
      throw in.malformed("nothing inside the encrypted payload");
    }
    int padding = plaintext[plaintext.length - 1] & 0xff;
    return in.bytes(plaintext.length - 1 - padding);
  }
}
