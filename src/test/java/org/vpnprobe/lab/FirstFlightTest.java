package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class FirstFlightTest {
  private static final HexFormat HEX = HexFormat.of();

  /** Resets of the reference implementation (OpenVPN tests/unit_tests/openvpn/test_pkt.c). */
  private static final List<String> OPENVPN =
      List.of(
          "386891923fa31034370000000000",
          "38de694c5c7bfba27493537c1ded4e781529ae7cfe4b8c6d6b2b51f05a0000000161d3bf6c0000000000",
          "38f419cb12d1f9e48f0000000161d3f8e1330206f56802be44fbed905064e3db43416bec5e526719462b7eb9"
              + "0c96defc9b05c44879f7");

  @Test
  void openVpnResets() {
    for (String reset : OPENVPN) {
      byte[] bytes = HEX.parseHex(reset);
      assertEquals("openvpn", FirstFlight.datagram(bytes).protocol());
      byte[] framed = HEX.parseHex("%04x".formatted(bytes.length) + reset);
      assertEquals("openvpn", FirstFlight.stream(framed).protocol());
      assertEquals("", FirstFlight.stream(Arrays.copyOf(framed, 12)).protocol());
    }
    byte[] v3 = new byte[54 + 299];
    v3[0] = 0x50;
    v3[v3.length - 2] = 1;
    v3[v3.length - 1] = 299 - 256;
    assertEquals("openvpn", FirstFlight.datagram(v3).protocol());
  }

  @Test
  void aWireGuardInitiationAndNothingLikeIt() {
    byte[] initiation = new byte[148];
    initiation[0] = 1;
    assertEquals("wireguard", FirstFlight.datagram(initiation).protocol());
    assertEquals("", FirstFlight.datagram(Arrays.copyOf(initiation, 149)).protocol());
    initiation[1] = 1;
    assertEquals("", FirstFlight.datagram(initiation).protocol());
  }

  @Test
  void anIkeHeaderWithAndWithoutMarker() {
    // RFC 7296 section 3.1: SPIs, SA payload, version 2.0, IKE_SA_INIT, initiator, length 28.
    String header = "0102030405060708" + "0000000000000000" + "21202208" + "00000000" + "0000001c";
    assertEquals("ikev2", FirstFlight.datagram(HEX.parseHex(header)).protocol());
    assertEquals("ikev2", FirstFlight.datagram(HEX.parseHex("00000000" + header)).protocol());
    String answer = header.replace("0000000000000000", "1100000000000000");
    assertEquals("", FirstFlight.datagram(HEX.parseHex(answer)).protocol());
  }

  @Test
  void aServerNameInAClientHello() {
    byte[] hello = clientHello("vpn.lab.example");
    assertEquals(new FirstFlight("tls", "vpn.lab.example"), FirstFlight.stream(hello));
    int name = new String(hello, StandardCharsets.ISO_8859_1).indexOf("vpn.lab.example");
    for (int length = 0; length < hello.length; length++) {
      FirstFlight cut = FirstFlight.stream(Arrays.copyOf(hello, length));
      // Five bytes of a record and the message's type are enough to see what it is.
      assertEquals(length < 6 ? "" : "tls", cut.protocol());
      assertEquals(length < name + 15 ? null : "vpn.lab.example", cut.name());
    }
  }

  @Test
  void noiseIsUnknown() {
    Random random = new Random(3);
    for (int i = 0; i < 5000; i++) {
      byte[] noise = new byte[random.nextInt(400)];
      random.nextBytes(noise);
      if (noise.length > 0 && i % 2 == 0) {
        noise[0] = 22;
      }
      assertEquals("", FirstFlight.stream(noise).protocol());
      assertEquals("", FirstFlight.datagram(noise).protocol());
    }
  }

  /** A ClientHello as Java sends it. */
  static byte[] clientHello(String name) {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      engine.setSSLParameters(parameters);
      ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), record);
      return Arrays.copyOf(record.array(), record.position());
    } catch (GeneralSecurityException | SSLException e) {
      throw new AssertionError(e);
    }
  }
}
