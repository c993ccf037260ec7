package org.vpnprobe.lab;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.ike.Identity;
import org.vpnprobe.layer.ike.KeyExchange;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.ikev1.Ikev1Settings;
import org.vpnprobe.protocol.ikev1.Isakmp;
import org.vpnprobe.protocol.ikev1.Isakmp.Payload;
import org.vpnprobe.protocol.ikev1.PhaseOneKeys;
import org.vpnprobe.protocol.ikev1.Transform;

/** Phase 1 of one client, from the server's side (RFC 2409 section 5.4). */
final class Ikev1ServerSession {
  private static final int NO_PROPOSAL_CHOSEN = 14;
  private static final int AUTHENTICATION_FAILED = 24;

  private final Ikev1Settings settings;
  private final long initiator;
  private final long responder;
  private final RandomGenerator random;
  private final byte[] nonce = new byte[32];
  private byte[] sa = new byte[0];
  private byte[] clientId = new byte[0];
  private @Nullable Transform chosen;
  private @Nullable PhaseOneKeys keys;
  private byte[] iv = new byte[0];
  private boolean established;
  private boolean ended;

  Ikev1ServerSession(Ikev1Settings settings, long initiator, RandomGenerator random) {
    this.settings = settings;
    this.initiator = initiator;
    this.random = random;
    this.responder = random.nextLong() | 1;
    random.nextBytes(nonce);
  }

  /** True when the client has said goodbye. */
  boolean ended() {
    return ended;
  }

  List<Isakmp> answer(Isakmp message) throws StepFailed {
    if (message.isEncrypted()) {
      return keys == null ? List.of() : sealed(message, keys);
    }
    List<Payload> payloads = message.payloads();
    Optional<byte[]> offer = Isakmp.find(payloads, Isakmp.SA);
    if (offer.isPresent()) {
      return chosen(message, payloads, offer.get());
    }
    return chosen == null ? List.of() : List.of(exchanged(payloads, chosen));
  }

  private List<Isakmp> chosen(Isakmp message, List<Payload> payloads, byte[] offer)
      throws StepFailed {
    boolean aggressive = settings.chosenMode() == Ikev1Settings.Mode.AGGRESSIVE;
    if (aggressive != (message.exchange() == Isakmp.AGGRESSIVE)) {
      return List.of(notification(AUTHENTICATION_FAILED));
    }
    Optional<Transform> match =
        Transform.decode(offer).stream().filter(settings.offers()::contains).findFirst();
    if (match.isEmpty()) {
      return List.of(notification(NO_PROPOSAL_CHOSEN));
    }
    sa = offer;
    chosen = match.get();
    Payload choice = new Payload(Isakmp.SA, Transform.encode(List.of(match.get())));
    if (!aggressive) {
      return List.of(Isakmp.clear(initiator, responder, Isakmp.MAIN, List.of(choice)));
    }
    clientId = Isakmp.require(payloads, Isakmp.ID, "identity");
    KeyExchange exchange = KeyExchange.generate(match.get().group(), random);
    PhaseOneKeys derived = derive(payloads, match.get(), exchange);
    byte[] id = id();
    return List.of(
        Isakmp.clear(
            initiator,
            responder,
            Isakmp.AGGRESSIVE,
            List.of(
                choice,
                new Payload(Isakmp.KE, exchange.publicValue()),
                new Payload(Isakmp.NONCE, nonce),
                new Payload(Isakmp.ID, id),
                new Payload(Isakmp.HASH, derived.hashR(id)))));
  }

  private Isakmp exchanged(List<Payload> payloads, Transform transform) throws StepFailed {
    KeyExchange exchange = KeyExchange.generate(transform.group(), random);
    derive(payloads, transform, exchange);
    return Isakmp.clear(
        initiator,
        responder,
        Isakmp.MAIN,
        List.of(new Payload(Isakmp.KE, exchange.publicValue()), new Payload(Isakmp.NONCE, nonce)));
  }

  private PhaseOneKeys derive(List<Payload> payloads, Transform transform, KeyExchange exchange)
      throws StepFailed {
    byte[] theirs = Isakmp.require(payloads, Isakmp.KE, "key exchange");
    byte[] ni = Isakmp.require(payloads, Isakmp.NONCE, "nonce");
    byte[] secret = new byte[32];
    random.nextBytes(secret); // Without one of the client's, nobody can prove anything.
    PhaseOneKeys derived =
        PhaseOneKeys.derive(
            transform,
            settings.psk() == null ? secret : settings.psk().bytes(),
            exchange.agree(theirs),
            new PhaseOneKeys.Seen(
                initiator, responder, sa, theirs, exchange.publicValue(), ni, nonce));
    keys = derived;
    iv = derived.firstIv();
    return derived;
  }

  private byte[] id() {
    return settings
        .remote()
        .orElse(new Identity(Identity.FQDN, "vpn.lab.example".getBytes(StandardCharsets.US_ASCII)))
        .body();
  }

  private List<Isakmp> sealed(Isakmp message, PhaseOneKeys with) throws StepFailed {
    if (message.exchange() == Isakmp.INFORMATIONAL) {
      ended = established && isDelete(message, with);
      return List.of();
    }
    byte[] id;
    byte[] hash;
    try {
      List<Payload> payloads = Isakmp.payloads(message.first(), with.open(iv, message.body()));
      boolean main = message.exchange() == Isakmp.MAIN;
      id = main ? Isakmp.require(payloads, Isakmp.ID, "identity") : clientId;
      hash = Isakmp.require(payloads, Isakmp.HASH, "hash");
    } catch (StepFailed e) {
      return List.of(garbled(with));
    }
    if (!Arrays.equals(hash, with.hashI(id))) {
      return List.of(garbled(with));
    }
    established = true;
    byte[] last = with.last(message.body());
    if (message.exchange() == Isakmp.AGGRESSIVE) {
      iv = last;
      return List.of();
    }
    byte[] own = id();
    byte[] chain =
        Isakmp.chain(
            List.of(new Payload(Isakmp.ID, own), new Payload(Isakmp.HASH, with.hashR(own))));
    byte[] body = with.seal(last, chain);
    iv = with.last(body);
    return List.of(
        new Isakmp(initiator, responder, Isakmp.ID, Isakmp.MAIN, Isakmp.ENCRYPTED, 0, body));
  }

  private boolean isDelete(Isakmp message, PhaseOneKeys with) throws StepFailed {
    byte[] chain = with.open(with.iv(iv, message.id()), message.body());
    List<Payload> payloads = Isakmp.payloads(message.first(), chain);
    Optional<byte[]> delete = Isakmp.find(payloads, Isakmp.DELETE);
    Optional<byte[]> hash = Isakmp.find(payloads, Isakmp.HASH);
    return delete.isPresent()
        && hash.isPresent()
        && Arrays.equals(
            hash.get(),
            with.hash1(
                message.id(), Isakmp.chain(List.of(new Payload(Isakmp.DELETE, delete.get())))));
  }

  /** What a client with another secret gets: a notification that only the server can read. */
  private Isakmp garbled(PhaseOneKeys with) {
    long id = random.nextInt() & 0xffffffffL;
    byte[] chain = Isakmp.chain(List.of(notify(AUTHENTICATION_FAILED)));
    byte[] body = with.seal(with.iv(iv, id), chain);
    return new Isakmp(
        initiator, responder, Isakmp.NOTIFY, Isakmp.INFORMATIONAL, Isakmp.ENCRYPTED, id, body);
  }

  private Isakmp notification(int type) {
    return Isakmp.clear(initiator, responder, Isakmp.INFORMATIONAL, List.of(notify(type)));
  }

  private static Payload notify(int type) {
    byte[] body = new ByteWriter().u32(1).u8(1).u8(0).u16(type).toByteArray();
    return new Payload(Isakmp.NOTIFY, body);
  }
}
