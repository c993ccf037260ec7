package org.vpnprobe.protocol.shadowsocks;

import java.util.Optional;

/** One direction of a stream: seals or opens one chunk after the other. */
public final class Chunks {
  private final Method method;
  private final byte[] subkey;
  private long counter;

  /**
   * @param key of the password
   * @param salt that the stream begins with
   */
  public Chunks(Method method, byte[] key, byte[] salt) {
    this.method = method;
    this.subkey = method.subkey(key, salt);
  }

  public byte[] seal(byte[] plain) {
    return method.seal(subkey, Method.nonce(counter++), plain);
  }

  /** The next chunk in plain; empty when it was not sealed with this key. */
  public Optional<byte[]> open(byte[] sealed) {
    return method.open(subkey, Method.nonce(counter++), sealed);
  }
}
