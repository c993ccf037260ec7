package org.vpnprobe.lab;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.ike.KeyExchange;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.ikev2.Chosen;
import org.vpnprobe.protocol.ikev2.Encrypted;
import org.vpnprobe.protocol.ikev2.Ike;
import org.vpnprobe.protocol.ikev2.IkeHeader;
import org.vpnprobe.protocol.ikev2.IkeKeys;
import org.vpnprobe.protocol.ikev2.IkeMessage;
import org.vpnprobe.protocol.ikev2.KePayload;
import org.vpnprobe.protocol.ikev2.Notify;
import org.vpnprobe.protocol.ikev2.Payload;
import org.vpnprobe.protocol.ikev2.Proposal;
import org.vpnprobe.protocol.ikev2.Signatures;

/** The responder's side of IKE_SA_INIT. */
final class Ikev2ServerInit {
  private static final int NONCE = 32;

  /**
   * What it agreed on.
   *
   * @param hashes what the client can verify by RFC 7427
   */
  record Agreed(
      Chosen chosen,
      IkeKeys keys,
      byte[] ni,
      byte[] nr,
      byte[] request,
      byte[] response,
      long spi,
      boolean fragmentation,
      Set<Integer> hashes,
      Encrypted encrypted) {
    /** Ni | Nr. */
    byte[] nonces() {
      return new ByteWriter().bytes(ni).bytes(nr).toByteArray();
    }
  }

  /**
   * The reply, and what it agrees on.
   *
   * @param agreed null when the reply is a refusal
   */
  record Outcome(byte[] reply, @Nullable Agreed agreed) {}

  private Ikev2ServerInit() {}

  static Outcome answer(byte[] bytes, RandomGenerator random) throws StepFailed {
    IkeMessage request = IkeMessage.decode(bytes);
    List<Payload> payloads = request.payloads();
    byte[] ke = Payload.require(payloads, Ike.KE, "key exchange");
    byte[] ni = Payload.require(payloads, Ike.NONCE, "nonce");
    Optional<Proposal> choice =
        choose(Proposal.decode(Payload.require(payloads, Ike.SA, "SA")), new ByteReader(ke).u16());
    if (choice.isEmpty()) {
      Notify refusal = new Notify(Ike.NO_PROPOSAL_CHOSEN, new byte[0]);
      return new Outcome(response(request.header(), 0, List.of(refusal.payload())).encode(), null);
    }
    Chosen chosen = Chosen.of(choice.get());
    KeyExchange exchange = KeyExchange.generate(chosen.group(), random);
    byte[] shared = KePayload.agree(exchange, ke);
    byte[] nr = new byte[NONCE];
    random.nextBytes(nr);
    long spi = random.nextLong(1, Long.MAX_VALUE);
    byte[] reply = response(request.header(), spi, choice(choice.get(), exchange, nr)).encode();
    byte[] nonces = new ByteWriter().bytes(ni).bytes(nr).toByteArray();
    IkeKeys keys = IkeKeys.derive(chosen, nonces, shared, request.header().initiatorSpi(), spi);
    List<Notify> notifies = Notify.all(payloads);
    boolean fragmentation = Notify.find(notifies, Ike.FRAGMENTATION_SUPPORTED).isPresent();
    return new Outcome(
        reply,
        new Agreed(
            chosen,
            keys,
            ni,
            nr,
            bytes,
            reply,
            spi,
            fragmentation,
            hashes(notifies),
            Encrypted.responder(chosen, keys, random)));
  }

  private static List<Payload> choice(Proposal choice, KeyExchange exchange, byte[] nonce) {
    return List.of(
        new Payload(Ike.SA, Proposal.encode(List.of(choice))),
        KePayload.of(exchange),
        new Payload(Ike.NONCE, nonce),
        new Notify(Ike.FRAGMENTATION_SUPPORTED, new byte[0]).payload(),
        Signatures.hashes().payload());
  }

  /** The first offer that has the group of the client's key, with the first of everything else. */
  private static Optional<Proposal> choose(List<Proposal> offers, int group) {
    Proposal.Transform wanted = new Proposal.Transform(Proposal.DH, group, 0);
    return offers.stream()
        .filter(offer -> offer.transforms().contains(wanted))
        .findFirst()
        .map(offer -> {
          List<Proposal.Transform> chosen = firsts(offer);
          chosen.removeIf(transform -> transform.type() == Proposal.DH);
          chosen.add(wanted);
          return new Proposal(offer.number(), offer.protocol(), new byte[0], chosen);
        });
  }

  /** The first transform of each type. */
  static List<Proposal.Transform> firsts(Proposal offer) {
    List<Proposal.Transform> firsts = new ArrayList<>();
    for (Proposal.Transform transform : offer.transforms()) {
      if (firsts.stream().noneMatch(earlier -> earlier.type() == transform.type())) {
        firsts.add(transform);
      }
    }
    return firsts;
  }

  private static Set<Integer> hashes(List<Notify> notifies) throws StepFailed {
    Set<Integer> hashes = new HashSet<>();
    Optional<Notify> found = Notify.find(notifies, Ike.SIGNATURE_HASH_ALGORITHMS);
    ByteReader in = new ByteReader(found.map(Notify::data).orElse(new byte[0]));
    while (in.remaining() > 1) {
      hashes.add(in.u16());
    }
    return hashes;
  }

  static IkeMessage response(IkeHeader request, long spi, List<Payload> payloads) {
    return new IkeMessage(
        new IkeHeader(
            request.initiatorSpi(), spi, 0, request.exchange(), Ike.RESPONSE, request.messageId()),
        payloads);
  }
}
