package org.vpnprobe.lab;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.ike.Identity;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.ikev2.Auth;
import org.vpnprobe.protocol.ikev2.Certificates;
import org.vpnprobe.protocol.ikev2.Esp;
import org.vpnprobe.protocol.ikev2.Ike;
import org.vpnprobe.protocol.ikev2.IkeHeader;
import org.vpnprobe.protocol.ikev2.IkeMessage;
import org.vpnprobe.protocol.ikev2.Ikev2Settings;
import org.vpnprobe.protocol.ikev2.Ikev2Settings.Mode;
import org.vpnprobe.protocol.ikev2.Notify;
import org.vpnprobe.protocol.ikev2.Payload;
import org.vpnprobe.protocol.ikev2.Prf;
import org.vpnprobe.protocol.ikev2.Proposal;
import org.vpnprobe.protocol.ikev2.Signatures;
import org.vpnprobe.protocol.ikev2.Suite;

/** The responder's side of one IKE SA and its child. */
final class Ikev2ServerSession {
  private static final byte[] INNER_CLIENT = {10, 8, 0, 2};
  private static final InetAddress INNER_HOST = InetAddress.ofLiteral("10.8.0.1");

  private final Ikev2Settings settings;
  private final OwnCertificate identity;
  private final RandomGenerator random;
  private final Identity ours;
  private Ikev2ServerInit.@Nullable Agreed agreed;
  private byte @Nullable [] client;
  private @Nullable Ikev2EapServer eap;
  private List<Payload> childRequest = List.of();
  private @Nullable Esp esp;
  private byte[] childSpi = new byte[4];
  private long expected;
  private List<byte[]> lastAnswer = List.of();
  private boolean ended;

  Ikev2ServerSession(Ikev2Settings settings, OwnCertificate identity, RandomGenerator random) {
    this.settings = settings;
    this.identity = identity;
    this.random = random;
    this.ours =
        settings
            .remote()
            .orElseGet(
                () -> Identity.of(identity.getCertificateChain("")[0].getSubjectX500Principal()));
  }

  /** The client has deleted the IKE SA. */
  boolean ended() {
    return ended;
  }

  /** The datagrams that answer a request; those of the last time when it is a copy. */
  List<byte[]> answer(IkeHeader header, byte[] message) throws StepFailed {
    if (header.messageId() + 1 == expected) {
      return lastAnswer;
    }
    if (header.messageId() != expected) {
      return List.of();
    }
    List<byte[]> answer = header.messageId() == 0 ? init(message) : protectedAnswer(message);
    if (!answer.isEmpty()) {
      expected++;
      lastAnswer = answer;
    }
    return answer;
  }

  private List<byte[]> init(byte[] bytes) throws StepFailed {
    Ikev2ServerInit.Outcome outcome = Ikev2ServerInit.answer(bytes, random);
    agreed = outcome.agreed();
    if (agreed == null) {
      expected--; // The client tries again with the same number.
    }
    return List.of(outcome.reply());
  }

  private List<byte[]> protectedAnswer(byte[] bytes) throws StepFailed {
    Ikev2ServerInit.Agreed with = agreed();
    IkeMessage request = with.encrypted().open(bytes);
    if (request == null) {
      return List.of(); // Fragments are missing.
    }
    List<Payload> payloads =
        switch (request.header().exchange()) {
          case Ike.IKE_AUTH -> authenticate(request.payloads());
          case Ike.INFORMATIONAL -> {
            ended = Payload.find(request.payloads(), Ike.DELETE).isPresent();
            yield List.of();
          }
          default -> List.of();
        };
    return with.encrypted()
        .seal(
            Ikev2ServerInit.response(request.header(), with.spi(), payloads), with.fragmentation());
  }

  private List<Payload> authenticate(List<Payload> request) throws StepFailed {
    if (client == null) {
      client = Payload.require(request, Ike.ID_I, "identity");
      childRequest = request;
      Optional<byte[]> auth = Payload.find(request, Ike.AUTH).map(Payload::body);
      if (auth.isEmpty()) {
        return byEap();
      }
      return accepts(auth.get(), request) ? established(ownAuth(), true) : failed();
    }
    if (eap == null) {
      return failed();
    }
    Optional<byte[]> auth = Payload.find(request, Ike.AUTH).map(Payload::body);
    if (auth.isEmpty()) {
      byte[] answer = eap.next(Payload.require(request, Ike.EAP, "EAP message"));
      return List.of(new Payload(Ike.EAP, answer));
    }
    Optional<byte[]> key = eap.key();
    return key.isPresent() && Auth.verifyShared(prf(), key.get(), clientOctets(), auth.get())
        ? established(Auth.shared(prf(), key.get(), ownOctets()), false)
        : failed();
  }

  private List<Payload> byEap() throws StepFailed {
    if (settings.mode() == Mode.PSK || settings.mode() == Mode.CERTIFICATE) {
      return failed();
    }
    Ikev2EapServer server = new Ikev2EapServer(settings, random);
    eap = server;
    List<Payload> payloads = new ArrayList<>(identified(ownAuth(), true));
    payloads.add(new Payload(Ike.EAP, server.first()));
    return payloads;
  }

  private boolean accepts(byte[] auth, List<Payload> request) throws StepFailed {
    if (settings.psk() != null) {
      return Auth.verifyShared(prf(), settings.psk().bytes(), clientOctets(), auth);
    }
    if (settings.mode() != Mode.CERTIFICATE) {
      return false;
    }
    X509Certificate known = settings.ownCertificate().orElseThrow().getCertificateChain("")[0];
    byte[] shown = Payload.require(request, Ike.CERT, "certificate");
    return Arrays.equals(shown, Certificates.payload(known).body())
        && Signatures.verify(known.getPublicKey(), auth, clientOctets());
  }

  private byte[] ownAuth() throws StepFailed {
    return settings.psk() != null
        ? Auth.shared(prf(), settings.psk().bytes(), ownOctets())
        : Signatures.sign(identity.getPrivateKey(""), ownOctets(), agreed().hashes());
  }

  private List<Payload> identified(byte[] auth, boolean first) {
    List<Payload> payloads = new ArrayList<>();
    if (first) {
      payloads.add(new Payload(Ike.ID_R, ours.body()));
      if (settings.psk() == null) {
        shown().forEach(one -> payloads.add(Certificates.payload(one)));
      }
    }
    payloads.add(new Payload(Ike.AUTH, auth));
    return payloads;
  }

  /** AUTH and the child SA; selectors as the client wants them. */
  private List<Payload> established(byte[] auth, boolean first) throws StepFailed {
    List<Payload> payloads = identified(auth, first);
    Proposal offer = Proposal.decode(Payload.require(childRequest, Ike.SA, "child SA")).getFirst();
    byte[] spi = bytes(4);
    spi[0] |= 1;
    Proposal choice =
        new Proposal(offer.number(), offer.protocol(), spi, Ikev2ServerInit.firsts(offer));
    Ikev2ServerInit.Agreed with = agreed();
    childSpi = spi;
    esp =
        Esp.responder(
            Esp.Keys.derive(Suite.of(choice), prf(), with.keys(), with.nonces()),
            new ByteReader(offer.spi()).u32(),
            new ByteReader(spi).u32(),
            random);
    // CFG_REPLY with INTERNAL_IP4_ADDRESS (RFC 7296 section 3.15).
    payloads.add(
        new Payload(
            Ike.CP,
            new ByteWriter().u8(2).zeros(3).u16(1).u16(4).bytes(INNER_CLIENT).toByteArray()));
    payloads.add(new Payload(Ike.SA, Proposal.encode(List.of(choice))));
    payloads.add(new Payload(Ike.TS_I, Payload.require(childRequest, Ike.TS_I, "TSi")));
    payloads.add(new Payload(Ike.TS_R, Payload.require(childRequest, Ike.TS_R, "TSr")));
    return payloads;
  }

  private static List<Payload> failed() {
    return List.of(new Notify(Ike.AUTHENTICATION_FAILED, new byte[0]).payload());
  }

  /** True for an ESP packet of ours. */
  boolean isTunnel(byte[] datagram) {
    return esp != null && Arrays.equals(childSpi, 0, 4, datagram, 0, Math.min(4, datagram.length));
  }

  /** The ESP packets that answer one. */
  List<byte[]> tunnelled(byte[] datagram) throws StepFailed {
    Esp with = Objects.requireNonNull(esp);
    byte[] packet = with.open(datagram);
    InetAddress host = settings.innerTarget().orElse(INNER_HOST);
    return packet == null
        ? List.of()
        : InnerHost.reply(packet, host).map(with::seal).stream().toList();
  }

  private byte[] clientOctets() {
    Ikev2ServerInit.Agreed with = agreed();
    return Auth.octets(
        with.request(), with.nr(), prf(), with.keys().pi(), Objects.requireNonNull(client));
  }

  private byte[] ownOctets() {
    Ikev2ServerInit.Agreed with = agreed();
    return Auth.octets(with.response(), with.ni(), prf(), with.keys().pr(), ours.body());
  }

  private Prf prf() {
    return agreed().chosen().prf();
  }

  private Ikev2ServerInit.Agreed agreed() {
    return Objects.requireNonNull(agreed, "IKE_SA_INIT comes first");
  }

  /** Our certificate and its chain. */
  private List<X509Certificate> shown() {
    return List.of(identity.getCertificateChain(""));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
