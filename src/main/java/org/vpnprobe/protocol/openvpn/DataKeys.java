package org.vpnprobe.protocol.openvpn;

import java.util.Arrays;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The 256 bytes of data channel keys, laid out as a static key: the client sends with key 0, the
 * server with key 1; the first 8 bytes of the HMAC slot are the implicit part of the nonce.
 */
public final class DataKeys {
  /** The exporter label of the reference implementation (ssl.h). */
  public static final String EXPORTER_LABEL = "EXPORTER-OpenVPN-datakeys";

  static final int IMPLICIT_IV = 8;

  /** One direction. */
  record OneWay(byte[] key, byte[] implicitIv) {}

  private final StaticKey block;

  private DataKeys(StaticKey block) {
    this.block = block;
  }

  /** Keys from the TLS exporter: 256 bytes. */
  public static DataKeys exported(byte[] block) {
    return new DataKeys(StaticKey.of(block));
  }

  /** Keys from both sides' random material, by the TLS 1.0 PRF. */
  public static DataKeys derived(
      KeyMethod2.FromClient client,
      KeyMethod2.FromServer server,
      long clientSession,
      long serverSession) {
    byte[] master =
        Prf.of(
            client.preMaster(),
            "OpenVPN master secret",
            new ByteWriter().bytes(client.random1()).bytes(server.random1()).toByteArray(),
            48);
    byte[] seed =
        new ByteWriter()
            .bytes(client.random2())
            .bytes(server.random2())
            .u64(clientSession)
            .u64(serverSession)
            .toByteArray();
    byte[] block = Prf.of(master, "OpenVPN key expansion", seed, StaticKey.LENGTH);
    Arrays.fill(master, (byte) 0);
    return new DataKeys(StaticKey.of(block));
  }

  OneWay clientToServer(DataCipher cipher) {
    return new OneWay(block.cipher(0, cipher.keyLength()), block.hmac(0, IMPLICIT_IV));
  }

  OneWay serverToClient(DataCipher cipher) {
    return new OneWay(block.cipher(1, cipher.keyLength()), block.hmac(1, IMPLICIT_IV));
  }
}
