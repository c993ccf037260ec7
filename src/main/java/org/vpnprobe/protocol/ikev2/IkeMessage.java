package org.vpnprobe.protocol.ikev2;

import java.util.List;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** A whole message whose payloads are in the clear: IKE_SA_INIT, or another one once opened. */
public record IkeMessage(IkeHeader header, List<Payload> payloads) {
  public IkeMessage {
    payloads = List.copyOf(payloads);
    header = header.withFirst(Payload.first(payloads));
  }

  /** The bytes without a non-ESP marker. */
  public byte[] encode() {
    byte[] chain = Payload.encode(payloads);
    ByteWriter out = new ByteWriter();
    header.encode(out, IkeHeader.LENGTH + chain.length);
    return out.bytes(chain).toByteArray();
  }

  /** Reads a message in the clear; the payloads' bodies are not looked into. */
  public static IkeMessage decode(byte[] bytes) throws StepFailed {
    ByteReader in = new ByteReader(bytes);
    IkeHeader header = IkeHeader.decode(in);
    return new IkeMessage(header, Payload.decode(header.first(), in));
  }
}
