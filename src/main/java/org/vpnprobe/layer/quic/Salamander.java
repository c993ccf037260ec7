package org.vpnprobe.layer.quic;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/**
 * Salamander, the disguise of Hysteria 2 for QUIC datagrams: a salt, and the datagram under
 * BLAKE2b-256 of key and salt (Hysteria 2 Protocol Specification, "Salamander" Obfuscation).
 */
public final class Salamander {
  private static final int SALT = 8;
  private static final int HASH_BITS = 256;

  private final byte[] key;

  public Salamander(byte[] key) {
    this.key = key.clone();
  }

  /** A datagram in its disguise. */
  public byte[] wrap(byte[] datagram, RandomGenerator random) {
    byte[] salt = new byte[SALT];
    random.nextBytes(salt);
    byte[] wrapped = Arrays.copyOf(salt, SALT + datagram.length);
    System.arraycopy(datagram, 0, wrapped, SALT, datagram.length);
    cover(salt, wrapped);
    return wrapped;
  }

  /** What was under the disguise, empty when it is too short to have been one. */
  public Optional<byte[]> unwrap(byte[] wrapped) {
    if (wrapped.length <= SALT) {
      return Optional.empty();
    }
    byte[] plain = wrapped.clone();
    cover(Arrays.copyOf(wrapped, SALT), plain);
    return Optional.of(Arrays.copyOfRange(plain, SALT, plain.length));
  }

  private void cover(byte[] salt, byte[] bytes) {
    Blake2bDigest digest = new Blake2bDigest(HASH_BITS);
    digest.update(key, 0, key.length);
    digest.update(salt, 0, salt.length);
    byte[] hash = new byte[HASH_BITS / 8];
    digest.doFinal(hash, 0);
    for (int i = SALT; i < bytes.length; i++) {
      bytes[i] ^= hash[(i - SALT) % hash.length];
    }
  }

  /** A socket whose datagrams all wear the disguise; those that do not are dropped. */
  public Datagrams over(Datagrams socket, RandomGenerator random) {
    return new Disguised(socket, random);
  }

  private final class Disguised implements Datagrams {
    private final Datagrams inner;
    private final RandomGenerator random;

    Disguised(Datagrams inner, RandomGenerator random) {
      this.inner = inner;
      this.random = random;
    }

    @Override
    public void send(byte[] payload) throws StepFailed {
      inner.send(wrap(payload, random));
    }

    @Override
    public byte @Nullable [] receive(Duration atMost) throws StepFailed {
      long end = System.nanoTime() + atMost.toNanos();
      for (long left = atMost.toNanos(); left > 0; left = end - System.nanoTime()) {
        byte[] wrapped = inner.receive(Duration.ofNanos(left));
        if (wrapped == null) {
          return null;
        }
        Optional<byte[]> plain = unwrap(wrapped);
        if (plain.isPresent()) {
          return plain.get();
        }
      }
      return null;
    }

    @Override
    public InetSocketAddress local() {
      return inner.local();
    }

    @Override
    public InetSocketAddress remote() {
      return inner.remote();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
