package org.vpnprobe.protocol.ikev2;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.layer.ike.Identity;
import org.vpnprobe.layer.ike.IkeLink;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Trial;

/** The IKE_AUTH exchanges (RFC 7296 sections 1.2 and 2.16). */
final class IkeAuth {
  private static final int MAX_EAP_ROUNDS = 12;

  private final Ikev2Settings settings;
  private final Trial trial;
  private final IkeSa sa;
  private final SaInit.Done init;
  private final List<X509Certificate> chain;
  private final Identity ours;
  private final byte[] childSpi;

  IkeAuth(Ikev2Settings settings, Trial trial, IkeSa sa, SaInit.Done init, IkeLink link) {
    this.settings = settings;
    this.trial = trial;
    this.sa = sa;
    this.init = init;
    this.chain =
        settings
            .ownCertificate()
            .map(own -> List.of(own.getCertificateChain("")))
            .orElse(List.of());
    this.ours = settings.local().orElseGet(() -> ownName(chain, link));
    this.childSpi = new byte[4];
    trial.random().nextBytes(childSpi);
    childSpi[0] |= 1; // SPIs below 256 are reserved (RFC 4303 section 2.1).
  }

  private static Identity ownName(List<X509Certificate> chain, IkeLink link) {
    return chain.isEmpty()
        ? Identity.of(link.local().getAddress())
        : Identity.of(chain.getFirst().getSubjectX500Principal());
  }

  /**
   * Proves both sides to each other, as far as the settings allow.
   *
   * @return the child SA, empty when the server made none
   */
  Optional<ChildSa> run() throws StepFailed {
    List<Payload> reply = checked(sa.ask(Ike.IKE_AUTH, first()));
    Identity server = Identity.decode(Payload.require(reply, Ike.ID_R, "identity"));
    trial.observe("ike_server_id", server.toString());
    try {
      verifyServer(reply, server);
    } catch (StepFailed e) {
      if (Payload.find(reply, Ike.EAP).isEmpty()) {
        sa.leave(); // The server holds an SA by now that we do not want.
      }
      throw e;
    }
    return switch (settings.mode()) {
      case EAP -> login(reply, server);
      case SERVER_ONLY -> {
        trial.reached(Depth.AUTHENTICATED, "server certificate verified; no credentials to try");
        yield Optional.empty();
      }
      default -> {
        trial.reached(Depth.AUTHENTICATED, "server's AUTH verified, our credentials accepted");
        yield child(reply);
      }
    };
  }

  private List<Payload> first() throws StepFailed {
    List<Payload> payloads = new ArrayList<>();
    payloads.add(new Payload(Ike.ID_I, ours.body()));
    for (X509Certificate certificate : chain) {
      payloads.add(Certificates.payload(certificate));
    }
    if (settings.psk() == null) {
      payloads.add(certificateRequest());
    }
    settings.remote().ifPresent(remote -> payloads.add(new Payload(Ike.ID_R, remote.body())));
    byte[] auth = ownAuth();
    if (auth != null) {
      payloads.add(new Payload(Ike.AUTH, auth));
    }
    payloads.addAll(ChildSa.request(childSpi));
    return payloads;
  }

  private Payload certificateRequest() {
    ByteWriter body = new ByteWriter().u8(Ike.X509_SIGNATURE);
    settings.authorities().forEach(authority -> body.bytes(Certificates.authorityHash(authority)));
    return new Payload(Ike.CERTREQ, body.toByteArray());
  }

  /** Our AUTH, null when we log in by EAP or not at all. */
  private byte @Nullable [] ownAuth() throws StepFailed {
    Secret psk = settings.psk();
    if (psk != null) {
      return Auth.shared(init.chosen().prf(), psk.bytes(), ownOctets());
    }
    Optional<OwnCertificate> own = settings.ownCertificate();
    return own.isPresent()
        ? Signatures.sign(own.get().getPrivateKey(""), ownOctets(), init.hashes())
        : null;
  }

  private byte[] ownOctets() {
    return Auth.octets(
        init.request(), init.nr(), init.chosen().prf(), init.keys().pi(), ours.body());
  }

  private byte[] serverOctets(Identity server) {
    return Auth.octets(
        init.response(), init.ni(), init.chosen().prf(), init.keys().pr(), server.body());
  }

  /** A reply that is not a refusal. Errors about the child SA come beside AUTH and pass. */
  private List<Payload> checked(List<Payload> reply) throws StepFailed {
    Optional<Notify> error = Notify.error(Notify.all(reply));
    boolean goesOn =
        Payload.find(reply, Ike.AUTH).isPresent() || Payload.find(reply, Ike.EAP).isPresent();
    if (error.isPresent() && !goesOn) {
      int type = error.get().type();
      if (type == Ike.AUTHENTICATION_FAILED) {
        throw new StepFailed(
            FailureKind.AUTH_REJECTED, "the server answered AUTHENTICATION_FAILED");
      }
      throw new StepFailed(
          FailureKind.IKE_NOTIFY, Ike.errorName(type), "the server refused the IKE_AUTH request");
    }
    return reply;
  }

  private void verifyServer(List<Payload> reply, Identity server) throws StepFailed {
    byte[] auth = Payload.require(reply, Ike.AUTH, "AUTH");
    if (settings.remote().isPresent() && !settings.remote().get().matches(server)) {
      throw new StepFailed(
          FailureKind.AUTH_WRONG_SERVER_KEY, "the server has another identity than remote_id");
    }
    Secret psk = settings.psk();
    if (psk != null) {
      if (!Auth.verifyShared(init.chosen().prf(), psk.bytes(), serverOctets(server), auth)) {
        throw wrong("the server's AUTH does not verify with psk");
      }
      return;
    }
    List<X509Certificate> chain = ServerCertificate.read(reply);
    if (chain.isEmpty()) {
      throw wrong("the server shows no certificate");
    }
    trial.observe("ike_server_certificate_sha256", OwnCertificate.sha256(chain.getFirst()));
    if (!Signatures.verify(chain.getFirst().getPublicKey(), auth, serverOctets(server))) {
      throw wrong("the server's AUTH does not verify with its certificate");
    }
    new ServerCertificate(settings, trial.host(), trial.clock()).check(chain);
  }

  private static StepFailed wrong(String why) {
    return new StepFailed(FailureKind.AUTH_WRONG_SERVER_KEY, why);
  }

  /** EAP-MSCHAPv2 under the verified server, then both AUTHs with the method's key. */
  private Optional<ChildSa> login(List<Payload> reply, Identity server) throws StepFailed {
    EapMsChapV2 eap =
        new EapMsChapV2(
            String.valueOf(settings.username()),
            settings.password() == null ? "" : settings.password().text(),
            trial.random());
    List<Payload> last = reply;
    for (int round = 0; round < MAX_EAP_ROUNDS; round++) {
      byte[] answer = eap.answer(Payload.require(last, Ike.EAP, "EAP message"));
      if (answer == null) {
        return confirm(eap.key(), server);
      }
      last = checked(sa.ask(Ike.IKE_AUTH, List.of(new Payload(Ike.EAP, answer))));
    }
    throw new StepFailed(
        FailureKind.PROTO_UNEXPECTED_REPLY, "EAP does not end after " + MAX_EAP_ROUNDS + " rounds");
  }

  private Optional<ChildSa> confirm(byte[] key, Identity server) throws StepFailed {
    Prf prf = init.chosen().prf();
    byte[] auth = Auth.shared(prf, key, ownOctets());
    List<Payload> reply = checked(sa.ask(Ike.IKE_AUTH, List.of(new Payload(Ike.AUTH, auth))));
    byte[] theirs = Payload.require(reply, Ike.AUTH, "AUTH");
    if (!Auth.verifyShared(prf, key, serverOctets(server), theirs)) {
      throw wrong("the server's second AUTH does not verify with the key of EAP");
    }
    trial.reached(Depth.AUTHENTICATED, "server certificate verified, our password accepted");
    return child(reply);
  }

  private Optional<ChildSa> child(List<Payload> reply) throws StepFailed {
    Optional<Notify> error = Notify.error(Notify.all(reply));
    if (error.isPresent()) {
      trial.observe("ike_child_refused", Ike.errorName(error.get().type()));
      return Optional.empty();
    }
    return ChildSa.of(reply, childSpi, init, trial.random());
  }
}
