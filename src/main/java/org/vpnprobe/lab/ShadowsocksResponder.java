package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.shadowsocks.Packets;
import org.vpnprobe.protocol.shadowsocks.ShadowsocksSettings;

/** Embedded Shadowsocks servers that lead to their client's target alone. */
public final class ShadowsocksResponder implements ResponderFactory<ShadowsocksSettings> {
  @Override
  public String protocol() {
    return "shadowsocks";
  }

  @Override
  public Class<ShadowsocksSettings> settings() {
    return ShadowsocksSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of(
        "shadowsocks_key_16", key("vpnprobe lab 16!"),
        "shadowsocks_key_32", key("vpnprobe lab, key of 32 bytes ..")); // Known to everybody.
  }

  private static String key(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public Responder start(ShadowsocksSettings settings) throws IOException {
    Secret password = settings.password();
    byte[] key =
        password == null
            ? new byte[settings.cipher().keyLength()]
            : settings.cipher().key(password);
    if (settings.carrier() == Transport.UDP) {
      return new Relay(settings, key);
    }
    Set<String> salts = new HashSet<>();
    return new StreamServer(
        new ServerSocket(0, 128, InetAddress.getLoopbackAddress()),
        connection -> serve(connection, settings, key, salts));
  }

  /** Whoever does not hold the key, or repeats a salt, is heard to the end and gets nothing. */
  private static void serve(
      Socket connection, ShadowsocksSettings settings, byte[] key, Set<String> salts)
      throws IOException {
    DataInputStream in = new DataInputStream(connection.getInputStream());
    ShadowsocksServerStream stream = new ShadowsocksServerStream(settings.cipher(), key, in);
    boolean ours;
    try {
      SocksAddress asked = stream.accept(Clock.systemUTC());
      synchronized (salts) {
        ours =
            salts.add(Base64.getEncoder().encodeToString(stream.salt()))
                && ClientAddress.isOf(settings.target(), asked);
      }
    } catch (StepFailed e) {
      ours = false;
    }
    if (ours) {
      InnerTarget.serve(settings.target(), stream.in(), stream.out(connection.getOutputStream()));
    } else {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** A server of datagrams. */
  private static final class Relay implements Responder {
    private final ShadowsocksSettings settings;
    private final Packets packets;
    private final byte[] session;
    private final SecureRandom random = new SecureRandom();
    private final DatagramSocket socket;
    private long sent;

    Relay(ShadowsocksSettings settings, byte[] key) throws IOException {
      this.settings = settings;
      this.packets = new Packets(settings.cipher(), key);
      this.session = fresh();
      this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofVirtual().name("lab shadowsocks").start(this::listen);
    }

    private byte[] fresh() {
      byte[] bytes = new byte[packets.sessionLength()];
      random.nextBytes(bytes);
      return bytes;
    }

    @Override
    public InetSocketAddress address() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void listen() {
      byte[] buffer = new byte[1 << 16];
      while (!socket.isClosed()) {
        try {
          DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
          socket.receive(packet);
          byte[] reply = reply(Arrays.copyOf(buffer, packet.getLength()));
          if (reply != null) {
            socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
          }
        } catch (IOException e) {
          // Closed, or the client is gone: the loop's condition tells.
        }
      }
    }

    private byte @Nullable [] reply(byte[] datagram) {
      Optional<Packets.Opened> packet = packets.open(datagram);
      if (packet.isEmpty()) {
        return null;
      }
      boolean edition2022 = settings.cipher().edition2022();
      long now = Clock.systemUTC().instant().getEpochSecond();
      try {
        ByteReader body = new ByteReader(packet.get().body());
        ByteWriter answer = new ByteWriter();
        if (edition2022) {
          body.expect(0, "type");
          if (Math.abs(body.u64() - now) > 30) {
            return null;
          }
          body.skip(body.u16());
          answer.u8(1).u64(now).bytes(packet.get().session()).u16(0);
        }
        SocksAddress asked = SocksAddress.read(body);
        if (!ClientAddress.isOf(settings.target(), asked)) {
          return null;
        }
        asked.write(answer).bytes(InnerTarget.reply(settings.target(), body.rest()));
        return packets.seal(edition2022 ? session : fresh(), sent++, answer.toByteArray());
      } catch (StepFailed e) {
        return null;
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
