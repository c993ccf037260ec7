package org.vpnprobe.fuzz;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.vpnprobe.layer.quic.FirstFlightReading;
import org.vpnprobe.layer.quic.Http3Reading;
import org.vpnprobe.layer.quic.Salamander;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.RelayReading;

/**
 * What code of ours reads of QUIC and of what it carries: the answers to a first flight, HTTP/3,
 * the relay of Hysteria 2, Salamander. Whole connections are the library's, on threads of its own.
 */
public final class QuicTarget {
  private static final Salamander DISGUISE =
      new Salamander("disguise".getBytes(StandardCharsets.US_ASCII));

  private static final List<Decoder> DECODERS =
      List.of(
          FirstFlightReading::take,
          Http3Reading::take,
          Http3Reading::fields,
          RelayReading::take,
          QuicTarget::disguised);

  private QuicTarget() {}

  private static void disguised(byte[] bytes) throws StepFailed {
    try (ScriptedServer server = new ScriptedServer(bytes, 0);
        Datagrams socket = DISGUISE.over(server.udp(ScriptedServer.ADDRESS), new Random(1))) {
      socket.send(new byte[] {1, 2, 3});
      while (true) {
        socket.receive(Duration.ofMinutes(1));
      }
    }
  }

  /** How many decoders there are. */
  static int choices() {
    return DECODERS.size();
  }

  /** The first byte says which decoder, the others are what it gets. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    Decoder.choose(DECODERS, bytes);
  }
}
