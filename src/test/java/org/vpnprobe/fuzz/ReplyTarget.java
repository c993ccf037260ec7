package org.vpnprobe.fuzz;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.vpnprobe.config.BoundEndpoint;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Settings;

/** What a server says to the handshake of each protocol: a session, or the declared failure. */
public final class ReplyTarget {
  /** A library's threads wait there for real time. */
  private static final Set<String> THREADED =
      Set.of("quic", "http3", "hysteria2", "tuic", "masque");

  private static final List<BoundEndpoint> ENDPOINTS = endpoints();

  private ReplyTarget() {}

  private static List<BoundEndpoint> endpoints() {
    try {
      return ProbeFile.load(
              Path.of("probes.yaml"),
              Options.of("fuzz", Instant.EPOCH, "run").withLab(Lab::material))
          .endpoints()
          .values()
          .stream()
          .filter(endpoint -> !THREADED.contains(endpoint.protocol().name()))
          .toList();
    } catch (InvalidFile e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many endpoints there are to choose from. */
  static int choices() {
    return ENDPOINTS.size();
  }

  /** The first byte says which endpoint of the example, the others what its server says. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    BoundEndpoint endpoint = ENDPOINTS.get(Byte.toUnsignedInt(bytes[0]) % ENDPOINTS.size());
    try (ScriptedServer server = new ScriptedServer(bytes, 1)) {
      open(endpoint.protocol(), endpoint.settings(), server);
    } catch (StepFailed | InvalidSetting e) {
      // As declared.
    }
  }

  private static <S extends Settings> void open(
      Protocol<S> protocol, Settings settings, ScriptedServer server) throws StepFailed {
    Session session = protocol.open(protocol.settings().cast(settings), server.trial());
    session.close();
  }
}
