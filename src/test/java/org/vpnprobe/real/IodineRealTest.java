package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.protocol.Iodine;
import org.vpnprobe.protocol.Iodine.IodineSettings;

/** iodine against iodined. */
@Tag("real")
class IodineRealTest {
  private static final Duration SHORT = Duration.ofMillis(1000);
  private static final IodineSettings ZONE = new IodineSettings("t.lab.example");

  @Test
  void theServersVersion(@TempDir Path home) {
    Needs.programs("iodined");
    Needs.file("/dev/net/tun", "the kernel's tun");
    try (TestNet net = TestNet.with("carrier")) {
      Attempt attempt = Attempt.at(net, "carrier", 53);
      try (Daemon server =
          Daemon.start(
              net.server(),
              home,
              Needs.program("iodined"),
              "-f",
              "-c",
              "-l",
              "10.90.0.1",
              "-P",
              "known-to-everybody",
              "10.17.0.1/24",
              "t.lab.example")) {
        server.await(
            () -> net.exec(net.server(), "ss", "-Hlun", "sport = :53").contains("UNCONN"),
            "listening iodined");
        for (int i = 0; i < 20; i++) { // More than it has places.
          assertEquals("handshake", attempt.of(new Iodine(), ZONE));
        }
        assertEquals(
            "handshake",
            attempt.of(
                new Iodine(),
                ZONE,
                trial -> assertEquals(List.of("0x00000502"), trial.observed("iodine_version"))));
        String other =
            attempt.within(SHORT).of(new Iodine(), new IodineSettings("t.other.example"));
        assertEquals("nothing, generic_timeout_error in handshake", other);
        net.interfere("carrier", "udp dport 53 drop");
        assertEquals(
            "nothing, generic_timeout_error in handshake",
            attempt.within(SHORT).of(new Iodine(), ZONE));
        net.interfere("carrier", "udp dport 53 reject with icmp type port-unreachable");
        assertEquals("nothing, connection_refused in handshake", attempt.of(new Iodine(), ZONE));
        net.interfere("carrier");
      }
      assertEquals("nothing, connection_refused in handshake", attempt.of(new Iodine(), ZONE));
    }
  }
}
