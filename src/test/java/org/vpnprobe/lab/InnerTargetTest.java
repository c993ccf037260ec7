package org.vpnprobe.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.Tunnel;
import org.vpnprobe.protocol.TunnelCheck;

@NullMarked
class InnerTargetTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://web.example/path",
        "http://web.example:22/#some text",
        "echo://echo.example:7",
        "tcp://ssh.example:2222",
        "tcp://ssh.example:2222#some text",
        "dns://ns.example/example.net"
      })
  void isWhatItsClientAsksFor(String text) throws Exception {
    Target target = Target.of(text);
    try (StreamServer server =
        server(s -> InnerTarget.serve(target, s.getInputStream(), s.getOutputStream()))) {
      assertEquals(Optional.empty(), asked(server, target));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://web.example/",
        "echo://a:7",
        "tcp://a:22",
        "tcp://a:22#SSH",
        "dns://a:53/b.c"
      })
  void knowsSomeByTheirPort(String text) throws Exception {
    Target target = Target.of(text);
    try (StreamServer server =
        server(s ->
            InnerTarget.serve(target.server().port(), s.getInputStream(), s.getOutputStream()))) {
      assertEquals(Optional.empty(), asked(server, target));
    }
  }

  @Test
  void anotherTargetIsToldFromIt() throws Exception {
    Target served = Target.of("http://web.example/");
    try (StreamServer server =
        server(s -> InnerTarget.serve(served, s.getInputStream(), s.getOutputStream()))) {
      assertEquals(
          Optional.of(FailureKind.DATA_ECHO_FAILED),
          asked(server, Target.of("http://web.example/#some text")));
    }
  }

  @Test
  void datagrams() throws Exception {
    byte[] query = {1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
    byte[] answer = query.clone();
    answer[2] |= (byte) 0x80;
    assertArrayEquals(answer, InnerTarget.reply(53, query));
    assertArrayEquals(query, InnerTarget.reply(7, query));
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      InnerTarget.reply(53, noise);
    }
  }

  @Test
  void hostileStreamsEnd() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      int port = new int[] {0, 22, 53}[i % 3];
      try {
        InnerTarget.serve(port, new ByteArrayInputStream(noise), new ByteArrayOutputStream());
      } catch (IOException e) {
        assertEquals(53, port); // Cut off inside a message.
      }
    }
    byte[] endless = "GET /".concat("x".repeat(100_000)).getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    InnerTarget.serve(80, new ByteArrayInputStream(endless), out);
    assertEquals(0, out.size());
  }

  private static StreamServer server(StreamServer.Service service) throws IOException {
    return new StreamServer(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), service);
  }

  /** The kind of failure, empty when the target answered. */
  private static Optional<FailureKind> asked(StreamServer server, Target target) throws Exception {
    try (RecordedTrial trial =
        new RecordedTrial(server.address(), Depth.TUNNEL, Duration.ofSeconds(10))) {
      ByteStream stream = trial.path().tcp(server.address());
      Session session =
          new Session() {
            @Override
            public Optional<Tunnel> tunnel() {
              return Optional.of(new Through(stream, target));
            }

            @Override
            public void close() {
              stream.close();
            }
          };
      @Nullable StepFailed failed = null;
      try (session) {
        TunnelCheck.run(session, trial);
      } catch (StepFailed e) {
        failed = e;
      }
      assertEquals(failed == null, trial.reached.containsKey(Depth.TUNNEL));
      return Optional.ofNullable(failed).map(StepFailed::kind);
    }
  }

  private record Through(ByteStream stream, Target asked) implements Tunnel.StreamTunnel {}
}
