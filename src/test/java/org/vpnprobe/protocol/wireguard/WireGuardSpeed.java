package org.vpnprobe.protocol.wireguard;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.vpnprobe.bench.Speed;
import org.vpnprobe.net.wire.ByteWriter;

/** A WireGuard handshake: message one, and message two opened. */
public class WireGuardSpeed extends Speed {
  private final byte[] server = bytes(WireGuardKey.LENGTH);
  private final byte[] client = bytes(WireGuardKey.LENGTH);
  private final byte[] ephemeral = bytes(WireGuardKey.LENGTH);
  private final Handshake.Keys keys =
      new Handshake.Keys(client, Noise.publicKey(server), new byte[WireGuardKey.LENGTH]);
  private final Handshake begun = new Handshake(keys, ephemeral, 7);
  private final byte[] response = respond(begun.initiation(1, Instant.EPOCH, null));

  /** The responder's side (paper, 5.4.3). */
  private byte[] respond(byte[] initiation) {
    byte[] serverPublic = Noise.publicKey(server);
    byte[] theirs = Arrays.copyOfRange(initiation, 8, 40);
    byte[] ck = Noise.kdf(1, Noise.initialKey(), theirs)[0];
    ck = Noise.kdf(2, ck, Noise.dh(server, theirs))[0];
    ck = Noise.kdf(2, ck, Noise.dh(server, Noise.publicKey(client)))[0];
    byte[] h = Noise.hash(Noise.hash(Noise.initialHash(), serverPublic), theirs);
    h = Noise.hash(h, Arrays.copyOfRange(initiation, 40, 88));
    h = Noise.hash(h, Arrays.copyOfRange(initiation, 88, 116));
    byte[] own = bytes(WireGuardKey.LENGTH);
    byte[] ownPublic = Noise.publicKey(own);
    ck = Noise.kdf(1, ck, ownPublic)[0];
    ck = Noise.kdf(1, ck, Noise.dh(own, theirs))[0];
    ck = Noise.kdf(1, ck, Noise.dh(own, Noise.publicKey(client)))[0];
    byte[][] next = Noise.kdf(3, ck, new byte[WireGuardKey.LENGTH]);
    h = Noise.hash(Noise.hash(h, ownPublic), next[1]);
    byte[] message =
        new ByteWriter()
            .u32le(Noise.RESPONSE)
            .u32le(9)
            .u32le(7)
            .bytes(ownPublic)
            .bytes(Noise.seal(next[2], 0, new byte[0], h))
            .zeros(2 * Noise.MAC)
            .toByteArray();
    if (begun.response(message).isEmpty()) {
      throw new IllegalStateException("the response does not open");
    }
    return message;
  }

  /** Message one. */
  @Benchmark
  public byte[] initiation() {
    return new Handshake(keys, ephemeral, 7).initiation(1, Instant.EPOCH, null);
  }

  /** Message two. */
  @Benchmark
  public boolean response() {
    Optional<Handshake.Session> session = begun.response(response);
    return session.isPresent();
  }
}
