package org.vpnprobe.protocol.vmess;

import java.util.Arrays;

/**
 * What one session's request carries, and all that is made of it (v2ray-core,
 * proxy/vmess/encoding/client.go). Only who can open the request knows it.
 *
 * @param key of the request's body, 16 bytes
 * @param iv of the request's body, 16 bytes
 * @param check the byte that the response begins with
 */
public record Keys(byte[] key, byte[] iv, int check) {
  /** The chunks that the client sends. */
  public Chunks request(Security security) {
    return new Chunks(security, key, iv);
  }

  /** The chunks that the server sends. */
  public Chunks response(Security security) {
    return new Chunks(security, responseKey(), responseIv());
  }

  byte[] responseKey() {
    return Arrays.copyOf(Kdf.sha256(key), 16);
  }

  byte[] responseIv() {
    return Arrays.copyOf(Kdf.sha256(iv), 16);
  }
}
