package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.vpnprobe.layer.tor.Cell;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Tor.TorSettings;

/** Embedded Tor relays: the responder's side of the link handshake, and no circuits. */
public final class TorResponder implements ResponderFactory<TorSettings> {
  private static final int LINK_VERSION = 5;

  private final Clock clock;
  private final SecureRandom random;

  /** A factory whose relays live by this clock. */
  public TorResponder(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String protocol() {
    return "tor";
  }

  @Override
  public Class<TorSettings> settings() {
    return TorSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return identities("tor");
  }

  /** Who the lab's relay is, for every protocol with one behind it. */
  static Map<String, String> identities(String protocol) {
    return Map.of(
        protocol + "_fingerprint", TorIdentity.fingerprint(),
        protocol + "_ed25519_id", TorIdentity.ed25519Id());
  }

  @Override
  public Responder start(TorSettings settings) throws IOException {
    return relay();
  }

  /** The relay itself, whatever its clients expect. */
  Responder relay() throws IOException {
    TorIdentity identity = TorIdentity.start(clock, random);
    return new StreamServer(listener(identity), connection -> serve(connection, identity));
  }

  private static SSLServerSocket listener(TorIdentity identity) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {identity.tls()}, null, null);
      return (SSLServerSocket)
          context
              .getServerSocketFactory()
              .createServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private void serve(Socket connection, TorIdentity identity) throws IOException {
    DataInputStream in = new DataInputStream(connection.getInputStream());
    if (in.readUnsignedShort() != 0 || in.readUnsignedByte() != Cell.VERSIONS) {
      return;
    }
    boolean agreed = false;
    for (int left = in.readUnsignedShort() / 2; left > 0; left--) {
      agreed |= in.readUnsignedShort() == LINK_VERSION;
    }
    OutputStream out = connection.getOutputStream();
    out.write(
        new Cell(0, Cell.VERSIONS, new ByteWriter().u16(4).u16(LINK_VERSION).toByteArray())
            .encode(2));
    if (!agreed) {
      return;
    }
    out.write(introduction(identity, connection));
    out.flush();
    while (true) { // Until the client closes: a lab's relay serves no circuits.
      in.skipNBytes(4);
      int command = in.readUnsignedByte();
      in.skipNBytes(Cell.isVariable(command) ? in.readUnsignedShort() : Cell.FIXED_PAYLOAD);
    }
  }

  private byte[] introduction(TorIdentity identity, Socket connection) {
    byte[] challenge = new byte[32];
    random.nextBytes(challenge);
    byte[] client = connection.getInetAddress().getAddress();
    byte[] own = connection.getLocalAddress().getAddress();
    int circuit = Cell.circuitLength(LINK_VERSION);
    return new ByteWriter()
        .bytes(new Cell(0, Cell.CERTS, identity.certs()).encode(circuit))
        .bytes(
            new Cell(
                    0,
                    Cell.AUTH_CHALLENGE,
                    // One method: Ed25519-SHA256-RFC5705.
                    new ByteWriter().bytes(challenge).u16(1).u16(3).toByteArray())
                .encode(circuit))
        .bytes(
            new Cell(
                    0,
                    Cell.NETINFO,
                    new ByteWriter()
                        .u32(clock.millis() / 1000)
                        .bytes(address(client))
                        .u8(1)
                        .bytes(address(own))
                        .toByteArray())
                .encode(circuit))
        .toByteArray();
  }

  private static byte[] address(byte[] address) {
    return new ByteWriter()
        .u8(address.length == 4 ? 4 : 6)
        .u8(address.length)
        .bytes(address)
        .toByteArray();
  }
}
