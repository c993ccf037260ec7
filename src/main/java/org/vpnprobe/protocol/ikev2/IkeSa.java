package org.vpnprobe.protocol.ikev2;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.ike.IkeLink;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/** The encrypted exchanges of one IKE SA whose initiator we are. */
final class IkeSa {
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final IkeLink link;
  private final SaInit.Done init;
  private final Encrypted encrypted;
  private long messageId;

  IkeSa(IkeLink link, SaInit.Done init, RandomGenerator random) {
    this.link = link;
    this.init = init;
    this.encrypted = Encrypted.initiator(init.chosen(), init.keys(), random);
  }

  /** Sends the next request and waits for its response's payloads. */
  List<Payload> ask(int exchange, List<Payload> payloads) throws StepFailed {
    long id = ++messageId;
    return link.ask(seal(exchange, id, payloads), bytes -> open(exchange, id, bytes)).payloads();
  }

  private List<byte[]> seal(int exchange, long id, List<Payload> payloads) {
    IkeHeader header =
        new IkeHeader(init.initiatorSpi(), init.responderSpi(), 0, exchange, Ike.INITIATOR, id);
    return encrypted.seal(new IkeMessage(header, payloads), init.fragmentation());
  }

  private @Nullable IkeMessage open(int exchange, long id, byte[] bytes) throws StepFailed {
    IkeHeader header = IkeHeader.of(bytes);
    if (header.initiatorSpi() != init.initiatorSpi()
        || header.responderSpi() != init.responderSpi()
        || header.exchange() != exchange
        || !header.isResponse()
        || header.messageId() != id) {
      return null; // A late copy of an earlier response, or somebody else's.
    }
    if (header.first() == Ike.NOTIFY) {
      // Not protected, so anyone could have sent it: it only says why nothing better came.
      int type =
          Notify.error(Notify.all(IkeMessage.decode(bytes).payloads())).map(Notify::type).orElse(0);
      throw new StepFailed(
          FailureKind.IKE_NOTIFY, Ike.errorName(type), "the server answered in the clear");
    }
    return encrypted.open(bytes);
  }

  /** Deletes the IKE SA and with it the child; once, without waiting long for the answer. */
  void leave() {
    try {
      Payload delete = new Payload(Ike.DELETE, new byte[] {Ike.PROTOCOL_IKE, 0, 0, 0});
      link.send(seal(Ike.INFORMATIONAL, ++messageId, List.of(delete)));
      link.socket().receive(GOODBYE);
    } catch (StepFailed e) {
      // The server finds out by itself that we are gone.
    }
  }
}
