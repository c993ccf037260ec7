package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vpnprobe.lab.L2tpResponder;
import org.vpnprobe.lab.Responder;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.L2tp.L2tpSettings;

class L2tpTest {
  private static final Duration SHORT = Duration.ofMillis(500);

  private static L2tpSettings settings(@Nullable String secret) {
    return new L2tpSettings(secret == null ? null : Secret.of(secret), null);
  }

  @Test
  void withAndWithoutTheSecret() throws IOException {
    try (Responder server = new L2tpResponder().start(settings("s3cret"))) {
      assertEquals("handshake", Tried.of(new L2tp(), settings(null), server.address()));
      assertEquals("authenticated", Tried.of(new L2tp(), settings("s3cret"), server.address()));
      assertEquals(
          "handshake, auth_wrong_server_key in auth",
          Tried.of(new L2tp(), settings("wrong"), server.address()));
    }
    try (Responder server = new L2tpResponder().start(settings(null))) {
      assertEquals(
          "handshake, auth_wrong_server_key in auth",
          Tried.of(new L2tp(), settings("s3cret"), server.address()));
    }
    assertEquals(Depth.HANDSHAKE, new L2tp().facts(settings(null)).ceiling());
  }

  @Test
  void lossAndStrangers() throws IOException {
    InetSocketAddress stopped;
    try (Responder server = new L2tpResponder().start(settings(null));
        Dropping once = new Dropping(server.address(), 1);
        Dropping lost = new Dropping(server.address(), 99);
        Dropping echo = Dropping.answering(request -> request);
        Dropping junk = Dropping.answering(request -> new byte[20])) {
      stopped = server.address();
      assertEquals("handshake", Tried.of(new L2tp(), settings(null), once.address()));
      for (Dropping silent : new Dropping[] {lost, echo}) {
        assertEquals(
            "nothing, generic_timeout_error in handshake",
            Tried.of(new L2tp(), settings(null), silent.address(), Depth.HANDSHAKE, SHORT));
      }
      assertEquals(
          "nothing, proto_unexpected_reply in handshake",
          Tried.of(new L2tp(), settings(null), junk.address(), Depth.HANDSHAKE, SHORT));
    }
    assertEquals(
        "nothing, connection_refused in handshake", Tried.of(new L2tp(), settings(null), stopped));
  }

  /** A StopCCN is an answer of a server that is up. */
  @Test
  void aRefusal() throws IOException {
    try (Dropping refusing =
        Dropping.answering(request -> {
          try {
            Map<Integer, byte[]> attributes = new LinkedHashMap<>();
            attributes.put(0, new byte[] {0, 4});
            attributes.put(L2tpMessage.RESULT, new byte[] {0, 4});
            int tunnel = L2tpMessage.decode(request).number(L2tpMessage.TUNNEL_ID);
            return new L2tpMessage(tunnel, 0, 1, attributes).encode();
          } catch (StepFailed e) {
            return new byte[0];
          }
        })) {
      assertEquals("handshake", Tried.of(new L2tp(), settings(null), refusing.address()));
      assertEquals(
          "handshake, auth_rejected:stop_ccn_4 in auth",
          Tried.of(new L2tp(), settings("s3cret"), refusing.address()));
    }
  }

  /** The layout that xl2tpd 1.3.18 answers; RFC 1994's digest over it. */
  @Test
  void knownBytes() throws StepFailed {
    byte[] request =
        HexFormat.of()
            .parseHex(
                "c80200390000000000000000800800000000000180080000000201"
                    + "00800a00000003000000038 00b0000000770726f6265800800000009002a"
                        .replace(" ", ""));
    L2tpMessage read = L2tpMessage.decode(request);
    assertEquals(L2tpMessage.SCCRQ, read.type());
    assertEquals(42, read.number(L2tpMessage.TUNNEL_ID));
    assertEquals(HexFormat.of().formatHex(request), HexFormat.of().formatHex(read.encode()));
  }

  @Test
  void badSettings() {
    assertThrows(InvalidSetting.class, () -> new L2tpSettings(Secret.of(""), null));
    assertThrows(InvalidSetting.class, () -> new L2tpSettings(null, "two words"));
  }

  @Test
  void hostileReplies() {
    Random random = new Random(13);
    Map<Integer, byte[]> attributes = new LinkedHashMap<>();
    attributes.put(0, new byte[] {0, 2});
    attributes.put(L2tpMessage.HOST_NAME, new byte[10]);
    attributes.put(L2tpMessage.RESPONSE, new byte[16]);
    byte[] good = new L2tpMessage(1, 0, 1, attributes).encode();
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = i % 4 == 0 ? new byte[random.nextInt(120)] : good.clone();
      if (i % 4 == 0) {
        random.nextBytes(bytes);
      } else {
        for (int n = random.nextInt(4); n >= 0; n--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      }
      try {
        L2tpMessage.decode(bytes).type();
        read++;
      } catch (StepFailed e) {
        assertTrue(
            Set.of(FailureKind.PROTO_UNEXPECTED_REPLY, FailureKind.PROTO_MALFORMED_REPLY)
                .contains(e.kind()));
      }
    }
    assertTrue(read > 100, "some mutations can be read: " + read);
  }
}
