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
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.SocksMessages;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Socks5.Socks5Settings;
import org.vpnprobe.protocol.Target;

/** Embedded SOCKS5 proxies (RFC 1928, RFC 1929) that lead to their client's target alone. */
public final class Socks5Responder implements ResponderFactory<Socks5Settings> {
  private static final int HOST_UNREACHABLE = 4;
  private static final int COMMAND_NOT_SUPPORTED = 7;

  @Override
  public String protocol() {
    return "socks5";
  }

  @Override
  public Class<Socks5Settings> settings() {
    return Socks5Settings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(Socks5Settings settings) throws IOException {
    return new Proxy(settings);
  }

  private static final class Proxy implements Responder {
    private final Socks5Settings settings;
    private final DatagramSocket relay;
    private final StreamServer server;

    Proxy(Socks5Settings settings) throws IOException {
      this.settings = settings;
      ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
      // The same number for both: see Responder.relays().
      this.relay =
          new DatagramSocket(
              new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()));
      this.server = new StreamServer(listener, this::serve);
      Thread.ofVirtual().name("lab socks5 relay").start(this::relay);
    }

    @Override
    public InetSocketAddress address() {
      return server.address();
    }

    @Override
    public boolean relays() {
      return settings.datagrams();
    }

    private void serve(Socket connection) throws IOException {
      DataInputStream in = new DataInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      if (in.read() != 5) {
        return;
      }
      byte[] methods = in.readNBytes(in.readUnsignedByte());
      int wanted = settings.username() == null ? SocksMessages.NO_LOGIN : SocksMessages.PASSWORD;
      if (new String(methods, StandardCharsets.ISO_8859_1).indexOf(wanted) < 0) {
        out.write(new byte[] {5, (byte) SocksMessages.NONE_ACCEPTABLE});
        return;
      }
      out.write(new byte[] {5, (byte) wanted});
      if (settings.username() != null && !loggedIn(in, out)) {
        return;
      }
      request(in, out);
    }

    private boolean loggedIn(DataInputStream in, OutputStream out) throws IOException {
      boolean version = in.readUnsignedByte() == 1;
      byte[] user = in.readNBytes(in.readUnsignedByte());
      byte[] password = in.readNBytes(in.readUnsignedByte());
      boolean right =
          version
              && new String(user, StandardCharsets.UTF_8).equals(settings.username())
              && settings.password() != null
              && Arrays.equals(password, settings.password().bytes());
      out.write(new byte[] {1, (byte) (right ? 0 : 1)});
      return right;
    }

    private void request(DataInputStream in, OutputStream out) throws IOException {
      boolean version = in.readUnsignedByte() == 5;
      int command = in.readUnsignedByte();
      in.readUnsignedByte();
      SocksAddress asked = ClientAddress.read(in);
      Target target = settings.target();
      if (!version) {
        return;
      }
      if (command == SocksMessages.UDP_ASSOCIATE && settings.datagrams()) {
        answer(out, 0);
        in.read(); // Until the client closes.
      } else if (command != SocksMessages.CONNECT) {
        answer(out, COMMAND_NOT_SUPPORTED);
      } else if (target == null || !ClientAddress.isOf(target, asked)) {
        answer(out, HOST_UNREACHABLE);
      } else {
        answer(out, 0);
        InnerTarget.serve(target, in, out);
      }
    }

    /** The bound address is unspecified, as microsocks has it; a relay's port is our own. */
    private void answer(OutputStream out, int code) throws IOException {
      out.write(
          new ByteWriter()
              .u8(5)
              .u8(code)
              .u8(0)
              .u8(1)
              .zeros(4)
              .u16(address().getPort())
              .toByteArray());
    }

    private void relay() {
      byte[] buffer = new byte[1 << 16];
      while (!relay.isClosed()) {
        try {
          DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
          relay.receive(packet);
          byte[] reply = relayed(Arrays.copyOf(buffer, packet.getLength()));
          if (reply != null) {
            relay.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
          }
        } catch (IOException e) {
          // Closed, or the client is gone: the loop's condition tells.
        }
      }
    }

    private byte @Nullable [] relayed(byte[] datagram) {
      Target target = settings.target();
      SocksMessages.Relayed relayed = SocksMessages.relayed(datagram);
      return !settings.datagrams()
              || target == null
              || relayed == null
              || !ClientAddress.isOf(target, relayed.source())
          ? null
          : SocksMessages.datagram(relayed.source(), InnerTarget.reply(target, relayed.payload()));
    }

    @Override
    public void close() {
      relay.close();
      server.close();
    }
  }
}
