package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Tunnel.DatagramTunnel;

/** Targets' answers and others', over loopback as if a proxy had led there. */
class TargetCheckTest {
  private static final Duration AMPLE = Duration.ofSeconds(10);
  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

  @ParameterizedTest
  @CsvSource({
    "http://web.example/, HTTP/1.1 404 Not Found",
    "http://web.example/#found, HTTP/1.1 200 OK: it is found here",
    "tcp://ssh.example:22, S",
    "tcp://ssh.example:22#SSH-2.0, greetings SSH-2.0-x"
  })
  void theTargetsAnswer(String target, String answer) throws Exception {
    try (RecordedTrial trial = trial()) {
      answered(trial, Target.of(target), answer);
      assertTrue(trial.reached.containsKey(Depth.TUNNEL));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://web.example/, HTTP/2.0 200 OK, data_echo_failed",
    "http://web.example/, HTTP/1.1 OK 200, data_echo_failed",
    "http://web.example/, SSH-2.0-OpenSSH, data_echo_failed",
    "http://web.example/, HTTP/1, eof_error",
    "http://web.example/#text, HTTP/1.1 400 your text is bad, data_echo_failed",
    "http://web.example/#text, HTTP/1.1 200 something else, data_echo_failed",
    "http://web.example/#text, HTTP/1.1 200, eof_error",
    "tcp://ssh.example:22, '', eof_error",
    "tcp://ssh.example:22#SSH-2.0, HTTP/1.1 400 Bad Request, data_echo_failed",
    "echo://echo.example:7, HTTP/1.1 400 Bad Request and some more text, data_echo_failed",
    "echo://echo.example:7, HTTP/1.1 400, eof_error",
    "dns://ns.example/example.net, HTTP/1.1 400, eof_error"
  })
  void anotherAnswer(String target, String answer, String failure) throws Exception {
    try (RecordedTrial trial = trial()) {
      StepFailed e =
          assertThrows(StepFailed.class, () -> answered(trial, Target.of(target), answer));
      assertEquals(failure, e.kind().id());
      assertFalse(trial.reached.containsKey(Depth.TUNNEL));
    }
  }

  @Test
  void theHeadOfARequestIsWhatBrowsersSend() throws Exception {
    AtomicReference<String> request = new AtomicReference<>();
    try (RecordedTrial trial = trial();
        ServerSocket server =
            serving(socket -> {
              byte[] bytes = new byte[4096];
              int count = socket.getInputStream().read(bytes);
              request.set(new String(bytes, 0, count, StandardCharsets.US_ASCII));
              socket.getOutputStream().write("HTTP/1.0 204 x".getBytes(StandardCharsets.US_ASCII));
            })) {
      ByteStream stream = trial.path().tcp((InetSocketAddress) server.getLocalSocketAddress());
      TargetCheck.stream(stream, Target.of("http://[2001:db8::1]:8080/a?b"), trial);
      assertEquals(List.of("204"), trial.observed("target_http_status"));
    }
    assertTrue(
        request.get().startsWith("GET /a?b HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n"),
        request.get());
  }

  @Test
  void anAnswerWithoutEndIsLeft() throws Exception {
    try (RecordedTrial trial = trial()) {
      String endless = "HTTP/1.1 200 OK\r\n" + "x".repeat(100_000) + "text";
      StepFailed e =
          assertThrows(
              StepFailed.class,
              () -> answered(trial, Target.of("http://a.example/#text"), endless));
      assertEquals(FailureKind.DATA_ECHO_FAILED, e.kind());
    }
  }

  @Test
  void datagramsMayBeLostAndStrange() throws Exception {
    Target target = Target.of("echo://echo.example:7");
    try (RecordedTrial trial = trial()) {
      // The second is answered, after what another host sent.
      Relay relay = new Relay(target, (sends, sent) -> sends == 1 ? null : sent);
      TargetCheck.datagrams(relay, target, trial);
      assertTrue(trial.reached.containsKey(Depth.TUNNEL));
      assertEquals(2, relay.sends);
    }
    try (RecordedTrial trial = trial()) {
      Relay relay = new Relay(target, (sends, sent) -> new byte[32]);
      StepFailed e =
          assertThrows(StepFailed.class, () -> TargetCheck.datagrams(relay, target, trial));
      assertEquals(FailureKind.DATA_ECHO_FAILED, e.kind());
      assertEquals(3, relay.sends);
    }
    try (RecordedTrial trial = trial()) {
      Target web = Target.of("http://web.example/");
      Relay relay = new Relay(web, (sends, sent) -> sent);
      StepFailed e = assertThrows(StepFailed.class, () -> TargetCheck.datagrams(relay, web, trial));
      assertEquals(FailureKind.CONFIG_ERROR, e.kind());
    }
  }

  @Test
  void dnsAnswersAreOursOrNot() throws Exception {
    Target target = Target.of("dns://ns.example/example.net");
    assertTrue(isAnswer(target, TargetCheckTest::asAnswer));
    assertFalse(isAnswer(target, query -> query));
    assertFalse(isAnswer(target, query -> changed(asAnswer(query), 0))); // The id.
    assertFalse(isAnswer(target, query -> changed(asAnswer(query), 13))); // The name.
    assertFalse(isAnswer(target, query -> new byte[0]));
  }

  @Test
  void hostileDatagramsGiveNoAnswerAndNothingElse() throws Exception {
    Target target = Target.of("dns://ns.example/example.net");
    Random random = new Random(7);
    int answers = 0;
    for (int i = 0; i < 20_000; i++) {
      if (isAnswer(target, query -> mutated(asAnswer(query), random))) {
        answers++;
      }
    }
    assertTrue(answers > 100 && answers < 20_000, "answers: " + answers);
  }

  private static boolean isAnswer(Target target, UnaryOperator<byte[]> answer) throws Exception {
    try (RecordedTrial trial = trial()) {
      TargetCheck.datagrams(new Relay(target, (sends, sent) -> answer.apply(sent)), target, trial);
      return true;
    } catch (StepFailed e) {
      assertEquals(FailureKind.DATA_ECHO_FAILED, e.kind());
      return false;
    }
  }

  private static byte[] asAnswer(byte[] query) {
    return changed(query, 2);
  }

  private static byte[] changed(byte[] bytes, int at) {
    byte[] copy = bytes.clone();
    copy[at] ^= (byte) 0x80;
    return copy;
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] copy = Arrays.copyOf(bytes, Math.max(0, bytes.length + 20 - random.nextInt(40)));
    for (int flips = random.nextInt(4); flips > 0 && copy.length > 0; flips--) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
    }
    return copy;
  }

  /** Another host's datagram comes before each answer; time passes only by what is received. */
  private static final class Relay implements DatagramTunnel {
    interface Answer {
      byte @Nullable [] to(int sends, byte[] sent);
    }

    private final Target asked;
    private final Answer answer;
    private int sends;
    private byte[] sent = new byte[0];
    private int received;

    Relay(Target asked, Answer answer) {
      this.asked = asked;
      this.answer = answer;
    }

    @Override
    public void send(byte[] payload) {
      sends++;
      sent = payload.clone();
      received = 0;
    }

    @Override
    public byte @Nullable [] receive(Duration atMost) {
      return switch (received++) {
        case 0 -> new byte[] {1, 2, 3};
        case 1 -> answer.to(sends, sent);
        default -> null;
      };
    }

    @Override
    public Target asked() {
      return asked;
    }
  }

  private interface Talk {
    void with(Socket socket) throws IOException;
  }

  private static void answered(RecordedTrial trial, Target target, String answer)
      throws IOException, StepFailed {
    try (ServerSocket server =
        serving(socket -> {
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        })) {
      ByteStream stream = trial.path().tcp((InetSocketAddress) server.getLocalSocketAddress());
      try (stream) {
        TargetCheck.stream(stream, target, trial);
      }
    }
  }

  private static ServerSocket serving(Talk talk) throws IOException {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = server.accept()) {
            talk.with(socket);
          } catch (IOException e) {
            // The probe fails by itself when it gets no answer.
          }
        });
    return server;
  }

  private static RecordedTrial trial() {
    return new RecordedTrial(NOWHERE, Depth.TUNNEL, AMPLE);
  }
}
