package org.vpnprobe.lab;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.vpnprobe.layer.quic.Salamander;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Hysteria2.Hysteria2Settings;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.flupke.HttpStream;
import tech.kwik.flupke.server.HttpServerRequest;
import tech.kwik.flupke.server.HttpServerResponse;
import tech.kwik.flupke.server.impl.Http3ServerConnectionImpl;

/**
 * Embedded Hysteria 2 servers: an empty web server to strangers; to the one user a relay to what
 * stands behind every proxy of the lab, except on port 1, which is closed.
 */
final class Hysteria2Responder implements ResponderFactory<Hysteria2Settings> {
  private static final int TCP_REQUEST = 0x401;
  private static final int CLOSED_PORT = 1;
  private static final int LONGEST_ADDRESS = 2048;
  private static final int LONGEST_PADDING = 4096;

  @Override
  public String protocol() {
    return "hysteria2";
  }

  @Override
  public Class<Hysteria2Settings> settings() {
    return Hysteria2Settings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(Hysteria2Settings settings) throws IOException {
    Secret obfs = settings.obfsPassword();
    DatagramSocket socket =
        obfs == null ? KwikServer.socket() : new DisguisedSocket(new Salamander(obfs.bytes()));
    return KwikServer.http3(
        socket, (connection, threads) -> connection(settings, connection, threads));
  }

  private static ApplicationProtocolConnection connection(
      Hysteria2Settings settings, QuicConnection connection, ExecutorService threads) {
    AtomicBoolean known = new AtomicBoolean();
    Http3ServerConnectionImpl http =
        new Http3ServerConnectionImpl(
            connection,
            (request, response) -> known.compareAndSet(false, login(settings, request, response)),
            threads,
            Map.of());
    http.registerBidirectionalStreamHandler(TCP_REQUEST, stream -> relay(stream, known.get()));
    return http;
  }

  /** True when it was the user. */
  private static boolean login(
      Hysteria2Settings settings, HttpServerRequest request, HttpServerResponse response) {
    Secret password = settings.password();
    byte[] given =
        request
            .headers()
            .firstValue("hysteria-auth")
            .orElse("")
            .getBytes(StandardCharsets.ISO_8859_1);
    boolean right =
        password != null
            && request.method().equals("POST")
            && request.path().equals("/auth")
            && request.authority().equals("hysteria")
            && MessageDigest.isEqual(password.bytes(), given);
    response.setStatus(right ? 233 : 404);
    if (right) {
      response.addHeader("hysteria-udp", "false");
      response.addHeader("hysteria-cc-rx", "auto");
      response.addHeader("hysteria-padding", "lab");
    }
    return right;
  }

  private static void relay(HttpStream stream, boolean known) {
    try (OutputStream out = stream.getOutputStream()) {
      InputStream in = stream.getInputStream();
      varint(in); // The frame's type, which led here.
      byte[] address = exactly(in, varint(in), LONGEST_ADDRESS);
      exactly(in, varint(in), LONGEST_PADDING);
      HostPort target = HostPort.of(new String(address, StandardCharsets.UTF_8));
      boolean open = known && target.port() != CLOSED_PORT;
      String message = open ? "Connected" : "connection refused";
      out.write(
          new ByteWriter()
              .u8(open ? 0 : 1)
              .varint(message.length())
              .bytes(message.getBytes(StandardCharsets.US_ASCII))
              .varint(3)
              .zeros(3)
              .toByteArray());
      out.flush();
      if (open) {
        InnerTarget.serve(target.port(), in, out);
      }
    } catch (IOException | InvalidSetting e) {
      // Not one that this server understands, or gone.
    }
  }

  private static long varint(InputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      throw new EOFException("no integer");
    }
    long value = first & 0x3f;
    for (int more = (1 << (first >> 6)) - 1; more > 0; more--) {
      value = value << 8 | in.read() & 0xff;
    }
    return value;
  }

  private static byte[] exactly(InputStream in, long length, int atMost) throws IOException {
    if (length > atMost) {
      throw new IOException("too long");
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException("cut off");
    }
    return bytes;
  }

  /** A socket of the server's under Salamander. What wears another disguise is garbage to kwik. */
  private static final class DisguisedSocket extends DatagramSocket {
    private final Salamander disguise;
    private final SecureRandom random = new SecureRandom();

    DisguisedSocket(Salamander disguise) throws SocketException {
      super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      this.disguise = disguise;
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
      byte[] plain = Arrays.copyOf(packet.getData(), packet.getLength());
      byte[] worn = disguise.wrap(plain, random);
      super.send(new DatagramPacket(worn, worn.length, packet.getSocketAddress()));
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
      int room = packet.getLength();
      Optional<byte[]> plain = Optional.empty();
      while (plain.isEmpty()) {
        packet.setLength(room);
        super.receive(packet);
        plain = disguise.unwrap(Arrays.copyOf(packet.getData(), packet.getLength()));
      }
      byte[] bytes = plain.orElseThrow();
      System.arraycopy(bytes, 0, packet.getData(), 0, bytes.length);
      packet.setLength(bytes.length);
    }
  }
}
