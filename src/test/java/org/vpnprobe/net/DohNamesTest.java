package org.vpnprobe.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;

/** DNS over HTTPS against a scripted server (without TLS, which is okhttp's). */
class DohNamesTest {
  /** An answer section with one address of the asked name. */
  private static final byte[] ANSWER = HexFormat.of().parseHex("c00c0001000100000005000408080808");

  /** The question for a.b: header, labels, type and class. */
  private static final int QUERY = 12 + 5 + 4;

  @Test
  void oneAnswer() throws Exception {
    Trace trace = trace(Duration.ofSeconds(20));
    List<InetAddress> found =
        ask(
            trace,
            socket -> {
              byte[] query = query(socket);
              query[2] |= (byte) 0x80;
              query[7] = 1;
              respond(socket, "200 OK", concat(query, ANSWER));
            });
    assertEquals(List.of(InetAddress.ofLiteral("8.8.8.8")), found);
    assertArrayEquals(
        new String[] {"noerror 8.8.8.8"},
        trace.observations().stream().map(o -> o.value()).toArray());
  }

  @Test
  void whatIsNoAnswer() throws Exception {
    assertEquals(
        FailureKind.DNS_SERVER_MISBEHAVING,
        fails(socket -> respond(socket, "200 OK", query(socket))));
    assertEquals(
        FailureKind.DNS_SERVER_MISBEHAVING,
        fails(socket -> {
          query(socket);
          respond(socket, "403 Forbidden", new byte[0]);
        }));
    assertEquals(
        FailureKind.DNS_SERVER_MISBEHAVING,
        fails(socket -> {
          query(socket);
          respond(socket, "200 OK", new byte[70_000]);
        }));
    assertEquals(FailureKind.CONNECTION_RESET, fails(socket -> socket.setSoLinger(true, 0)));
    assertEquals(
        FailureKind.GENERIC_TIMEOUT_ERROR,
        fails(Duration.ofMillis(600), socket -> Thread.sleep(Duration.ofSeconds(20))));
  }

  private static FailureKind fails(Peer.Talk talk) {
    return fails(Duration.ofSeconds(20), talk);
  }

  private static FailureKind fails(Duration deadline, Peer.Talk talk) {
    return assertThrows(StepFailed.class, () -> ask(trace(deadline), talk)).kind();
  }

  private static List<InetAddress> ask(Trace trace, Peer.Talk talk) throws IOException, StepFailed {
    try (Peer peer = new Peer(talk);
        LocalVantage vantage = new LocalVantage(new DirectExit(), new HostNames(), "test");
        LocalPath path = vantage.path(trace)) {
      HttpUrl url = HttpUrl.get("http://127.0.0.1:" + peer.address().getPort() + "/dns-query");
      return new DohNames(url, new HostNames(), new Random(1)).resolve(path, "a.b", Family.IP4);
    }
  }

  /** Reads the request and gives its body. */
  private static byte[] query(Socket socket) throws IOException {
    int newlines = 0;
    while (newlines < 2) {
      int c = socket.getInputStream().read();
      newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
    }
    return socket.getInputStream().readNBytes(QUERY);
  }

  private static void respond(Socket socket, String status, byte[] body) throws IOException {
    String head = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length + "\r\n\r\n";
    socket.getOutputStream().write(concat(head.getBytes(StandardCharsets.US_ASCII), body));
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static Trace trace(Duration deadline) {
    return new Trace(Clock.systemUTC(), System::nanoTime, deadline);
  }
}
