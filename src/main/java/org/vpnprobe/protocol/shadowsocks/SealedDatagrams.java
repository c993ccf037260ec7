package org.vpnprobe.protocol.shadowsocks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.Tunnel;

/** The client's side of relayed datagrams (SIP004 "UDP", SIP022 section 3.2). */
final class SealedDatagrams implements Session, Tunnel.DatagramTunnel {
  private final Datagrams socket;
  private final boolean edition2022;
  private final Packets packets;
  private final SocksAddress address;
  private final Target target;
  private final Trial trial;
  private final byte[] session;
  private final List<byte[]> salts = new ArrayList<>();
  private long sent;
  private boolean foreign;
  private boolean opened;

  SealedDatagrams(
      Datagrams socket,
      ShadowsocksSettings settings,
      byte[] key,
      SocksAddress address,
      Trial trial) {
    this.socket = socket;
    this.edition2022 = settings.cipher().edition2022();
    this.packets = new Packets(settings.cipher(), key);
    this.address = address;
    this.target = settings.target();
    this.trial = trial;
    this.session = fresh();
  }

  private byte[] fresh() {
    byte[] bytes = new byte[packets.sessionLength()];
    trial.random().nextBytes(bytes);
    return bytes;
  }

  @Override
  public void send(byte[] payload) throws StepFailed {
    ByteWriter body = new ByteWriter();
    if (edition2022) { // SIP022 section 3.2.3, without padding.
      if (sent == 0) {
        trial.needsRightClock(Duration.ofSeconds(SealedStream.CLOCK_TOLERANCE));
      }
      body.u8(0).u64(trial.clock().instant().getEpochSecond()).u16(0);
    }
    address.write(body).bytes(payload);
    byte[] salt = edition2022 ? session : fresh();
    salts.add(salt);
    socket.send(packets.seal(salt, sent++, body.toByteArray()));
  }

  @Override
  public byte @Nullable [] receive(Duration atMost) throws StepFailed {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      byte[] datagram = socket.receive(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      if (datagram == null) {
        return null;
      }
      Optional<Packets.Opened> packet = packets.open(datagram);
      if (packet.isEmpty() || isOurs(packet.get().session())) {
        foreign = true; // Anybody may send some; the server's may still come.
        continue;
      }
      byte[] payload = payload(new ByteReader(packet.get().body()));
      opened = true;
      trial.reached(Depth.AUTHENTICATED, "a reply opened with the password's key");
      return payload;
    }
  }

  /** A mirror of our own packets holds no key. */
  private boolean isOurs(byte[] session) {
    return salts.stream().anyMatch(salt -> Arrays.equals(salt, session));
  }

  private byte[] payload(ByteReader body) throws StepFailed {
    if (edition2022) {
      body.expect(1, "type");
      SealedStream.checkClock(body.u64(), trial);
      if (!Arrays.equals(body.bytes(session.length), session)) {
        throw body.malformed("a reply to another session");
      }
      body.skip(body.u16());
    }
    SocksAddress.read(body);
    return body.rest();
  }

  /** True when something came that did not open. */
  boolean foreign() {
    return foreign;
  }

  /** True when a reply opened. */
  boolean opened() {
    return opened;
  }

  @Override
  public Target asked() {
    return target;
  }

  @Override
  public Optional<Tunnel> tunnel() {
    return Optional.of(this);
  }

  @Override
  public void close() {
    socket.close();
  }
}
