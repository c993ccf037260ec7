package org.vpnprobe.protocol.openvpn;

import java.time.Clock;
import java.util.List;
import java.util.OptionalInt;
import org.openjdk.jmh.annotations.Benchmark;
import org.vpnprobe.bench.Speed;
import org.vpnprobe.net.StepFailed;

/** OpenVPN's packets: a control packet with 1 KiB of TLS in each wrapping, and a packet of data. */
public class OpenVpnSpeed extends Speed {
  private final StaticKey key = StaticKey.of(bytes(StaticKey.LENGTH));
  private final Clock clock = Clock.systemUTC();
  private final ControlPacket packet =
      ControlPacket.of(
          Opcode.CONTROL_V1,
          1,
          List.of(1L, 2L),
          2,
          new ControlPacket.Message(Opcode.CONTROL_V1, 7, bytes(1024)));
  private final ControlWrap crypt = TlsCryptWrap.client(key, clock);
  private final ControlWrap cryptServer = TlsCryptWrap.server(key, clock);
  private final ControlWrap auth = TlsAuthWrap.of(key, 1, Digest.SHA1, clock);
  private final ControlWrap authServer = TlsAuthWrap.of(key, 0, Digest.SHA1, clock);
  private final byte[] crypted = cryptServer.seal(packet);
  private final byte[] authenticated = authServer.seal(packet);
  private final byte[] plain = new PlainWrap().seal(packet);
  private final DataKeys dataKeys = DataKeys.exported(bytes(StaticKey.LENGTH));
  private final DataChannel data =
      DataChannel.client(DataCipher.AES_256_GCM, dataKeys, OptionalInt.of(0));
  private final DataChannel dataServer =
      DataChannel.server(DataCipher.AES_256_GCM, dataKeys, OptionalInt.of(0));
  private final byte[] inner = bytes(84);
  private final byte[] sealed = dataServer.seal(inner);

  /** tls-crypt. */
  @Benchmark
  public byte[] tlsCryptWrap() {
    return crypt.seal(packet);
  }

  /** tls-crypt. */
  @Benchmark
  public ControlPacket tlsCryptUnwrap() throws StepFailed {
    return crypt.open(crypted);
  }

  /** tls-auth with SHA-1, OpenVPN's default. */
  @Benchmark
  public byte[] tlsAuthWrap() {
    return auth.seal(packet);
  }

  /** tls-auth. */
  @Benchmark
  public ControlPacket tlsAuthUnwrap() throws StepFailed {
    return auth.open(authenticated);
  }

  /** No wrapping: the packet alone. */
  @Benchmark
  public ControlPacket controlDecode() throws StepFailed {
    return new PlainWrap().open(plain);
  }

  /** A ping on the data channel. */
  @Benchmark
  public byte[] dataSeal() {
    return data.seal(inner);
  }

  /** A ping on the data channel. */
  @Benchmark
  public byte[] dataOpen() throws StepFailed {
    return data.open(sealed);
  }
}
