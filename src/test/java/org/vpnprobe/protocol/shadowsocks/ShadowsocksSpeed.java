package org.vpnprobe.protocol.shadowsocks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.vpnprobe.bench.Speed;

/** Shadowsocks: the key of a stream, and a chunk of 1 KiB. */
public class ShadowsocksSpeed extends Speed {
  /** One of each kind. */
  @Param({"aes-256-gcm", "chacha20-ietf-poly1305", "2022-blake3-aes-256-gcm"})
  public String name = "aes-256-gcm";

  private final byte[] key = bytes(32);
  private final byte[] salt = bytes(32);
  private final byte[] plain = bytes(1024);
  private Method method = Method.of(name);
  private Chunks sealing = new Chunks(method, key, salt);
  private byte[] subkey = {};
  private byte[] sealed = {};

  /** A stream of the method. */
  @Setup
  public void prepare() {
    method = Method.of(name);
    subkey = method.subkey(key, salt);
    sealing = new Chunks(method, key, salt);
    sealed = method.seal(subkey, Method.nonce(0), plain);
  }

  /** The key that a salt begins. */
  @Benchmark
  public byte[] subkey() {
    return method.subkey(key, salt);
  }

  /** A chunk. */
  @Benchmark
  public byte[] seal() {
    return sealing.seal(plain);
  }

  /** A chunk, as one of its number is opened. */
  @Benchmark
  public byte[] open() {
    return method.open(subkey, Method.nonce(0), sealed).orElseThrow();
  }
}
