package org.vpnprobe.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.protocol.Settings;

/**
 * Servers of the lab without its carriers, for clients that are not ours: each listens on loopback
 * and takes exactly the client whose settings it was started with. Closing ends all of them.
 */
public final class Serving implements AutoCloseable {
  private final List<Responder> running = new ArrayList<>();

  /** Starts none yet. */
  public Serving() {}

  /**
   * Where a server listens.
   *
   * @param transport what its clients begin with
   */
  public record Listening(Transport transport, InetSocketAddress address) {}

  /**
   * Starts one.
   *
   * @throws IOException when the lab has no server for these settings, or no port is free
   */
  public Listening start(String protocol, Settings settings) throws IOException {
    Responder responder = Responders.start(protocol, settings);
    running.add(responder);
    Protocol<?> known = Protocols.named(protocol).orElseThrow();
    return new Listening(transport(known, settings), responder.address());
  }

  private static <S extends Settings> Transport transport(Protocol<S> protocol, Settings settings) {
    return protocol.facts(protocol.settings().cast(settings)).transport();
  }

  @Override
  public void close() {
    running.forEach(Responder::close);
    running.clear();
  }
}
