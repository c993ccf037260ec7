package org.vpnprobe.protocol.ikev2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * One proposal of an SA payload (RFC 7296 section 3.3.1).
 *
 * @param number from 1 on; a choice repeats the number of the offer
 * @param protocol {@link Ike#PROTOCOL_IKE} or {@link Ike#PROTOCOL_ESP}
 * @param spi of the sender's inbound SA; empty in IKE_SA_INIT
 */
public record Proposal(int number, int protocol, byte[] spi, List<Transform> transforms) {
  /** Kinds of transforms. */
  public static final int ENCR = 1;

  public static final int PRF = 2;
  public static final int INTEG = 3;
  public static final int DH = 4;
  public static final int ESN = 5;

  private static final int MAX_PROPOSALS = 32;
  private static final int MAX_TRANSFORMS = 255;
  private static final int KEY_LENGTH = 14;
  private static final int FIXED_FORM = 0x8000;

  /**
   * One algorithm (RFC 7296 section 3.3.2).
   *
   * @param keyBits the key length attribute, 0 without one
   */
  public record Transform(int type, int id, int keyBits) {}

  public Proposal {
    transforms = List.copyOf(transforms);
  }

  /** The only transform of this type, empty when there is none or a choice is left. */
  public Optional<Transform> only(int type) {
    List<Transform> found = transforms.stream().filter(t -> t.type() == type).toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  public boolean has(int type) {
    return transforms.stream().anyMatch(transform -> transform.type() == type);
  }

  /** The body of an SA payload. */
  public static byte[] encode(List<Proposal> proposals) {
    ByteWriter out = new ByteWriter();
    for (int i = 0; i < proposals.size(); i++) {
      Proposal proposal = proposals.get(i);
      int start = out.size();
      out.u8(i + 1 < proposals.size() ? 2 : 0).u8(0).u16(0);
      out.u8(proposal.number).u8(proposal.protocol).u8(proposal.spi.length);
      out.u8(proposal.transforms.size()).bytes(proposal.spi);
      for (int j = 0; j < proposal.transforms.size(); j++) {
        Transform transform = proposal.transforms.get(j);
        out.u8(j + 1 < proposal.transforms.size() ? 3 : 0).u8(0);
        out.u16(transform.keyBits == 0 ? 8 : 12).u8(transform.type).u8(0).u16(transform.id);
        if (transform.keyBits != 0) {
          out.u16(FIXED_FORM | KEY_LENGTH).u16(transform.keyBits);
        }
      }
      out.setU16(start + 2, out.size() - start);
    }
    return out.toByteArray();
  }

  /** Reads the body of an SA payload. */
  public static List<Proposal> decode(byte[] body) throws StepFailed {
    ByteReader in = new ByteReader(body);
    List<Proposal> proposals = new ArrayList<>();
    int more;
    do {
      if (proposals.size() == MAX_PROPOSALS) {
        throw in.malformed("more than " + MAX_PROPOSALS + " proposals");
      }
      more = in.u8();
      in.skip(1);
      int length = in.u16();
      proposals.add(decodeOne(in.slice(Math.max(0, length - 4))));
    } while (more != 0);
    if (in.hasRemaining()) {
      throw in.malformed("bytes behind the last proposal");
    }
    return proposals;
  }

  private static Proposal decodeOne(ByteReader in) throws StepFailed {
    int number = in.u8();
    int protocol = in.u8();
    int spiLength = in.u8();
    int count = in.u8();
    byte[] spi = in.bytes(spiLength);
    List<Transform> transforms = new ArrayList<>();
    for (int i = 0; i < Math.min(count, MAX_TRANSFORMS); i++) {
      in.skip(2);
      int length = in.u16();
      transforms.add(decodeTransform(in.slice(Math.max(0, length - 4))));
    }
    if (in.hasRemaining()) {
      throw in.malformed("bytes behind the last transform");
    }
    return new Proposal(number, protocol, spi, transforms);
  }

  private static Transform decodeTransform(ByteReader in) throws StepFailed {
    int type = in.u8();
    in.skip(1);
    int id = in.u16();
    int keyBits = 0;
    while (in.hasRemaining()) {
      int attribute = in.u16();
      int value = in.u16();
      if ((attribute & FIXED_FORM) == 0) {
        in.skip(value);
      } else if (attribute == (FIXED_FORM | KEY_LENGTH)) {
        keyBits = value;
      }
    }
    return new Transform(type, id, keyBits);
  }
}
