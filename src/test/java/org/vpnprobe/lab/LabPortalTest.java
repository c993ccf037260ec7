package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vpnprobe.lab.LabWorld.AMPLE;
import static org.vpnprobe.lab.LabWorld.SHORT;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.LabWorld.Carried;
import org.vpnprobe.model.Family;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.RecordedTrial;

/** A captive portal. */
@NullMarked
class LabPortalTest {
  private static final LabWorld WORLD = new LabWorld();

  @AfterAll
  static void close() {
    WORLD.close();
  }

  @Test
  void everyNameHasThePortalsAddressAndItsCertificateIsItsOwn() throws StepFailed {
    try (Carried carrier = WORLD.carrier("portal: 302");
        RecordedTrial trial = carrier.bare(AMPLE)) {
      assertEquals(List.of(Portal.ADDRESS), trial.path().resolve("anything.example", Family.IP4));
      assertEquals(List.of("198.19.255.80"), trial.observed("dns_bogon"));
      assertEquals("handshake, ssl_unknown_authority in tls", carrier.tried("tls", AMPLE));
      assertEquals("port, ssl_unknown_authority in tls", carrier.tried("https", AMPLE));
    }
  }

  @Test
  void httpGetsTheLoginPageWhereverItGoes() throws StepFailed {
    for (int status : new int[] {200, 302, 511}) {
      try (Carried carrier = WORLD.carrier("portal: " + status);
          RecordedTrial trial = carrier.bare(AMPLE)) {
        ByteStream stream = trial.path().tcp(new InetSocketAddress("203.0.113.200", 80));
        stream.write(LabWorld.ascii("GET /generate_204 HTTP/1.1\r\nHost: a.example\r\n\r\n"));
        String answer = new String(stream.readFully(130), StandardCharsets.US_ASCII);
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertEquals(status == 302, answer.contains("\r\nLocation: http://login."), answer);
      }
    }
  }

  @Test
  void nothingElsePasses() {
    try (Carried carrier = WORLD.carrier("portal: 302")) {
      assertEquals("nothing, generic_timeout_error in handshake", carrier.tried("ikev2", SHORT));
      // Its own address is up, but nothing listens there.
      assertEquals("nothing, connection_refused in handshake", carrier.tried("wireguard", AMPLE));
      assertEquals("port, eof_error in handshake", carrier.tried("openvpn-tcp", AMPLE));
    }
  }
}
