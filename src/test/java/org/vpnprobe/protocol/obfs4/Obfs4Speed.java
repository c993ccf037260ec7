package org.vpnprobe.protocol.obfs4;

import java.time.Instant;
import org.openjdk.jmh.annotations.Benchmark;
import org.vpnprobe.bench.Speed;

/** The handshake of obfs4 piece by piece, and a frame. */
public class Obfs4Speed extends Speed {
  private final Elligator2.KeyPair ours = Elligator2.generate(random);
  private final Elligator2.KeyPair theirs = Elligator2.generate(random);
  private final Elligator2.KeyPair identity = Elligator2.generate(random);
  private final BridgeKey bridge = new BridgeKey(bytes(20), identity.publicKey());
  private final Frames frames = new Frames(bytes(Frames.KEY_LENGTH));
  private final byte[] payload = bytes(1024);
  private final byte[] hello =
      Hello.client(ours.representative(), bridge, Hello.hour(Instant.EPOCH), random);

  /** A key pair with a representative, tried until there is one. */
  @Benchmark
  public Elligator2.KeyPair elligatorKey() {
    return Elligator2.generate(random);
  }

  /** The key that a representative stands for. */
  @Benchmark
  public byte[] elligatorMap() {
    return Elligator2.publicKey(theirs.representative());
  }

  /** The client's half of ntor. */
  @Benchmark
  public Ntor.Result ntorClient() {
    return Ntor.client(ours, theirs.publicKey(), bridge);
  }

  /** A client's hello. */
  @Benchmark
  public byte[] clientHello() {
    return Hello.client(ours.representative(), bridge, 1, random);
  }

  /** The same found and checked, as a bridge does. */
  @Benchmark
  public boolean helloChecked() {
    return Hello.question(hello, bridge, Instant.EPOCH).isPresent();
  }

  /** A frame of 1 KiB. */
  @Benchmark
  public byte[] frameSeal() {
    return frames.seal(Frames.DATA, payload, 0);
  }
}
