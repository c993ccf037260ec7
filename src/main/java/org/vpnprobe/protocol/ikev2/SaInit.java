package org.vpnprobe.protocol.ikev2;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.ike.Group;
import org.vpnprobe.layer.ike.IkeLink;
import org.vpnprobe.layer.ike.KeyExchange;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Trial;

/** The IKE_SA_INIT exchange (RFC 7296 section 1.2), with what a responder may ask for first. */
final class SaInit {
  private static final int NONCE = 32;
  private static final int MIN_NONCE = 16;
  private static final int MAX_NONCE = 256;
  private static final int MAX_COOKIE = 64;

  /** A cookie and another group each once, and a fresh cookie in between. */
  private static final int MAX_ROUNDS = 4;

  /**
   * A finished exchange.
   *
   * @param request our last message as sent, which AUTH covers
   * @param response the server's
   * @param hashes what the server can verify by RFC 7427
   * @param nat an address is translated on the way, as far as the server lets us know
   */
  record Done(
      Chosen chosen,
      IkeKeys keys,
      long initiatorSpi,
      long responderSpi,
      byte[] ni,
      byte[] nr,
      byte[] request,
      byte[] response,
      boolean fragmentation,
      Set<Integer> hashes,
      boolean nat) {
    byte[] nonces() {
      return new ByteWriter().bytes(ni).bytes(nr).toByteArray();
    }
  }

  /**
   * What came of it: keys, or an error of a server that speaks IKEv2.
   *
   * @param error the notification's type, 0 for none
   */
  record Outcome(@Nullable Done done, int error) {}

  private final Trial trial;
  private final IkeLink link;
  private final List<Proposal> offers;
  private final boolean encapsulate;
  private final long spi;
  private final byte[] nonce = new byte[NONCE];
  private KeyExchange exchange;
  private byte[] cookie = new byte[0];

  /**
   * @param encapsulate pretend to be behind a NAT, so that ESP goes in UDP
   */
  SaInit(Trial trial, IkeLink link, List<Proposal> offers, boolean encapsulate) {
    this.trial = trial;
    this.link = link;
    this.offers = offers;
    this.encapsulate = encapsulate;
    this.spi = nonZero(trial.random());
    trial.random().nextBytes(nonce);
    this.exchange = KeyExchange.generate(firstGroup(offers), trial.random());
  }

  /** SPIs are never zero (RFC 7296 section 3.1). */
  private static long nonZero(RandomGenerator random) {
    long drawn = random.nextLong();
    return drawn == 0 ? 1 : drawn;
  }

  private static Group firstGroup(List<Proposal> offers) {
    return offers.getFirst().transforms().stream()
        .filter(transform -> transform.type() == Proposal.DH)
        .findFirst()
        .flatMap(transform -> Group.of(transform.id()))
        .orElseThrow();
  }

  Outcome run() throws StepFailed {
    for (int round = 1; ; round++) {
      byte[] request = request();
      IkeMessage[] answered = new IkeMessage[1];
      byte[][] raw = new byte[1][];
      link.ask(
          List.of(request),
          bytes -> {
            IkeMessage reply = accept(bytes);
            answered[0] = reply;
            raw[0] = bytes;
            return reply;
          });
      IkeMessage reply = answered[0];
      List<Notify> notifies = Notify.all(reply.payloads());
      Optional<Notify> error = Notify.error(notifies);
      boolean again =
          round < MAX_ROUNDS
              && (takeCookie(notifies) || (error.isPresent() && takeGroup(error.get())));
      if (again) {
        continue;
      }
      if (Payload.find(reply.payloads(), Ike.SA).isPresent()) {
        return new Outcome(finish(request, raw[0], reply, notifies), 0);
      }
      return new Outcome(null, error.map(Notify::type).orElseThrow(() -> stuck()));
    }
  }

  private static StepFailed stuck() {
    return new StepFailed(
        FailureKind.PROTO_UNEXPECTED_REPLY, "the server only asks for cookies or other groups");
  }

  private byte[] request() {
    List<Payload> payloads = new ArrayList<>();
    if (cookie.length > 0) {
      payloads.add(new Notify(Ike.COOKIE, cookie).payload());
    }
    payloads.add(new Payload(Ike.SA, Proposal.encode(offers)));
    payloads.add(KePayload.of(exchange));
    payloads.add(new Payload(Ike.NONCE, nonce));
    byte[] source = natHash(spi, 0, link.local());
    if (encapsulate) {
      trial.random().nextBytes(source);
    }
    payloads.add(new Notify(Ike.NAT_DETECTION_SOURCE_IP, source).payload());
    payloads.add(
        new Notify(Ike.NAT_DETECTION_DESTINATION_IP, natHash(spi, 0, link.remote())).payload());
    payloads.add(new Notify(Ike.FRAGMENTATION_SUPPORTED, new byte[0]).payload());
    payloads.add(Signatures.hashes().payload());
    IkeHeader header = new IkeHeader(spi, 0, 0, Ike.IKE_SA_INIT, Ike.INITIATOR, 0);
    return new IkeMessage(header, payloads).encode();
  }

  /** The reply if it is one to our request: our SPI, message 0, a choice or a notification. */
  private IkeMessage accept(byte[] bytes) throws StepFailed {
    IkeMessage reply = IkeMessage.decode(bytes);
    IkeHeader header = reply.header();
    if (header.initiatorSpi() != spi
        || header.exchange() != Ike.IKE_SA_INIT
        || header.messageId() != 0
        || !header.isResponse()
        || (header.flags() & Ike.INITIATOR) != 0) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "an IKE message that is no reply to ours");
    }
    boolean choice = Payload.find(reply.payloads(), Ike.SA).isPresent();
    List<Notify> notifies = Notify.all(reply.payloads());
    if (choice) {
      if (header.responderSpi() == 0) {
        throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the responder's SPI is zero");
      }
    } else if (Notify.error(notifies).isEmpty() && Notify.find(notifies, Ike.COOKIE).isEmpty()) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "a reply without choice, error or cookie");
    }
    return reply;
  }

  private boolean takeCookie(List<Notify> notifies) throws StepFailed {
    Optional<Notify> found = Notify.find(notifies, Ike.COOKIE);
    if (found.isEmpty()) {
      return false;
    }
    byte[] data = found.get().data();
    if (data.length < 1 || data.length > MAX_COOKIE) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "a cookie of " + data.length + " bytes");
    }
    trial.observe("ike_cookie", "asked for");
    cookie = data;
    return true;
  }

  private boolean takeGroup(Notify error) throws StepFailed {
    if (error.type() != Ike.INVALID_KE_PAYLOAD) {
      return false;
    }
    int wanted = new ByteReader(error.data()).u16();
    boolean offered =
        offers.stream()
            .anyMatch(offer ->
                offer.transforms().contains(new Proposal.Transform(Proposal.DH, wanted, 0)));
    if (!offered || wanted == exchange.group().id()) {
      return false;
    }
    trial.observe("ike_group_wanted", String.valueOf(wanted));
    exchange = KeyExchange.generate(Group.of(wanted).orElseThrow(), trial.random());
    return true;
  }

  private Done finish(byte[] request, byte[] raw, IkeMessage reply, List<Notify> notifies)
      throws StepFailed {
    List<Payload> payloads = reply.payloads();
    Chosen chosen = Chosen.of(Payload.require(payloads, Ike.SA, "SA"), offers);
    byte[] ke = Payload.require(payloads, Ike.KE, "key exchange");
    byte[] nr = Payload.require(payloads, Ike.NONCE, "nonce");
    if (nr.length < MIN_NONCE || nr.length > MAX_NONCE) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "a nonce of " + nr.length + " bytes");
    }
    if (chosen.group() != exchange.group()) {
      throw Suite.unusable();
    }
    byte[] shared = KePayload.agree(exchange, ke);
    byte[] nonces = new ByteWriter().bytes(nonce).bytes(nr).toByteArray();
    long responder = reply.header().responderSpi();
    return new Done(
        chosen,
        IkeKeys.derive(chosen, nonces, shared, spi, responder),
        spi,
        responder,
        nonce,
        nr,
        request,
        raw,
        Notify.find(notifies, Ike.FRAGMENTATION_SUPPORTED).isPresent(),
        hashes(notifies),
        nat(notifies, responder));
  }

  private static Set<Integer> hashes(List<Notify> notifies) throws StepFailed {
    Set<Integer> hashes = new HashSet<>();
    Optional<Notify> found = Notify.find(notifies, Ike.SIGNATURE_HASH_ALGORITHMS);
    if (found.isPresent()) {
      ByteReader in = new ByteReader(found.get().data());
      while (in.remaining() > 1) {
        hashes.add(in.u16());
      }
    }
    return hashes;
  }

  /** What the server says of its and our address is not what we see (RFC 7296 section 2.23). */
  private boolean nat(List<Notify> notifies, long responder) {
    boolean known =
        Notify.find(notifies, Ike.NAT_DETECTION_SOURCE_IP).isPresent()
            && Notify.find(notifies, Ike.NAT_DETECTION_DESTINATION_IP).isPresent();
    return known
        && (!told(notifies, Ike.NAT_DETECTION_SOURCE_IP, natHash(spi, responder, link.remote()))
            || !told(
                notifies, Ike.NAT_DETECTION_DESTINATION_IP, natHash(spi, responder, link.local())));
  }

  private static boolean told(List<Notify> notifies, int type, byte[] hash) {
    return notifies.stream()
        .anyMatch(notify -> notify.type() == type && java.util.Arrays.equals(notify.data(), hash));
  }

  /** SHA1(SPIi | SPIr | address | port). */
  static byte[] natHash(long initiator, long responder, InetSocketAddress address) {
    ByteWriter data = new ByteWriter().u64(initiator).u64(responder);
    data.bytes(address.getAddress().getAddress()).u16(address.getPort());
    return Certificates.digest("SHA-1", data.toByteArray());
  }
}
