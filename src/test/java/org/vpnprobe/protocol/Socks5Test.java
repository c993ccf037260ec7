package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.lab.Socks5Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.SocksAddress;
import org.vpnprobe.net.SocksMessages;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Socks5.Socks5Settings;

class Socks5Test {
  private static final HexFormat HEX = HexFormat.of();
  private static final Socks5 SOCKS5 = new Socks5();

  private static Socks5Settings settings(
      @Nullable String user, @Nullable String password, @Nullable String target, boolean udp) {
    return new Socks5Settings(
        user,
        password == null ? null : Secret.of(password),
        target == null ? null : Target.of(target),
        udp);
  }

  @ParameterizedTest
  @CsvSource({
    "http://192.0.2.80/, false",
    "http://web.example:8080/a#hello, false",
    "http://[2001:db8::80]/, false",
    "echo://192.0.2.7:7, false",
    "tcp://192.0.2.22:22, false",
    "dns://192.0.2.53/example.net, false",
    "echo://echo.example:7, true",
    "dns://[2001:db8::53]/example.net, true"
  })
  void eachTargetWithLoginAndWithout(String target, boolean udp) throws IOException {
    for (String user : new @Nullable String[] {null, "bob"}) {
      Socks5Settings settings = settings(user, user == null ? null : "p@:s", target, udp);
      assertEquals(Depth.TUNNEL, SOCKS5.facts(settings).ceiling());
      try (Responder server = new Socks5Responder().start(settings)) {
        assertEquals("tunnel", Tried.direct(SOCKS5, settings, server.address(), Depth.TUNNEL));
        // The default depth: without a login only the target's answer proves it.
        assertEquals(
            user == null ? "tunnel" : "authenticated",
            Tried.direct(SOCKS5, settings, server.address(), Depth.AUTHENTICATED));
      }
    }
  }

  @Test
  void eachDepth() throws IOException {
    Socks5Settings login = settings("bob", "secret", null, false);
    assertEquals(Depth.AUTHENTICATED, SOCKS5.facts(login).ceiling());
    assertEquals(Depth.HANDSHAKE, SOCKS5.facts(settings(null, null, null, false)).ceiling());
    assertFalse(SOCKS5.facts(login).silent());
    try (Responder server = new Socks5Responder().start(login)) {
      for (Depth goal : Set.of(Depth.PORT, Depth.HANDSHAKE, Depth.AUTHENTICATED)) {
        assertEquals(goal.id(), Tried.direct(SOCKS5, login, server.address(), goal));
      }
    }
  }

  @Test
  void aWrongPasswordIsOurMistake() throws IOException {
    Socks5Settings right = settings("bob", "secret", "echo://192.0.2.7:7", false);
    try (Responder server = new Socks5Responder().start(right)) {
      for (Socks5Settings wrong :
          new Socks5Settings[] {
            settings("bob", "secreT", "echo://192.0.2.7:7", false),
            settings("eve", "secret", "echo://192.0.2.7:7", false),
            settings(null, null, "echo://192.0.2.7:7", false)
          }) {
        assertEquals(
            "handshake, auth_rejected in auth",
            Tried.direct(SOCKS5, wrong, server.address(), Depth.TUNNEL));
      }
      // Alive it is, whatever the login.
      assertEquals(
          "handshake",
          Tried.direct(
              SOCKS5, settings(null, null, null, false), server.address(), Depth.HANDSHAKE));
    }
  }

  @Test
  void aLoginThatNobodyAskedForProvesNothing() throws IOException {
    try (Scripted server =
        new Scripted(socket -> {
          socket.getInputStream().readNBytes(4);
          socket.getOutputStream().write(HEX.parseHex("0500"));
          socket.getInputStream().read();
        })) {
      assertEquals(
          "handshake, auth_rejected in auth",
          Tried.direct(
              SOCKS5, settings("bob", "x", null, false), server.address(), Depth.AUTHENTICATED));
    }
  }

  @Test
  void anotherTargetIsRefused() throws IOException {
    try (Responder server =
        new Socks5Responder().start(settings(null, null, "echo://192.0.2.7:7", false))) {
      assertEquals(
          "handshake, proxy_refused:4 in tunnel",
          Tried.direct(
              SOCKS5,
              settings(null, null, "echo://192.0.2.8:7", false),
              server.address(),
              Depth.TUNNEL));
      assertEquals(
          "handshake, proxy_refused:7 in tunnel",
          Tried.direct(
              SOCKS5,
              settings(null, null, "echo://192.0.2.7:7", true),
              server.address(),
              Depth.TUNNEL));
    }
  }

  /** Bytes as in RFC 1928; what is answered, and what it is taken for. */
  @ParameterizedTest
  @CsvSource({
    "4854, 'port, proto_unexpected_reply in handshake'",
    "05, 'port, eof_error in handshake'",
    "'', 'port, eof_error in handshake'",
    "0502, 'port, proto_malformed_reply in handshake'",
    "0501, 'port, proto_malformed_reply in handshake'",
    "05ff, 'handshake, auth_rejected in auth'",
    "0500, 'handshake, eof_error in tunnel'",
    "0500050200, 'handshake, proxy_refused:2 in tunnel'",
    "0500056300, 'handshake, proxy_refused:99 in tunnel'",
    "0500040000, 'handshake, proto_unexpected_reply in tunnel'",
    "05000500000900000000, 'handshake, proto_malformed_reply in tunnel'",
    "050005000001000000000000, 'handshake, eof_error in tunnel'",
    "050005000001000000000000485454502f312e3120, 'handshake, eof_error in tunnel'",
    "050005000001000000000000485454502f312e3120343034, tunnel"
  })
  void answers(String hex, String outcome) throws IOException {
    try (Scripted server =
        new Scripted(socket -> {
          socket.getOutputStream().write(HEX.parseHex(hex));
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        })) {
      assertEquals(
          outcome,
          Tried.direct(
              SOCKS5,
              settings(null, null, "http://192.0.2.80/", false),
              server.address(),
              Depth.TUNNEL));
    }
  }

  @Test
  void silenceResetAndAStoppedServer() throws IOException {
    Socks5Settings settings = settings(null, null, null, false);
    InetSocketAddress stopped;
    try (Scripted silent = new Scripted(socket -> socket.getInputStream().readAllBytes())) {
      stopped = silent.address();
      assertEquals(
          "port, generic_timeout_error in handshake",
          Tried.direct(SOCKS5, settings, stopped, Depth.HANDSHAKE, Tried.SHORT));
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Tried.direct(SOCKS5, settings, stopped, Depth.HANDSHAKE));
    try (Scripted resetting =
        new Scripted(socket -> {
          socket.getInputStream().read();
          socket.setSoLinger(true, 0);
        })) {
      assertEquals(
          "port, connection_reset in handshake",
          Tried.direct(SOCKS5, settings, resetting.address(), Depth.HANDSHAKE));
    }
  }

  /** A server may name any address; nothing goes to another than its own. */
  @ParameterizedTest
  @CsvSource({"01c0000201, false", "0302616263, false", "0100000000, true", "017f000001, true"})
  void onlyARelayAtTheServersAddressIsUsed(String address, boolean used) throws IOException {
    try (DatagramSocket relay = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Scripted server =
            new Scripted(socket -> {
              String port = String.format("%04x", relay.getLocalPort());
              socket.getOutputStream().write(HEX.parseHex("0500" + "050000" + address + port));
              socket.getInputStream().readAllBytes();
            })) {
      Thread.ofVirtual().start(() -> reflect(relay));
      assertEquals(
          used ? "tunnel" : "handshake, proxy_refused:relay_elsewhere in tunnel",
          Tried.direct(
              SOCKS5,
              settings(null, null, "echo://192.0.2.7:7", true),
              server.address(),
              Depth.TUNNEL));
    }
  }

  private static void reflect(DatagramSocket relay) {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      relay.receive(packet);
      for (String before : new String[] {"", "00", "000001017f00000100070102", "ffff"}) {
        byte[] rubbish = HEX.parseHex(before);
        relay.send(new DatagramPacket(rubbish, rubbish.length, packet.getSocketAddress()));
      }
      relay.send(packet);
    } catch (IOException e) {
      // The test is over.
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"user", "password", "long", "empty", "udp http", "udp"})
  void settingsThatCannotWork(String which) {
    InvalidSetting e =
        assertThrows(
            InvalidSetting.class,
            () -> {
              switch (which) {
                case "user" -> settings(null, "secret", null, false);
                case "password" -> settings("bob", null, null, false);
                case "long" -> settings("bob", "secret".repeat(50), null, false);
                case "empty" -> settings("", "secret", null, false);
                case "udp http" -> settings(null, null, "http://192.0.2.80/", true);
                default -> settings(null, null, null, true);
              }
            });
    assertFalse(Objects.requireNonNull(e.getMessage()).contains("secret"));
  }

  @Test
  void hostileRepliesGiveDeclaredFailuresOnly() throws StepFailed {
    Random random = new Random(11);
    byte[] good = HEX.parseHex("050200" + "0500000307" + "6578616d706c65" + "01bb");
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 10));
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      InputStream in = new ByteArrayInputStream(bytes);
      try {
        SocksMessages.chosen(new Bytes(in));
        SocksMessages.accepted(new Bytes(new ByteArrayInputStream(bytes)));
        in.skipNBytes(1);
        SocksMessages.reply(new Bytes(in));
        read++;
      } catch (StepFailed e) {
        assertTrue(
            EnumSet.of(
                    FailureKind.EOF_ERROR,
                    FailureKind.PROTO_MALFORMED_REPLY,
                    FailureKind.PROTO_UNEXPECTED_REPLY)
                .contains(e.kind()));
      } catch (IOException e) {
        assertTrue(bytes.length < 3);
      }
      SocksMessages.relayed(bytes);
    }
    assertTrue(read > 1000, "read: " + read);
    SocksAddress address = SocksAddress.read(new Bytes(new ByteArrayInputStream(good, 6, 12)));
    assertEquals(new SocksAddress(null, "example", 443), address);
  }

  /** A stream of given bytes. */
  private record Bytes(InputStream source) implements ByteStream {
    @Override
    public int read(byte[] buffer, int offset, int length) {
      try {
        return source.read(buffer, offset, length);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {}

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(0);
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress(0);
    }

    @Override
    public void close() {}
  }
}
