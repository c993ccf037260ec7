package org.vpnprobe.protocol;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.vpnprobe.bench.Speed;
import org.vpnprobe.layer.quic.Salamander;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.ikev1.Isakmp;
import org.vpnprobe.protocol.ikev1.Transform;

/** Messages of protocols of one class each, and a datagram of QUIC in its disguise. */
public class MessageSpeed extends Speed {
  private final Isakmp phaseOne =
      Isakmp.clear(
          1,
          0,
          Isakmp.MAIN,
          List.of(
              new Isakmp.Payload(Isakmp.SA, Transform.encode(Transform.broad())),
              new Isakmp.Payload(Isakmp.VENDOR, Isakmp.NAT_T)));
  private final byte[] isakmp = phaseOne.encode();
  private final L2tpMessage reply = new L2tpMessage(7, 0, 1, attributes());
  private final byte[] l2tp = reply.encode();
  private final Salamander disguise =
      new Salamander("average_password".getBytes(StandardCharsets.US_ASCII));
  private final byte[] datagram = bytes(1200);
  private final byte[] disguised = disguise.wrap(datagram, random);

  private static Map<Integer, byte[]> attributes() {
    Map<Integer, byte[]> attributes = new LinkedHashMap<>();
    attributes.put(L2tpMessage.MESSAGE_TYPE, new byte[] {0, L2tpMessage.SCCRP});
    attributes.put(L2tpMessage.VERSION, new byte[] {1, 0});
    attributes.put(L2tpMessage.FRAMING, new byte[] {0, 0, 0, 3});
    attributes.put(L2tpMessage.HOST_NAME, "vpn.example".getBytes(StandardCharsets.US_ASCII));
    attributes.put(L2tpMessage.TUNNEL_ID, new byte[] {0, 9});
    return attributes;
  }

  /** The first message of main mode with all transforms. */
  @Benchmark
  public byte[] isakmpEncode() {
    return phaseOne.encode();
  }

  /** The same read, with its transforms. */
  @Benchmark
  public List<Transform> isakmpDecode() throws StepFailed {
    return Transform.decode(
        Isakmp.require(Isakmp.decode(isakmp).payloads(), Isakmp.SA, "transforms"));
  }

  /** A Start-Control-Connection-Reply. */
  @Benchmark
  public byte[] l2tpEncode() {
    return reply.encode();
  }

  /** The same read. */
  @Benchmark
  public L2tpMessage l2tpDecode() throws StepFailed {
    return L2tpMessage.decode(l2tp);
  }

  /** A datagram of 1200 bytes. */
  @Benchmark
  public byte[] salamanderWrap() {
    return disguise.wrap(datagram, random);
  }

  /** The same uncovered. */
  @Benchmark
  public byte[] salamanderUnwrap() {
    return disguise.unwrap(disguised).orElseThrow();
  }
}
