package org.vpnprobe.protocol.ikev1;

import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.ike.Identity;
import org.vpnprobe.layer.ike.IkeLink;
import org.vpnprobe.layer.ike.KeyExchange;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.ikev1.Isakmp.Payload;

/** Phase 1 as initiator: main mode (RFC 2409 section 5.4) or aggressive mode. */
final class PhaseOne {
  private static final int NONCE = 32;
  private static final int MIN_NONCE = 8;
  private static final int MAX_NONCE = 256;

  /** Where IKE goes on when there is a NAT (RFC 3947 section 4). */
  private static final int NAT_PORT = 4500;

  private final Ikev1Settings settings;
  private final Trial trial;
  private final boolean aggressive;
  private final List<Transform> offers;
  private final byte[] sa;
  private final byte[] nonce = new byte[NONCE];
  private final long cookie;
  private final byte[] ourId;
  private IkeLink link;
  private @Nullable KeyExchange exchange;
  private @Nullable Transform chosen;
  private List<Payload> answer = List.of();
  private long responder;

  PhaseOne(Ikev1Settings settings, Trial trial, IkeLink link) {
    this.settings = settings;
    this.trial = trial;
    this.link = link;
    this.aggressive = settings.chosenMode() == Ikev1Settings.Mode.AGGRESSIVE;
    this.offers = settings.offers();
    this.sa = Transform.encode(offers);
    trial.random().nextBytes(nonce);
    long drawn = trial.random().nextLong();
    this.cookie = drawn == 0 ? 1 : drawn;
    this.ourId = settings.local().orElseGet(() -> Identity.of(link.local().getAddress())).body();
  }

  /**
   * The first message and the answer to it.
   *
   * @return 0, or the type of the notification that came instead of a choice
   */
  int offer() throws StepFailed {
    List<Payload> payloads = new ArrayList<>();
    payloads.add(new Payload(Isakmp.SA, sa));
    if (aggressive) {
      exchange = KeyExchange.generate(offers.getFirst().group(), trial.random());
      payloads.add(new Payload(Isakmp.KE, exchange.publicValue()));
      payloads.add(new Payload(Isakmp.NONCE, nonce));
      payloads.add(new Payload(Isakmp.ID, ourId));
    }
    payloads.add(new Payload(Isakmp.VENDOR, Isakmp.NAT_T));
    payloads.add(new Payload(Isakmp.VENDOR, Isakmp.DPD));
    byte[] request = Isakmp.clear(cookie, 0, mode(), payloads).encode();
    Isakmp reply = link.ask(List.of(request), this::choice);
    answer = reply.payloads();
    if (reply.exchange() == Isakmp.INFORMATIONAL) {
      return Isakmp.notification(answer);
    }
    responder = reply.responder();
    chosen = Transform.chosen(Isakmp.require(answer, Isakmp.SA, "SA"), offers);
    trial.observe("ike_proposal", chosen.toString());
    return 0;
  }

  private int mode() {
    return aggressive ? Isakmp.AGGRESSIVE : Isakmp.MAIN;
  }

  /** A choice among our offers, or a notification; checked here, so that a forged one is no end. */
  private Isakmp choice(byte[] bytes) throws StepFailed {
    Isakmp reply = Isakmp.decode(bytes);
    boolean expected = reply.exchange() == mode() || reply.exchange() == Isakmp.INFORMATIONAL;
    if (reply.initiator() != cookie || !expected || reply.isEncrypted()) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "an IKE message that is no reply to ours");
    }
    List<Payload> payloads = reply.payloads();
    if (reply.exchange() == Isakmp.INFORMATIONAL) {
      if (Isakmp.notification(payloads) == 0) {
        throw new StepFailed(
            FailureKind.PROTO_MALFORMED_REPLY, "an informational message without notification");
      }
    } else {
      Transform.chosen(Isakmp.require(payloads, Isakmp.SA, "SA"), offers);
      if (reply.responder() == 0) {
        throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the responder's cookie is zero");
      }
    }
    return reply;
  }

  /** The rest of phase 1: the server proves that it knows the secret. */
  Session authenticate() throws StepFailed {
    boolean done = false;
    try {
      Session session = aggressive ? finishAggressive() : finishMain();
      done = true;
      return session;
    } finally {
      if (!done) {
        link.socket().close();
      }
    }
  }

  private Session finishAggressive() throws StepFailed {
    PhaseOneKeys keys = keys(answer);
    verify(keys, answer);
    moveBehindNat(answer);
    List<Payload> third = new ArrayList<>();
    third.add(new Payload(Isakmp.HASH, keys.hashI(ourId)));
    third.addAll(natDetection());
    byte[] sealed = keys.seal(keys.firstIv(), Isakmp.chain(third));
    link.send(List.of(message(mode(), 0, Isakmp.HASH, sealed)));
    return established(keys, keys.last(sealed));
  }

  private Session finishMain() throws StepFailed {
    Transform transform = Objects.requireNonNull(chosen);
    exchange = KeyExchange.generate(transform.group(), trial.random());
    List<Payload> third = new ArrayList<>();
    third.add(new Payload(Isakmp.KE, exchange.publicValue()));
    third.add(new Payload(Isakmp.NONCE, nonce));
    third.addAll(natDetection());
    byte[] request = Isakmp.clear(cookie, responder, Isakmp.MAIN, third).encode();
    Isakmp fourth = link.ask(List.of(request), this::fourth);
    refuse(fourth);
    PhaseOneKeys keys = keys(fourth.payloads());
    moveBehindNat(fourth.payloads());
    List<Payload> fifth =
        List.of(new Payload(Isakmp.ID, ourId), new Payload(Isakmp.HASH, keys.hashI(ourId)));
    byte[] sealed = keys.seal(keys.firstIv(), Isakmp.chain(fifth));
    Isakmp sixth = link.ask(List.of(message(Isakmp.MAIN, 0, Isakmp.ID, sealed)), this::sixth);
    if (sixth.exchange() == Isakmp.INFORMATIONAL) {
      // With another secret the server reads garbage, and what it says is garbage to us.
      throw new StepFailed(
          FailureKind.AUTH_REJECTED, "the server refused our proof: another psk, or another name");
    }
    List<Payload> payloads = opened(keys, keys.last(sealed), sixth);
    verify(keys, payloads);
    return established(keys, keys.last(sixth.body()));
  }

  private static List<Payload> opened(PhaseOneKeys keys, byte[] iv, Isakmp message)
      throws StepFailed {
    try {
      return Isakmp.payloads(message.first(), keys.open(iv, message.body()));
    } catch (StepFailed e) {
      throw wrongSecret();
    }
  }

  private static StepFailed wrongSecret() {
    return new StepFailed(
        FailureKind.AUTH_WRONG_SERVER_KEY,
        "the server's proof does not verify: another psk than ours");
  }

  /** A message of this exchange with our cookies; null for a repeated second message. */
  private @Nullable Isakmp ours(byte[] bytes) throws StepFailed {
    Isakmp reply = Isakmp.decode(bytes);
    boolean expected = reply.exchange() == mode() || reply.exchange() == Isakmp.INFORMATIONAL;
    return reply.initiator() == cookie && reply.responder() == responder && expected ? reply : null;
  }

  private @Nullable Isakmp fourth(byte[] bytes) throws StepFailed {
    Isakmp reply = ours(bytes);
    if (reply == null || reply.isEncrypted()) {
      return null;
    }
    List<Payload> payloads = reply.payloads();
    boolean refusal =
        reply.exchange() == Isakmp.INFORMATIONAL && Isakmp.notification(payloads) != 0;
    return refusal || Isakmp.find(payloads, Isakmp.KE).isPresent() ? reply : null;
  }

  private @Nullable Isakmp sixth(byte[] bytes) throws StepFailed {
    Isakmp reply = ours(bytes);
    return reply != null && (reply.isEncrypted() || reply.exchange() == Isakmp.INFORMATIONAL)
        ? reply
        : null;
  }

  private static void refuse(Isakmp reply) throws StepFailed {
    if (reply.exchange() == Isakmp.INFORMATIONAL) {
      String name = Isakmp.notificationName(Isakmp.notification(reply.payloads()));
      throw new StepFailed(FailureKind.IKE_NOTIFY, name, "the server refused the key exchange");
    }
  }

  private PhaseOneKeys keys(List<Payload> payloads) throws StepFailed {
    KeyExchange ours = Objects.requireNonNull(exchange);
    byte[] theirs = Isakmp.require(payloads, Isakmp.KE, "key exchange");
    byte[] nr = Isakmp.require(payloads, Isakmp.NONCE, "nonce");
    if (nr.length < MIN_NONCE || nr.length > MAX_NONCE) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "a nonce of " + nr.length + " bytes");
    }
    byte[] shared = ours.agree(theirs);
    return PhaseOneKeys.derive(
        Objects.requireNonNull(chosen),
        Objects.requireNonNull(settings.psk()).bytes(),
        shared,
        new PhaseOneKeys.Seen(cookie, responder, sa, ours.publicValue(), theirs, nonce, nr));
  }

  private void verify(PhaseOneKeys keys, List<Payload> payloads) throws StepFailed {
    Optional<byte[]> id = Isakmp.find(payloads, Isakmp.ID);
    Optional<byte[]> hash = Isakmp.find(payloads, Isakmp.HASH);
    if (id.isEmpty()
        || hash.isEmpty()
        || !MessageDigest.isEqual(hash.get(), keys.hashR(id.get()))) {
      throw wrongSecret();
    }
    Identity theirs = Identity.decode(id.get());
    trial.observe("ike_server_id", theirs.toString());
    Optional<Identity> wanted = settings.remote();
    if (wanted.isPresent() && !wanted.get().matches(theirs)) {
      throw new StepFailed(
          FailureKind.AUTH_WRONG_SERVER_KEY, "the server is another than remote_id");
    }
    trial.reached(Depth.AUTHENTICATED, "the server's hash verified with the shared secret");
  }

  /** RFC 3947 section 3.2: the other side's address first, then ours. */
  private List<Payload> natDetection() {
    boolean understood =
        answer.stream()
            .anyMatch(p -> p.type() == Isakmp.VENDOR && Arrays.equals(p.body(), Isakmp.NAT_T));
    return understood
        ? List.of(
            new Payload(Isakmp.NAT_D, natHash(link.remote())),
            new Payload(Isakmp.NAT_D, natHash(link.local())))
        : List.of();
  }

  private byte[] natHash(InetSocketAddress address) {
    return PhaseOneKeys.digest(
        Objects.requireNonNull(chosen),
        new ByteWriter()
            .u64(cookie)
            .u64(responder)
            .bytes(address.getAddress().getAddress())
            .u16(address.getPort())
            .toByteArray());
  }

  /** Behind a NAT, IKE moves to port 4500 before the first encrypted message. */
  private void moveBehindNat(List<Payload> payloads) throws StepFailed {
    List<byte[]> told =
        payloads.stream().filter(p -> p.type() == Isakmp.NAT_D).map(Payload::body).toList();
    boolean nat =
        told.size() > 1
            && !(Arrays.equals(told.getFirst(), natHash(link.local()))
                && told.stream().skip(1).anyMatch(h -> Arrays.equals(h, natHash(link.remote()))));
    trial.observe("ike_nat", String.valueOf(nat));
    if (nat && !link.marked() && settings.natT() == null) {
      trial.observe("ike_port", String.valueOf(NAT_PORT));
      InetSocketAddress server = new InetSocketAddress(trial.server().getAddress(), NAT_PORT);
      link = new IkeLink(trial.path().udp(server), true, trial.clock(), link);
    }
  }

  private byte[] message(int exchangeType, long id, int first, byte[] sealed) {
    return new Isakmp(cookie, responder, first, exchangeType, Isakmp.ENCRYPTED, id, sealed)
        .encode();
  }

  /** The SA stands; closing deletes it (RFC 2408 section 3.15). */
  private Session established(PhaseOneKeys keys, byte[] lastBlock) {
    IkeLink open = link;
    return () -> {
      try {
        long id = trial.random().nextInt() & 0xffffffffL;
        Payload delete =
            new Payload(
                Isakmp.DELETE,
                new ByteWriter()
                    .u32(Isakmp.DOI)
                    .u8(Isakmp.PROTOCOL)
                    .u8(16)
                    .u16(1)
                    .u64(cookie)
                    .u64(responder)
                    .toByteArray());
        byte[] hash = keys.hash1(id, Isakmp.chain(List.of(delete)));
        byte[] chain = Isakmp.chain(List.of(new Payload(Isakmp.HASH, hash), delete));
        byte[] sealed = keys.seal(keys.iv(lastBlock, id), chain);
        open.send(List.of(message(Isakmp.INFORMATIONAL, id, Isakmp.HASH, sealed)));
      } catch (StepFailed e) {
        // Whoever is gone needs no goodbye.
      }
      open.socket().close();
    };
  }
}
