package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.lab.PulseResponder;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Pulse.PulseSettings;

/** Pulse's first exchange against the embedded server, and against servers that are none. */
class PulseTest {
  private static final Duration AMPLE = Duration.ofSeconds(15);
  private static final String UPGRADED = "HTTP/1.1 101 Switching Protocols~~";

  private static PulseSettings settings(@Nullable String ca) {
    return new PulseSettings(null, ca, null, null, null, null);
  }

  private static PulseSettings trusting() {
    return settings(Lab.material("lab_ca").orElseThrow());
  }

  private static String tried(PulseSettings client, Depth goal) throws IOException {
    try (Responder responder = new PulseResponder().start(client)) {
      return Attempt.at(responder.address(), new Pulse(), client, goal, AMPLE);
    }
  }

  @Test
  void eachDepth() throws IOException {
    assertEquals("authenticated", tried(trusting(), Depth.AUTHENTICATED));
    assertEquals("port", tried(trusting(), Depth.PORT));
    assertEquals("port, ssl_unknown_authority in tls", tried(settings(null), Depth.AUTHENTICATED));
    assertEquals(Depth.AUTHENTICATED, new Pulse().facts(trusting()).ceiling());
  }

  @Test
  void stoppedSilentAndReset() throws IOException {
    InetSocketAddress address;
    try (Responder responder = new PulseResponder().start(trusting())) {
      address = responder.address();
    }
    assertEquals(
        "nothing, connection_refused in connect",
        Attempt.at(address, new Pulse(), trusting(), Depth.AUTHENTICATED, AMPLE));
    Attempt.interfering(
        false,
        server ->
            assertEquals(
                "port, generic_timeout_error in tls",
                Attempt.at(
                    server, new Pulse(), trusting(), Depth.AUTHENTICATED, Duration.ofMillis(300))));
    Attempt.interfering(
        true,
        server ->
            assertEquals(
                "port, connection_reset in tls",
                Attempt.at(server, new Pulse(), trusting(), Depth.AUTHENTICATED, AMPLE)));
  }

  /** The answer to the upgrade, and after {@code #} the next message in hexadecimal. */
  @ParameterizedTest
  @CsvSource(
      value = {
        "HTTP/1.1 302 Found~Location: /dana-na/~~|http_unexpected:302",
        "HTTP/1.1 200 OK~Content-Length: 0~~|http_unexpected:200",
        UPGRADED + "|eof_error",
        UPGRADED + "#000055970000000200000014000000000000 0009|proto_malformed_reply",
        UPGRADED + "#00005597000000030000001400000000000000 02|proto_unexpected_reply",
        UPGRADED + "#485454502f312e3120343030204261640d0a0d0a|proto_unexpected_reply"
      },
      delimiter = '|')
  void serversThatAreNone(String said, String failure) throws IOException {
    String[] parts = said.split("#", 2);
    String rest =
        parts.length == 1
            ? ""
            : new String(
                HexFormat.of().parseHex(parts[1].replace(" ", "")), StandardCharsets.ISO_8859_1);
    Attempt.saying(
        parts[0].replace("~", "\r\n") + rest,
        (server, ca) ->
            assertEquals(
                "port, " + failure + " in handshake",
                Attempt.at(server, new Pulse(), settings(ca), Depth.AUTHENTICATED, AMPLE)));
  }

  /** 20,000 messages, seeded. */
  @Test
  void anyMessageEndsInADeclaredFailure() {
    Random random = new Random(17);
    byte[] response = Pulse.message(Pulse.VERSION_RESPONSE, new byte[] {0, 0, 0, 2});
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] changed =
          i % 4 == 0 ? Arrays.copyOf(response, random.nextInt(response.length)) : response.clone();
      for (int n = random.nextInt(3); n > 0 && changed.length > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        assertTrue(Pulse.chosen(PlayedTrial.stream(changed)) <= 2);
        read++;
      } catch (StepFailed e) {
        assertTrue(
            EnumSet.of(
                    FailureKind.EOF_ERROR,
                    FailureKind.PROTO_MALFORMED_REPLY,
                    FailureKind.PROTO_UNEXPECTED_REPLY)
                .contains(e.kind()));
      }
    }
    assertTrue(read > 4_000, "read " + read);
  }
}
