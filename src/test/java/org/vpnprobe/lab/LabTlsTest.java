package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vpnprobe.lab.LabWorld.AMPLE;
import static org.vpnprobe.lab.LabWorld.SHORT;
import static org.vpnprobe.lab.LabWorld.ascii;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.LabWorld.Carried;
import org.vpnprobe.model.Depth;

/** What is done to TLS, HTTP, SSH and to payload as such, on connections that opened. */
@NullMarked
class LabTlsTest {
  private static final LabWorld WORLD = new LabWorld();
  private static final String ANSWERED = "answered";
  private static final String RESET = "connection_reset in handshake";
  private static final String SILENT = "generic_timeout_error in handshake";
  private static final String NAME = "vpn.lab.example";

  @AfterAll
  static void close() {
    WORLD.close();
  }

  @Test
  void aClientHelloIsDroppedByItsName() {
    try (Carried carrier = WORLD.carrier("drop_sni: [vpn.lab.example]")) {
      assertEquals("port, generic_timeout_error in tls", carrier.tried("tls", SHORT));
      assertEquals("authenticated", carrier.tried("tls-8443", AMPLE));
      assertEquals("authenticated", carrier.tried("https", AMPLE));
      assertEquals("authenticated", carrier.tried("openvpn-tcp", AMPLE));
      // The name decides, wherever it is sent; and another name passes to the same server.
      assertEquals(SILENT, carrier.sent("www.lab.example", 443, SHORT, hello(NAME)));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, hello("www.lab.example")));
    }
  }

  @Test
  void aResetFromTheHopTakesARoundTripAndAnInjectedOneDoesNot() {
    try (Carried hop = WORLD.carrier("latency: 400ms, reset_sni: ['*.lab.example']");
        Carried injector =
            WORLD.carrier(
                "latency: 400ms, rules: [{action: reset, sni: ['*.lab.example'], inject: true}]")) {
      LabWorld.Outcome fromHop = hop.outcome("tls", Depth.AUTHENTICATED, AMPLE);
      LabWorld.Outcome injected = injector.outcome("tls", Depth.AUTHENTICATED, AMPLE);
      assertEquals("port, connection_reset in tls", fromHop.text());
      assertEquals("port, connection_reset in tls", injected.text());
      assertTrue(fromHop.afterMillis() >= 400, () -> fromHop.afterMillis() + " ms");
      assertTrue(injected.afterMillis() >= 80, () -> injected.afterMillis() + " ms");
      assertTrue(injected.afterMillis() < 0.7 * 400, () -> injected.afterMillis() + " ms");
      double roundTrip = Double.parseDouble(injected.trial().observed("rtt_ms").getFirst());
      assertTrue(roundTrip >= 400, () -> roundTrip + " ms");
      assertEquals("authenticated", injector.tried("openvpn-tcp", AMPLE));
    }
  }

  @Test
  void anyClientHelloIsDroppedOrReset() {
    try (Carried carrier = WORLD.carrier("drop: [tls]")) {
      assertEquals("port, generic_timeout_error in tls", carrier.tried("tls", SHORT));
      assertEquals("port, generic_timeout_error in tls", carrier.tried("https", SHORT));
      assertEquals(SILENT, carrier.sent(NAME, 443, SHORT, hello("other.example")));
      // Seen from the first six bytes: to cut the name helps nothing here.
      assertEquals(SILENT, carrier.sent(NAME, 443, SHORT, cut(hello(NAME), 40)));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, ascii("GET / HTTP/1.1\r\n\r\n")));
      assertEquals("authenticated", carrier.tried("openvpn-tcp", AMPLE));
    }
    try (Carried carrier = WORLD.carrier("reset: [tls]")) {
      assertEquals("port, connection_reset in tls", carrier.tried("tls", AMPLE));
      assertEquals("authenticated", carrier.tried("openvpn-tcp", AMPLE));
    }
  }

  @Test
  void aCutClientHelloPassesUnlessItIsPutTogether() {
    byte[] hello = hello(NAME);
    byte[][] segments = cut(hello, middleOfName(hello));
    byte[] records = inRecords(hello, middleOfName(hello) - 5);
    try (Carried carrier = WORLD.carrier("drop_sni: [vpn.lab.example]")) {
      assertEquals(SILENT, carrier.sent(NAME, 443, SHORT, hello));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, segments));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, records));
    }
    String thorough = "rules: [{action: drop, sni: [vpn.lab.example], reassembles: true}]";
    try (Carried carrier = WORLD.carrier(thorough)) {
      assertEquals(SILENT, carrier.sent(NAME, 443, SHORT, hello));
      assertEquals(SILENT, carrier.sent(NAME, 443, SHORT, segments));
      assertEquals(SILENT, carrier.sent(NAME, 443, SHORT, records));
      assertEquals(SILENT, carrier.sent(NAME, 443, SHORT, cut(records, 3)));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, cut(hello("www.lab.example"), 99)));
    }
  }

  @Test
  void theFirstByteOfAnyKindIsReset() {
    try (Carried carrier = WORLD.carrier("reset: [any]")) {
      assertEquals("port", carrier.tried("tcp", AMPLE));
      assertEquals("port, connection_reset in tls", carrier.tried("tls", AMPLE));
      assertEquals("port, connection_reset in handshake", carrier.tried("openvpn-tcp", AMPLE));
      assertEquals(RESET, carrier.sent(NAME, 443, AMPLE, ascii("a")));
    }
    String only = "rules: [{action: reset, protocols: [any], to: ['vpn.lab.example:443']}]";
    try (Carried carrier = WORLD.carrier(only)) {
      assertEquals(RESET, carrier.sent(NAME, 443, AMPLE, ascii("a")));
      assertEquals("authenticated", carrier.tried("tls-8443", AMPLE));
      assertEquals("authenticated", carrier.tried("ikev2", AMPLE));
    }
  }

  @Test
  void anHttpHostIsReset() {
    String rule = "rules: [{action: reset, http_host: ['*.lab.example']}]";
    try (Carried carrier = WORLD.carrier(rule)) {
      byte[] blocked = ascii("GET / HTTP/1.1\r\nAccept: */*\r\nHost: WWW.lab.example:80\r\n\r\n");
      byte[] other = ascii("GET / HTTP/1.1\r\nHost: www.example.net\r\n\r\n");
      assertEquals(RESET, carrier.sent(NAME, 443, AMPLE, blocked));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, other));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, ascii("GET / HTTP/1.0\r\n\r\n")));
      // A server name is no HTTP host.
      assertEquals("authenticated", carrier.tried("tls", AMPLE));
    }
  }

  @Test
  void aProxysConnectIsReset() {
    try (Carried carrier = WORLD.carrier("reset: [http_connect]")) {
      byte[] connect = ascii("CONNECT www.example.net:443 HTTP/1.1\r\n\r\n");
      assertEquals(RESET, carrier.sent(NAME, 443, AMPLE, connect));
      assertEquals(
          ANSWERED, carrier.sent(NAME, 443, AMPLE, ascii("GET /CONNECT HTTP/1.1\r\n\r\n")));
      assertEquals("authenticated", carrier.tried("tls", AMPLE));
    }
  }

  @Test
  void sshIsDroppedAtTheBanner() {
    try (Carried carrier = WORLD.carrier("drop: [ssh]")) {
      byte[] banner = ascii("SSH-2.0-OpenSSH_9.9\r\n");
      assertEquals(SILENT, carrier.sent(NAME, 443, SHORT, banner));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, ascii("SSL-2.0\r\n")));
      assertEquals("port", carrier.tried("tcp", AMPLE));
    }
  }

  @Test
  void whatLooksFullyEncryptedIsDroppedInTheFirstPacketAlone() {
    byte[] random = new byte[300];
    new Random(5).nextBytes(random);
    random[0] = (byte) 0x80;
    byte[] exempt = random.clone();
    System.arraycopy(ascii("PUT ab"), 0, exempt, 0, 6);
    try (Carried carrier = WORLD.carrier("drop: [encrypted]")) {
      assertEquals(SILENT, carrier.sent(NAME, 443, SHORT, random));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, exempt));
      assertEquals(ANSWERED, carrier.sent(NAME, 443, AMPLE, ascii("a"), random));
      for (String name : List.of("tls", "https", "openvpn-tcp", "wireguard", "amneziawg")) {
        assertEquals("authenticated", carrier.tried(name, AMPLE), name);
      }
    }
  }

  private static byte[] hello(String name) {
    return FirstFlightTest.clientHello(name);
  }

  private static int middleOfName(byte[] hello) {
    return new String(hello, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(NAME) + 4;
  }

  private static byte[][] cut(byte[] bytes, int at) {
    return new byte[][] {Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at, bytes.length)};
  }

  /** The same handshake message in two records, sent at once. */
  private static byte[] inRecords(byte[] hello, int at) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    byte[] message = Arrays.copyOfRange(hello, 5, hello.length);
    for (byte[] piece : cut(message, at)) {
      records.writeBytes(Arrays.copyOf(hello, 3));
      records.write(piece.length >> 8);
      records.write(piece.length);
      records.writeBytes(piece);
    }
    return records.toByteArray();
  }
}
