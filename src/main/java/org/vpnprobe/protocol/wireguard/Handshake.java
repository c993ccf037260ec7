package org.vpnprobe.protocol.wireguard;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.wire.ByteWriter;

/** One handshake of an initiator (WireGuard paper, 5.4.2 and 5.4.3): message one, then two. */
final class Handshake {
  /** What a client knows. */
  record Keys(byte[] privateKey, byte[] serverKey, byte[] presharedKey) {}

  /** Keys of an open session. */
  record Session(long receiver, byte[] sendingKey, byte[] receivingKey) {}

  private static final byte[] EMPTY = new byte[0];

  private final Keys keys;
  private final byte[] ephemeral;
  private final long sender;
  private byte[] chainingKey = Noise.initialKey();
  private byte[] hash;
  private byte[] mac1 = EMPTY;

  /**
   * @param ephemeral a fresh private key
   * @param sender our index
   */
  Handshake(Keys keys, byte[] ephemeral, long sender) {
    this.keys = keys;
    this.ephemeral = ephemeral;
    this.sender = sender;
    this.hash = Noise.hash(Noise.initialHash(), keys.serverKey());
  }

  /**
   * Message one.
   *
   * @param type the type word, 1 in plain WireGuard
   * @param cookie from a cookie reply, null for none
   */
  byte[] initiation(long type, Instant now, byte @Nullable [] cookie) {
    byte[] ephemeralPublic = Noise.publicKey(ephemeral);
    byte[] ourPublic = Noise.publicKey(keys.privateKey());
    chainingKey = Noise.kdf(1, chainingKey, ephemeralPublic)[0];
    mix(ephemeralPublic);
    byte[] encryptedStatic = sealWith(Noise.dh(ephemeral, keys.serverKey()), ourPublic);
    byte[] encryptedTimestamp =
        sealWith(Noise.dh(keys.privateKey(), keys.serverKey()), Noise.timestamp(now));
    byte[] message =
        new ByteWriter()
            .u32le(type)
            .u32le(sender)
            .bytes(ephemeralPublic)
            .bytes(encryptedStatic)
            .bytes(encryptedTimestamp)
            .toByteArray();
    mac1 = Noise.mac(Noise.mac1Key(keys.serverKey()), message);
    byte[] withMac1 = new ByteWriter().bytes(message).bytes(mac1).toByteArray();
    byte[] mac2 = cookie == null ? new byte[Noise.MAC] : Noise.mac(cookie, withMac1);
    return new ByteWriter().bytes(withMac1).bytes(mac2).toByteArray();
  }

  private byte[] sealWith(byte[] shared, byte[] plain) {
    byte[][] next = Noise.kdf(2, chainingKey, shared);
    chainingKey = next[0];
    byte[] sealed = Noise.seal(next[1], 0, plain, hash);
    mix(sealed);
    return sealed;
  }

  private void mix(byte[] data) {
    hash = Noise.hash(hash, data);
  }

  /** True when a response or a cookie reply of this index answers this handshake. */
  boolean isFor(byte[] message, int at) {
    return Arrays.equals(
        Arrays.copyOfRange(message, at, at + 4), new ByteWriter().u32le(sender).toByteArray());
  }

  /**
   * Message two. Leaves the handshake as it was, so that a forged one does no harm.
   *
   * @param message of {@link Noise#RESPONSE_SIZE}
   * @return empty when it does not open: not from the holder of the server's key, or with another
   *     preshared key
   */
  Optional<Session> response(byte[] message) {
    byte[] theirs = Arrays.copyOfRange(message, 12, 44);
    byte[] ck = Noise.kdf(1, chainingKey, theirs)[0];
    byte[] h = Noise.hash(hash, theirs);
    ck = Noise.kdf(1, ck, Noise.dh(ephemeral, theirs))[0];
    ck = Noise.kdf(1, ck, Noise.dh(keys.privateKey(), theirs))[0];
    byte[][] next = Noise.kdf(3, ck, keys.presharedKey());
    h = Noise.hash(h, next[1]);
    byte[] sealed = Arrays.copyOfRange(message, 44, 60);
    if (Noise.open(next[2], 0, sealed, h).isEmpty()) {
      return Optional.empty();
    }
    byte[][] transport = Noise.kdf(2, next[0], EMPTY);
    long receiver =
        (message[4] & 0xffL)
            | (message[5] & 0xffL) << 8
            | (message[6] & 0xffL) << 16
            | (message[7] & 0xffL) << 24;
    return Optional.of(new Session(receiver, transport[0], transport[1]));
  }

  /**
   * The cookie in a cookie reply (paper, 5.4.7).
   *
   * @param message of {@link Noise#COOKIE_REPLY_SIZE}
   * @return empty when it was not made by somebody who knows the server's public key and our mac1
   */
  Optional<byte[]> cookie(byte[] message) {
    return Noise.xopen(
        Noise.cookieKey(keys.serverKey()),
        Arrays.copyOfRange(message, 8, 32),
        Arrays.copyOfRange(message, 32, 64),
        mac1);
  }
}
