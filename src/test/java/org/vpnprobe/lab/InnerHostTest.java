package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.vpnprobe.protocol.openvpn.Echo;

@NullMarked
class InnerHostTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("10.8.0.2");
  private static final InetAddress HOST = InetAddress.ofLiteral("10.8.0.1");
  private static final InetAddress CLIENT_6 = InetAddress.ofLiteral("fd00::2");
  private static final InetAddress HOST_6 = InetAddress.ofLiteral("fd00::1");

  @Test
  void answersAnEchoRequestInBothFamilies() {
    assertArrayEquals(
        Echo.reply(HOST, CLIENT), InnerHost.reply(Echo.request(CLIENT, HOST), HOST).orElseThrow());
    assertArrayEquals(
        Echo.reply(HOST_6, CLIENT_6),
        InnerHost.reply(Echo.request(CLIENT_6, HOST_6), HOST_6).orElseThrow());
  }

  @Test
  void answersNothingElse() {
    byte[] request = Echo.request(CLIENT, HOST);
    assertEquals(Optional.empty(), InnerHost.reply(request, CLIENT));
    assertEquals(Optional.empty(), InnerHost.reply(request, HOST_6));
    assertEquals(Optional.empty(), InnerHost.reply(Echo.reply(CLIENT, HOST), HOST));
    for (int length = 0; length < 28; length++) {
      assertEquals(Optional.empty(), InnerHost.reply(Arrays.copyOf(request, length), HOST));
    }
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      byte[] noise = new byte[random.nextInt(100)];
      random.nextBytes(noise);
      assertEquals(Optional.empty(), InnerHost.reply(noise, HOST));
      assertEquals(Optional.empty(), InnerHost.reply(noise, HOST_6));
    }
  }
}
