package org.vpnprobe.protocol.ikev2;

import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.vpnprobe.bench.Speed;
import org.vpnprobe.layer.ike.Group;
import org.vpnprobe.layer.ike.KeyExchange;
import org.vpnprobe.net.StepFailed;

/** IKE_SA_INIT as it is offered, its key exchange, and a message under the keys of an SA. */
public class Ikev2Speed extends Speed {
  private final KeyExchange ours = KeyExchange.generate(Group.CURVE25519, random);
  private final byte[] theirs = KeyExchange.generate(Group.CURVE25519, random).publicValue();
  private final KeyExchange modp = KeyExchange.generate(Group.MODP2048, random);
  private final byte[] modpTheirs = KeyExchange.generate(Group.MODP2048, random).publicValue();
  private final byte[] nonce = bytes(32);
  private final byte[] init = saInitEncode();
  private byte[] sealed = {};
  private List<Encrypted> ends = List.of();

  private final IkeMessage message =
      new IkeMessage(
          new IkeHeader(1, 2, 0, Ike.IKE_AUTH, Ike.INITIATOR, 1),
          List.of(
              new Payload(Ike.ID_I, bytes(24)),
              new Payload(Ike.AUTH, bytes(300)),
              new Payload(Ike.SA, Proposal.encode(Proposals.esp(bytes(4))))));

  /** The keys of an SA, AES-256-GCM. */
  @Setup
  public void prepare() throws StepFailed {
    Proposal choice =
        new Proposal(
            1,
            Ike.PROTOCOL_IKE,
            new byte[0],
            List.of(
                new Proposal.Transform(Proposal.ENCR, Suite.AES_GCM_16, 256),
                new Proposal.Transform(Proposal.PRF, Prf.HMAC_SHA2_256.id(), 0),
                new Proposal.Transform(Proposal.DH, Group.CURVE25519.id(), 0)));
    Chosen chosen = Chosen.of(choice);
    IkeKeys keys = IkeKeys.derive(chosen, bytes(64), bytes(32), 1, 2);
    ends =
        List.of(
            Encrypted.initiator(chosen, keys, random), Encrypted.responder(chosen, keys, random));
    sealed = ends.getFirst().seal(message, false).getFirst();
  }

  /** The request with all proposals. */
  @Benchmark
  public final byte[] saInitEncode() {
    return new IkeMessage(
            new IkeHeader(1, 0, 0, Ike.IKE_SA_INIT, Ike.INITIATOR, 0),
            List.of(
                new Payload(Ike.SA, Proposal.encode(Proposals.ike())),
                KePayload.of(ours),
                new Payload(Ike.NONCE, nonce),
                new Notify(Ike.FRAGMENTATION_SUPPORTED, new byte[0]).payload()))
        .encode();
  }

  /** The same read, with its proposals. */
  @Benchmark
  public List<Proposal> saInitDecode() throws StepFailed {
    return Proposal.decode(
        Payload.require(IkeMessage.decode(init).payloads(), Ike.SA, "proposals"));
  }

  /** A key pair. */
  @Benchmark
  public KeyExchange curve25519Key() {
    return KeyExchange.generate(Group.CURVE25519, random);
  }

  /** The common secret. */
  @Benchmark
  public byte[] curve25519Secret() throws StepFailed {
    return ours.agree(theirs);
  }

  /** The common secret in the group of 2048 bits. */
  @Benchmark
  public byte[] modp2048Secret() throws StepFailed {
    return modp.agree(modpTheirs);
  }

  /** A message with an SK payload. */
  @Benchmark
  public List<byte[]> skSeal() {
    return ends.getFirst().seal(message, false);
  }

  /** The same opened. */
  @Benchmark
  public IkeMessage skOpen() throws StepFailed {
    return Objects.requireNonNull(ends.getLast().open(sealed));
  }
}
