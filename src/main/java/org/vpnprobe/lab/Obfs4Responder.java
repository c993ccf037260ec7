package org.vpnprobe.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.vpnprobe.protocol.obfs4.BridgeKey;
import org.vpnprobe.protocol.obfs4.Obfs4Settings;

/** Embedded obfs4 bridges, each before a Tor relay of its own. */
public final class Obfs4Responder implements ResponderFactory<Obfs4Settings> {
  /** Known to everybody: for the lab alone. */
  private static final byte[] SECRET = sha256("vpnprobe lab: obfs4 bridge");

  private static final BridgeKey BRIDGE =
      new BridgeKey(Arrays.copyOf(sha256("vpnprobe lab: obfs4 node id"), 20), publicKey());

  private final Clock clock;
  private final SecureRandom random;

  /** A factory whose bridges live by this clock. */
  public Obfs4Responder(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String protocol() {
    return "obfs4";
  }

  @Override
  public Class<Obfs4Settings> settings() {
    return Obfs4Settings.class;
  }

  @Override
  public Map<String, String> material() {
    Map<String, String> material = new LinkedHashMap<>(TorResponder.identities("obfs4"));
    material.put("obfs4_cert", BRIDGE.text());
    return material;
  }

  @Override
  public Responder start(Obfs4Settings settings) throws IOException {
    Responder relay = new TorResponder(clock, random).relay();
    ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    Obfs4Bridge bridge = new Obfs4Bridge(BRIDGE, SECRET, relay.address(), clock, random);
    Responder server = new StreamServer(listener, bridge::serve);
    return new Responder() {
      @Override
      public InetSocketAddress address() {
        return server.address();
      }

      @Override
      public void close() {
        server.close();
        relay.close();
      }
    };
  }

  private static byte[] publicKey() {
    byte[] publicKey = new byte[X25519.POINT_SIZE];
    X25519.scalarMultBase(SECRET, 0, publicKey, 0);
    return publicKey;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
